// Pretraining beside training: the form, the run that is shown with its curve and reconstructions, the other runs. The run lives in the backend.
import { useQuery } from '@tanstack/react-query'
import { queries } from '../../../bridge/client'
import { RunColumn, useShownRun } from '../RunColumn'
import { PretrainingForm } from './PretrainingForm'
import { PretrainingPanel } from './PretrainingPanel'
import { pretrainingStrings as t } from './pretrainingStrings'
import './pretraining.css'

export function PretrainingPart({ project, canChange }: { project: string; canChange: boolean }) {
  const runs = useQuery(queries.pretraining.runs.queryOptions({ input: { project }, refetchInterval: 3000 }))
  const { shown, show } = useShownRun(runs.data ?? [])
  return (
    <>
      <section aria-label={t.form}>
        <h1>{t.title}</h1>
        <p className="soft">{t.what}</p>
        <PretrainingForm project={project} canChange={canChange} onStarted={show} />
      </section>
      <RunColumn
        className="pretraining-runs"
        title={t.runs}
        noRuns={t.noRuns}
        runs={runs}
        shown={shown}
        onShow={show}
        figure={({ loss }) => (loss === null ? '' : loss.toFixed(3))}
        panel={(run) => <PretrainingPanel key={run.id} project={project} run={run} canChange={canChange} />}
      />
    </>
  )
}
