// What stands around every run that is shown: name and state, progress, the error it ended with, the line of facts. Its figures and curves are the kind's own.
import { useQuery } from '@tanstack/react-query'
import { fromErrorBody } from '@shared/errors'
import type { ReactNode } from 'react'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { ErrorPanel } from '../../ui/ErrorPanel'
import type { AnyRun } from './runKinds'
import { RunStanding, RunStateTag } from './RunState'

const t = strings.training

/** @param pace how fast it goes, empty while it does not */
export function RunFrame({ run, pace, children }: { run: AnyRun; pace: string; children: ReactNode }) {
  const devices = useQuery(queries.device.list.queryOptions())
  const device = devices.data?.find(({ id }) => id === run.device)?.name ?? run.device
  return (
    <section className="run-panel" aria-label={run.name}>
      <header className="spread">
        <h3 className="truncate" title={run.name}>
          {run.name}
        </h3>
        <RunStateTag state={run.state} />
      </header>
      <RunStanding run={run} />
      {run.error && run.state === 'failed' ? <ErrorPanel error={fromErrorBody(run.error)} /> : null}
      {children}
      <p className="small dim num">{[pace, device ?? '', t.runFolder(run.id)].filter(Boolean).join(' · ')}</p>
    </section>
  )
}
