// Expressions beside training: left the sets of sorted images, middle the form, right the runs with curves and, once finished, the confusion matrix.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { queries } from '../../../bridge/client'
import { RunColumn, useShownRun } from '../RunColumn'
import { ExpressionForm } from './ExpressionForm'
import { ExpressionPanel } from './ExpressionPanel'
import './expressions.css'
import { ExpressionSets } from './ExpressionSets'
import { expressionStrings as t } from './expressionStrings'

export function ExpressionsPart({ project, canChange }: { project: string; canChange: boolean }) {
  const sets = useQuery(queries.expressions.sets.queryOptions({ input: { project } }))
  const runs = useQuery(queries.expressions.runs.queryOptions({ input: { project } }))
  const { shown, show } = useShownRun(runs.data ?? [])
  const [chosen, setChosen] = useState<string | null>(null)
  const set = sets.data?.find(({ name }) => name === chosen) ?? sets.data?.[0] ?? null
  return (
    <>
      <section aria-label={t.sets}>
        <h1>{t.title}</h1>
        <p className="soft">{t.what}</p>
        <ExpressionSets project={project} sets={sets} shown={set} onShow={setChosen} canChange={canChange} />
      </section>
      <section className="training-form" aria-label={t.form}>
        <h2>{t.form}</h2>
        {set ? (
          <ExpressionForm project={project} sets={sets.data ?? []} set={set} onSet={setChosen} canChange={canChange} onStarted={show} />
        ) : (
          <p className="soft">{t.noSetToTrain}</p>
        )}
      </section>
      <RunColumn
        className="training-runs"
        title={t.runs}
        noRuns={t.noRuns}
        runs={runs}
        shown={shown}
        onShow={show}
        figure={({ accuracy }) => (accuracy === null ? '' : t.balancedText(accuracy))}
        panel={(run) => <ExpressionPanel key={run.id} project={project} run={run} canChange={canChange} />}
      />
    </>
  )
}
