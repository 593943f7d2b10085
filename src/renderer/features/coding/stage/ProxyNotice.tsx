// Stands where the video would be when this browser cannot play its format: has a playable copy made and shows how far that is.
import { useMutation } from '@tanstack/react-query'
import type { Video } from '@shared/project'
import { fromErrorBody } from '@shared/errors'
import { useEffect, useRef } from 'react'
import { isActive, useJobs } from '../../../app/projectState'
import { strings } from '../../../app/strings'
import { queries } from '../../../bridge/client'
import { Button } from '../../../ui/Button'
import { ErrorPanel } from '../../../ui/ErrorPanel'
import { formatRemaining } from '../../../ui/format'
import { Progress } from '../../../ui/Progress'

const t = strings.coding

export function ProxyNotice({ project, video }: { project: string; video: Video }) {
  const jobs = useJobs((state) => state.jobs)
  const make = useMutation(queries.video.makeProxy.mutationOptions({ meta: { showsError: true } }))
  const hasAsked = useRef(false)
  const job = [...jobs.values()]
    .filter((row) => row.kind === 'proxy' && row.videoId === video.id)
    .sort((a, b) => b.createdAt.localeCompare(a.createdAt))[0]
  const ask = (): void => make.mutate({ project, videoId: video.id })
  const { mutate } = make
  useEffect(() => {
    if (hasAsked.current) return
    hasAsked.current = true
    mutate({ project, videoId: video.id })
  }, [mutate, project, video.id])
  const error = make.error ?? (job?.status === 'failed' && job.error ? fromErrorBody(job.error) : null)
  const progress = job?.progress
  return (
    <div className="stage-notice">
      <h3>{t.proxyNeeded}</h3>
      <p>{t.proxyNeededText}</p>
      {error ? (
        <ErrorPanel error={error} onRetry={ask} />
      ) : job && !isActive(job) && job.status !== 'succeeded' ? (
        <Button tone="primary" onClick={ask}>
          {t.proxyStart}
        </Button>
      ) : (
        <div className="stage-progress" role="status">
          <span className="small">
            {t.proxyMaking}
            {progress?.remainingSeconds != null ? ` · ${strings.jobs.remaining(formatRemaining(progress.remainingSeconds))}` : ''}
          </span>
          <Progress label={t.proxyMaking} value={progress?.total ? progress.done / progress.total : null} />
        </div>
      )}
    </div>
  )
}
