// What stands around every run that is shown: name and state, progress, the error it ended with, the line of facts. Its figures and curves are the kind's own.
import { fromErrorBody } from '@shared/errors'
import type { ReactNode } from 'react'
import { ErrorPanel } from '../../ui/ErrorPanel'
import type { AnyRun } from './runKinds'
import { RunStanding, RunStateTag } from './RunState'

/** @param pace how fast it goes, empty while it does not */
export function RunFrame({ run, pace, children }: { run: AnyRun; pace: string; children: ReactNode }) {
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
      <p className="small dim num">{[pace, run.device, run.id].filter(Boolean).join(' · ')}</p>
    </section>
  )
}
