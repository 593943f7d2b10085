// The screen of one run's results, and the whole report as it is kept with the run. What is read is in RunPaper.tsx.
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link, useParams } from 'react-router'
import { BarSlot } from '../../app/BarSlot'
import { Crumbs } from '../../app/Crumbs'
import { useProjectInfo } from '../../app/projectState'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { EmptyState, Loading } from '../../ui/EmptyState'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { FullReport } from './FullReport'
import { RunPaper } from './RunPaper'
import './training.css'

const t = strings.training

export default function RunResultsScreen() {
  const { projectId = '', runId = '' } = useParams()
  const info = useProjectInfo(projectId)
  const detail = useQuery(queries.training.run.queryOptions({ input: { project: projectId, runId } }))
  const [isReportOpen, setReportOpen] = useState(false)
  const report = detail.data?.report
  return (
    <div className="page">
      <BarSlot>
        <Crumbs
          above={[
            { to: `/project/${projectId}`, name: info.data?.name },
            { to: `/project/${projectId}/training?run=${runId}`, name: t.title },
          ]}
          here={detail.data?.summary.name}
        />
        <span className="grow" />
        {report ? (
          <Button className="small" onClick={() => setReportOpen(true)}>
            {t.fullReport}
          </Button>
        ) : null}
      </BarSlot>
      {detail.isPending ? <Loading label={strings.app.loading} /> : null}
      {detail.isError ? <ErrorPanel error={detail.error} onRetry={() => void detail.refetch()} /> : null}
      {detail.data && !report ? (
        <EmptyState title={t.noReport} action={<Link to={`/project/${projectId}/training?run=${runId}`}>{t.back}</Link>} />
      ) : null}
      {report ? (
        <article className="paper">
          <RunPaper report={report} />
        </article>
      ) : null}
      {isReportOpen && report ? (
        <FullReport project={projectId} kind="training" runId={runId} name={report.name} onClose={() => setReportOpen(false)} />
      ) : null}
    </div>
  )
}
