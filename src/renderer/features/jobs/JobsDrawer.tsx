// The drawer of long work: what runs, how far it is, how long it will take, and what went wrong. Not modal; the screen stays usable.
import ListTodo from 'lucide-react/icons/list-todo'
import X from 'lucide-react/icons/x'
import { useMutation } from '@tanstack/react-query'
import type { JobRow } from '@shared/jobs'
import { useEffect, useRef, useState } from 'react'
import { isActive, useJobs } from '../../app/projectState'
import { useJobsDrawer } from '../../app/jobsDrawer'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { Button, IconButton } from '../../ui/Button'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { fromErrorBody } from '@shared/errors'
import { formatCount, formatInstant, formatPercent, formatRemaining } from '../../ui/format'
import { notify } from '../../ui/notify'
import { Progress } from '../../ui/Progress'
import { JobLog } from './JobLog'
import { jobShare, overallShare } from './jobProgress'
import './jobs.css'

export function JobsButton() {
  const jobs = useJobs((state) => state.jobs)
  const { isOpen, setOpen } = useJobsDrawer()
  const active = [...jobs.values()].filter(isActive)
  const share = overallShare(active)
  return (
    <button
      type="button"
      className={`jobs-button ${active.length > 0 ? 'busy' : ''}`}
      aria-expanded={isOpen}
      onClick={() => setOpen(!isOpen)}
    >
      <ListTodo size={15} aria-hidden />
      {active.length > 0 ? strings.jobs.running(active.length, share === null ? null : formatPercent(share)) : strings.jobs.idle}
    </button>
  )
}

/** Whether a job ended because somebody paused the run that it worked on. */
const isPaused = (job: JobRow): boolean => job.status === 'succeeded' && (job.result as { outcome?: string } | null)?.outcome === 'paused'

/** When a job ended and how long it took. */
function endedText(job: JobRow): string {
  if (!job.finishedAt) return ''
  const seconds = job.startedAt ? (Date.parse(job.finishedAt) - Date.parse(job.startedAt)) / 1000 : null
  const took = seconds === null ? '' : ` · ${strings.jobs.took(formatRemaining(seconds))}`
  return `${formatInstant(job.finishedAt)}${took}`
}

function JobItem({ job, project }: { job: JobRow; project: string }) {
  const cancel = useMutation(queries.job.cancel.mutationOptions())
  const [isLogOpen, setLogOpen] = useState(false)
  const share = jobShare(job)
  const progress = job.progress
  const logButton = (
    <Button
      tone="quiet"
      className="small"
      aria-expanded={isLogOpen}
      aria-label={strings.jobs.logOf(job.title)}
      onClick={() => setLogOpen(!isLogOpen)}
    >
      {strings.jobs.log}
    </Button>
  )
  return (
    <li className={`job ${job.status}`}>
      <div className="spread">
        <span className="job-title truncate" title={job.title}>
          {job.title}
        </span>
        {isActive(job) ? (
          <IconButton
            label={strings.jobs.cancel(job.title)}
            className="small"
            disabled={cancel.isPending}
            onClick={() => cancel.mutate({ project, jobId: job.id })}
          >
            <X size={14} />
          </IconButton>
        ) : (
          <span className={`tag ${job.status === 'failed' ? 'bad' : job.status === 'succeeded' && !isPaused(job) ? 'good' : ''}`}>
            {isPaused(job) ? strings.training.states.paused : strings.jobs.status[job.status]}
          </span>
        )}
      </div>
      {isActive(job) ? (
        <>
          <Progress value={share} label={job.title} />
          <div className="spread small dim num">
            <span className="truncate">
              {job.status === 'queued' ? strings.jobs.status.queued : (progress?.phase ?? strings.jobs.status.running)}
            </span>
            <span className="job-remaining">
              {progress?.remainingSeconds != null ? strings.jobs.remaining(formatRemaining(progress.remainingSeconds)) : ''}
            </span>
          </div>
          <div className="spread small dim num">
            <span>
              {progress && progress.total !== null ? `${formatCount(progress.done)} / ${formatCount(progress.total)} ${progress.unit}` : ''}
            </span>
            {logButton}
          </div>
        </>
      ) : (
        <div className="spread">
          <span className="small dim">{endedText(job)}</span>
          {logButton}
        </div>
      )}
      {job.status === 'interrupted' ? <p className="small soft">{strings.jobs.interruptedText}</p> : null}
      {job.error && job.status === 'failed' ? <ErrorPanel error={fromErrorBody(job.error)} /> : null}
      {isLogOpen ? <JobLog project={project} jobId={job.id} isActive={isActive(job)} /> : null}
    </li>
  )
}

/** Failures for the same reason within so long are told together. */
const SAME_FAILURE_MS = 10_000

/** Says in a message when a job that this window saw running ends. */
function useEndings(jobs: ReadonlyMap<string, JobRow>): void {
  const seen = useRef(new Map<string, JobRow['status']>())
  const lastFailure = useRef({ why: '', at: 0 })
  useEffect(() => {
    for (const job of jobs.values()) {
      const before = seen.current.get(job.id)
      seen.current.set(job.id, job.status)
      if (before === undefined || before === job.status) continue
      const open = { label: strings.jobs.title, run: () => useJobsDrawer.getState().setOpen(true) }
      // Of a video that was not added the form of the import tells.
      if (job.status === 'failed' && job.kind !== 'import') {
        const why = job.error?.message ?? strings.common.unknown
        // Many jobs that fail alike are one message.
        const isAgain = why === lastFailure.current.why && Date.now() - lastFailure.current.at < SAME_FAILURE_MS
        lastFailure.current = { why, at: Date.now() }
        notify(strings.jobs.failed(isAgain ? strings.jobs.several : job.title, why), open, 'info')
      }
      if (isPaused(job)) notify(strings.jobs.paused(job.title), undefined, 'info')
      else if (job.status === 'succeeded') notify(strings.jobs.finished(job.title))
    }
  }, [jobs])
}

export function JobsDrawer({ project }: { project: string }) {
  const jobs = useJobs((state) => state.jobs)
  const { isOpen, setOpen } = useJobsDrawer()
  useEndings(jobs)
  if (!isOpen) return null
  const rows = [...jobs.values()].sort((a, b) => b.createdAt.localeCompare(a.createdAt))
  const active = rows.filter(isActive).reverse()
  const ended = rows.filter((job) => !isActive(job)).slice(0, 50)
  return (
    <aside className="jobs-drawer" aria-label={strings.jobs.title} onKeyDown={(event) => event.key === 'Escape' && setOpen(false)}>
      <header className="spread">
        <h2>{strings.jobs.title}</h2>
        <IconButton label={strings.common.close} className="small" onClick={() => setOpen(false)}>
          <X size={16} />
        </IconButton>
      </header>
      <div className="jobs-body">
        {rows.length === 0 ? <p className="soft">{strings.jobs.none}</p> : null}
        <ul>
          {active.map((job) => (
            <JobItem key={job.id} job={job} project={project} />
          ))}
        </ul>
        {ended.length > 0 ? <h3 className="dim small">{strings.jobs.earlier}</h3> : null}
        <ul>
          {ended.map((job) => (
            <JobItem key={job.id} job={job} project={project} />
          ))}
        </ul>
      </div>
    </aside>
  )
}
