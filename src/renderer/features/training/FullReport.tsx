// The whole report of a run of any kind, as it is kept in the run's folder, to be read and saved.
import { useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { strings } from '../../app/strings'
import { client, queries } from '../../bridge/client'
import { Dialog } from '../../ui/Dialog'
import { Loading } from '../../ui/EmptyState'
import { ErrorPanel } from '../../ui/ErrorPanel'
import type { RunKind } from './runKinds'

const t = strings.training

interface FullReportProps {
  project: string
  /** Reports of expressions are shown by their own panel. */
  kind: Exclude<RunKind, 'expressions'>
  runId: string
  name: string
  onClose(): void
}

export function FullReport({ project, kind, runId, name, onClose }: FullReportProps) {
  const input = { project, runId }
  const report = useQuery({
    queryKey: queries[kind].report.key({ input }),
    queryFn: (): Promise<{ html: string }> => client[kind].report(input),
  })
  const html = report.data?.html
  const download = useMemo(() => (html === undefined ? null : `data:text/html;charset=utf-8,${encodeURIComponent(html)}`), [html])
  return (
    <Dialog
      title={t.fullReportTitle}
      isOpen
      onClose={onClose}
      width={1000}
      footer={
        download ? (
          <a className="button plain" href={download} download={`${name.replace(/[^\w.-]+/g, '_')}.html`}>
            {t.saveReport}
          </a>
        ) : null
      }
    >
      {report.isPending ? <Loading label={strings.app.loading} /> : null}
      {report.isError ? <ErrorPanel error={report.error} /> : null}
      {html ? <iframe className="report-frame" title={t.fullReportTitle} srcDoc={html} sandbox="" /> : null}
    </Dialog>
  )
}
