// The column of runs of one kind: the one that is shown, and the list of all where there are several. Which one is shown stands in the address.
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useSearchParams } from 'react-router'
import { strings } from '../../app/strings'
import { Loading } from '../../ui/EmptyState'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { formatInstant } from '../../ui/format'
import type { AnyRun } from './runKinds'
import { RunStateTag } from './RunState'

/** The run the address names, else the running one, else the newest; `show` changes the address and leaves its other parts. */
export function useShownRun<Run extends AnyRun>(runs: readonly Run[]): { shown: Run | undefined; show: (runId: string) => void } {
  const [search, setSearch] = useSearchParams()
  const shown = runs.find(({ id }) => id === search.get('run')) ?? runs.find(({ state }) => state === 'running') ?? runs[0]
  const show = (run: string): void =>
    setSearch((now) => ({ ...Object.fromEntries([...now].filter(([key]) => key === 'part')), run }), { replace: true })
  return { shown, show }
}

interface ColumnProps<Run extends AnyRun> {
  className: string
  title: string
  noRuns: string
  runs: UseQueryResult<Run[]>
  shown: Run | undefined
  onShow: (runId: string) => void
  /** The one figure of a run in the list, empty where there is none yet. */
  figure: (run: Run) => string
  panel: (run: Run) => ReactNode
}

export function RunColumn<Run extends AnyRun>({ className, title, noRuns, runs, shown, onShow, figure, panel }: ColumnProps<Run>) {
  const list = runs.data ?? []
  return (
    <section className={className} aria-label={title}>
      <h2>{title}</h2>
      {runs.isPending ? <Loading label={strings.app.loading} /> : null}
      {runs.isError ? <ErrorPanel error={runs.error} onRetry={() => void runs.refetch()} /> : null}
      {runs.data?.length === 0 ? <p className="soft">{noRuns}</p> : null}
      {shown ? panel(shown) : null}
      {list.length > 1 ? (
        <ul className="run-list">
          {list.map((run) => (
            <li key={run.id}>
              <button type="button" className="run-item" aria-current={run.id === shown?.id} onClick={() => onShow(run.id)}>
                <span className="grow truncate" title={run.name}>
                  {run.name}
                  <span className="small dim">{formatInstant(run.createdAt)}</span>
                </span>
                <span className="num small">{figure(run)}</span>
                <RunStateTag state={run.state} />
              </button>
            </li>
          ))}
        </ul>
      ) : null}
    </section>
  )
}
