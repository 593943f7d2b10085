// One distillation run: how far it is, what it loses and how close it comes to its teacher, and the sentence that came of it.
import { useQuery } from '@tanstack/react-query'
import { formatBytes } from '@shared/formatBytes'
import type { DistillationReport, DistillationSummary, LabelledComparison } from '@shared/distillation'
import type { RunMetric } from '@shared/runMetrics'
import { useState } from 'react'
import { Link } from 'react-router'
import { strings } from '../../../app/strings'
import { queries } from '../../../bridge/client'
import { Button } from '../../../ui/Button'
import { FullReport } from '../FullReport'
import { AuTable } from '../ResultTables'
import { RunActions } from '../RunActions'
import { RunCharts } from '../RunCharts'
import { RunFrame } from '../RunFrame'
import { figureText } from '../../../ui/figureText'
import { useRunMetrics } from '../useRunMetrics'
import { distillationStrings as t } from './distillationStrings'

interface PanelProps {
  project: string
  run: DistillationSummary
  canChange: boolean
}

export function DistillationPanel({ project, run, canChange }: PanelProps) {
  const isRunning = run.state === 'running'
  const live = useRunMetrics(project, run.id, isRunning, 'distillation')
  const stored = useQuery(queries.distillation.run.queryOptions({ input: { project, runId: run.id }, enabled: !isRunning }))
  const metrics = isRunning ? live : (stored.data?.metrics ?? [])
  const steps = metrics.filter((line): line is Extract<RunMetric, { kind: 'distillation' }> => line.kind === 'distillation')
  const compared = metrics.filter((line): line is Extract<RunMetric, { kind: 'agreement' }> => line.kind === 'agreement')
  const [isReportOpen, setReportOpen] = useState(false)
  const report = stored.data?.report
  const last = steps.at(-1)
  return (
    <RunFrame run={run} pace={isRunning && last ? t.imagesPerSecond(last.samplesPerSecond.toFixed(0)) : ''}>
      <RunActions key={run.state} project={project} kind="distillation" run={run} canChange={canChange}>
        {report ? (
          <Button className="small" onClick={() => setReportOpen(true)}>
            {t.fullReport}
          </Button>
        ) : null}
        {run.modelId ? (
          <Link className="button primary small" to={`/project/${project}/models/${run.modelId}`}>
            {strings.training.openModel}
          </Link>
        ) : null}
      </RunActions>
      {report ? <p className="lead num">{report.sentence}</p> : null}
      <RunCharts
        charts={[
          { title: t.auLoss, points: steps.map(({ epoch, auLoss }) => ({ epoch, value: auLoss })) },
          { title: t.featureLoss, points: steps.map(({ epoch, featureLoss }) => ({ epoch, value: featureLoss })) },
          {
            title: t.agreement(compared.some(({ isLeftOut }) => isLeftOut)),
            of: t.rows.correlation,
            points: compared.map(({ epoch, correlation }) => ({ epoch, value: correlation })),
          },
        ]}
      />
      {report ? <Result report={report} /> : null}
      {isReportOpen && report ? (
        <FullReport project={project} kind="distillation" runId={run.id} name={report.name} onClose={() => setReportOpen(false)} />
      ) : null}
    </RunFrame>
  )
}

function Result({ report }: { report: DistillationReport }) {
  const { teacher, student, speed, agreement, labelled, warnings } = report
  const { correlation } = agreement.leftOut ?? agreement.distilled
  return (
    <>
      <ul className="gaps">
        {warnings.map((warning) => (
          <li key={warning}>
            <span aria-hidden>•</span>
            {warning}
          </li>
        ))}
      </ul>
      <h4>{t.speed}</h4>
      <table className="paper-table">
        <thead>
          <tr>
            <th>{t.columns.what}</th>
            <th>{t.columns.teacher}</th>
            <th>{t.columns.student}</th>
          </tr>
        </thead>
        <tbody>
          <tr>
            <td>{t.rows.speed}</td>
            <td>{speed.teacherPerSecond.toFixed(1)}</td>
            <td>{speed.studentPerSecond.toFixed(1)}</td>
          </tr>
          <tr>
            <td>{t.rows.file}</td>
            <td>{formatBytes(teacher.bytes)}</td>
            <td>{formatBytes(student.bytes)}</td>
          </tr>
          <tr>
            <td>{t.rows.correlation}</td>
            <td>1</td>
            <td>{figureText(correlation)}</td>
          </tr>
        </tbody>
      </table>
      {labelled.map((one) => (
        <Labelled key={one.kind} comparison={one} isOpen={one === labelled[0]} />
      ))}
    </>
  )
}

function Labelled({ comparison, isOpen }: { comparison: LabelledComparison; isOpen: boolean }) {
  const { kind, frames, subjects, teacher, student, difference } = comparison
  const who = subjects.join(', ')
  return (
    <details open={isOpen}>
      <summary>{kind === 'left-out' ? t.onLeftOut(frames, who) : t.onSeen(frames, who)}</summary>
      <AuTable before={teacher} after={student} difference={difference} caption={t.tableCaption(teacher.name)} />
    </details>
  )
}
