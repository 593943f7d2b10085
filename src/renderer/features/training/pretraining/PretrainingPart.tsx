// Pretraining beside training: the form, the run that is shown with its curve and reconstructions, the other runs. The run lives in the backend.
import { useQuery } from '@tanstack/react-query'
import { useSearchParams } from 'react-router'
import { strings } from '../../../app/strings'
import { queries } from '../../../bridge/client'
import { Loading } from '../../../ui/EmptyState'
import { ErrorPanel } from '../../../ui/ErrorPanel'
import { formatInstant } from '../../../ui/format'
import { TONES } from '../RunPanel'
import { PretrainingForm } from './PretrainingForm'
import { PretrainingPanel } from './PretrainingPanel'
import { pretrainingStrings as t } from './pretrainingStrings'
import './pretraining.css'

/** Address of this part of the training screen. */
export const PRETRAINING_PART = 'pretraining'

export function PretrainingPart({ project, canChange }: { project: string; canChange: boolean }) {
  const [search, setSearch] = useSearchParams()
  const runs = useQuery(queries.pretraining.runs.queryOptions({ input: { project }, refetchInterval: 3000 }))
  const list = runs.data ?? []
  const shown = list.find(({ id }) => id === search.get('run')) ?? list.find(({ state }) => state === 'running') ?? list[0]
  const show = (run: string): void => setSearch({ part: PRETRAINING_PART, run }, { replace: true })
  return (
    <>
      <section aria-label={t.form}>
        <h1>{t.title}</h1>
        <p className="soft small">{t.what}</p>
        <PretrainingForm project={project} canChange={canChange} onStarted={show} />
      </section>
      <section className="pretraining-runs" aria-label={t.runs}>
        <h2>{t.runs}</h2>
        {runs.isPending ? <Loading label={strings.app.loading} /> : null}
        {runs.isError ? <ErrorPanel error={runs.error} onRetry={() => void runs.refetch()} /> : null}
        {runs.data?.length === 0 ? <p className="soft">{t.noRuns}</p> : null}
        {shown ? <PretrainingPanel key={shown.id} project={project} run={shown} canChange={canChange} /> : null}
        {list.length > 1 ? (
          <ul className="run-list">
            {list.map((run) => (
              <li key={run.id}>
                <button type="button" className="run-item" aria-current={run.id === shown?.id} onClick={() => show(run.id)}>
                  <span className="grow truncate" title={run.name}>
                    {run.name}
                    <span className="small dim">{formatInstant(run.createdAt)}</span>
                  </span>
                  <span className="num small">{run.loss === null ? '' : run.loss.toFixed(3)}</span>
                  <span className={`tag ${TONES[run.state]}`}>{strings.training.states[run.state]}</span>
                </button>
              </li>
            ))}
          </ul>
        ) : null}
      </section>
    </>
  )
}
