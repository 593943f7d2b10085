// Training: left what there is to learn from, middle the form, right the runs with live curves. A run lives in the backend; this window only looks.
import BrainCircuit from 'lucide-react/icons/brain-circuit'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'react-router'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { errorBody } from '../../bridge/errors'
import { EmptyState, Loading } from '../../ui/EmptyState'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { DataPanel } from './DataPanel'
import { RunColumn, useShownRun } from './RunColumn'
import { RunForm } from './RunForm'
import { RunPanel } from './RunPanel'
import { figureText } from '../../ui/figureText'

const t = strings.training

export function TrainingPart({ project, canChange }: { project: string; canChange: boolean }) {
  const data = useQuery(queries.training.data.queryOptions({ input: { project }, retry: false }))
  const runs = useQuery(queries.training.runs.queryOptions({ input: { project } }))
  const { shown, show } = useShownRun(runs.data ?? [])
  const [leftOut, setLeftOut] = useState<readonly number[]>([])
  const aus = data.data?.aus.filter((au) => !leftOut.includes(au)) ?? []
  const hasNothing = data.isError && ['NO_LABELS', 'NOT_ANALYSED'].includes(errorBody(data.error).code)
  return (
    <>
      {hasNothing ? (
        <section className="training-empty">
          <EmptyState icon={<BrainCircuit size={24} />} title={t.noLabels} action={<Link to={`/project/${project}`}>{t.goCode}</Link>}>
            {t.noLabelsText}
            <p className="small dim">{errorBody(data.error).message}</p>
          </EmptyState>
        </section>
      ) : (
        <>
          <section className="training-data" aria-label={t.data}>
            <h1>{t.title}</h1>
            <h2>{t.data}</h2>
            {data.isPending ? <Loading label={t.loadingData} /> : null}
            {data.isError ? <ErrorPanel error={data.error} onRetry={() => void data.refetch()} /> : null}
            {data.data ? (
              <DataPanel
                data={data.data}
                chosen={aus}
                onChoose={(chosen) => setLeftOut(data.data.aus.filter((au) => !chosen.includes(au)))}
              />
            ) : null}
          </section>
          <section className="training-form" aria-label={t.form}>
            <h2>{t.form}</h2>
            {data.data ? <RunForm project={project} data={data.data} aus={aus} canChange={canChange} onStarted={show} /> : null}
          </section>
        </>
      )}
      <RunColumn
        className="training-runs"
        title={t.runs}
        noRuns={t.noRuns}
        runs={runs}
        shown={shown}
        onShow={show}
        figure={({ meanF1 }) => (meanF1 === null ? '' : `F1 ${figureText(meanF1)}`)}
        panel={(run) => <RunPanel key={run.id} project={project} run={run} canChange={canChange} />}
      />
    </>
  )
}
