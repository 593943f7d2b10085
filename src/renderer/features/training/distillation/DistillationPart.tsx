// Distillation beside training: the form, the run that is shown with its curves and what came of it, the other runs. The run lives in the backend.
import { useQuery } from '@tanstack/react-query'
import { queries } from '../../../bridge/client'
import { RunColumn, useShownRun } from '../RunColumn'
import { DistillationForm } from './DistillationForm'
import { DistillationPanel } from './DistillationPanel'
import { distillationStrings as t } from './distillationStrings'
import './distillation.css'

export function DistillationPart({ project, canChange }: { project: string; canChange: boolean }) {
  const runs = useQuery(queries.distillation.runs.queryOptions({ input: { project }, refetchInterval: 3000 }))
  const { shown, show } = useShownRun(runs.data ?? [])
  return (
    <>
      <section aria-label={t.form}>
        <h1>{t.title}</h1>
        <p className="soft">{t.what}</p>
        <DistillationForm project={project} canChange={canChange} onStarted={show} />
      </section>
      <RunColumn
        className="distillation-runs"
        title={t.runs}
        noRuns={t.noRuns}
        runs={runs}
        shown={shown}
        onShow={show}
        figure={() => ''}
        panel={(run) => <DistillationPanel key={run.id} project={project} run={run} canChange={canChange} />}
      />
    </>
  )
}
