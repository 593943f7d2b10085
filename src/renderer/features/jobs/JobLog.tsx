// What a job said while it ran, on demand; follows the job while it runs.
import Copy from 'lucide-react/icons/copy'
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { Button } from '../../ui/Button'

const t = strings.jobs
const FOLLOW_MS = 1000

export function JobLog({ project, jobId, isActive }: { project: string; jobId: string; isActive: boolean }) {
  const box = useRef<HTMLPreElement>(null)
  const [isCopied, setCopied] = useState(false)
  const log = useQuery({
    ...queries.job.log.queryOptions({ input: { project, jobId } }),
    staleTime: 0,
    refetchInterval: isActive ? FOLLOW_MS : false,
  })
  const text = log.data?.lines.join('\n') ?? ''
  useEffect(() => {
    // Not returned: browsers answer with a promise, which is no clean-up.
    void box.current?.scrollTo(0, box.current.scrollHeight)
  }, [text])
  if (log.isSuccess && text === '') return <p className="small dim">{t.noLog}</p>
  return (
    <div className="job-log">
      <pre ref={box} tabIndex={0} aria-label={t.log}>
        {text}
      </pre>
      <Button
        tone="quiet"
        className="small"
        icon={<Copy size={13} />}
        onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
      >
        {isCopied ? strings.common.copied : t.copyLog}
      </Button>
    </div>
  )
}
