// How far a run is, whatever its kind: its state as a tag, its progress while it goes on, what a standing run can still do.
import type { RunState } from '@shared/trainingRun'
import { useJobs } from '../../app/projectState'
import { strings } from '../../app/strings'
import { formatRemaining } from '../../ui/format'
import { Progress } from '../../ui/Progress'
import type { AnyRun } from './runKinds'

const t = strings.training

const TONES: Record<RunState, string> = {
  running: 'accent',
  paused: 'warn',
  finished: 'good',
  stopped: '',
  failed: 'bad',
  interrupted: 'warn',
}

export function RunStateTag({ state }: { state: RunState }) {
  return <span className={`tag ${TONES[state]}`}>{t.states[state]}</span>
}

export function RunStanding({ run }: { run: Pick<AnyRun, 'job' | 'state' | 'name'> }) {
  const live = useJobs((state) => (run.job ? (state.jobs.get(run.job.id) ?? run.job) : null))
  if (run.state !== 'running') return run.state === 'finished' ? null : <p className="small soft">{t.stateText[run.state]}</p>
  const progress = live?.progress
  const share = progress?.total ? progress.done / progress.total : null
  return (
    <div className="stack" style={{ gap: 4 }}>
      <Progress value={live?.status === 'queued' ? 0 : share} label={run.name} />
      <div className="spread small soft num">
        <span className="truncate">{live?.status === 'queued' ? t.waiting : (progress?.phase ?? t.preparing)}</span>
        <span>{progress?.remainingSeconds != null ? t.remaining(formatRemaining(progress.remainingSeconds)) : ''}</span>
      </div>
    </div>
  )
}
