// The results of one run, to be read like a page of a paper: headline, cautions, before and after with intervals, by subject, identity, methods.
import { useQuery } from '@tanstack/react-query'
import { auLabel, auName } from '@shared/facs'
import type { ModelFigures, RunReport } from '@shared/trainingRun'
import { useMemo, useState } from 'react'
import { Link, useParams } from 'react-router'
import { BarSlot } from '../../app/BarSlot'
import { useProjectInfo } from '../../app/projectState'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { EmptyState, Loading } from '../../ui/EmptyState'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { formatCount, formatInstant, formatPercent } from '../../ui/format'
import { FoldLegend, LineChart } from './LineChart'
import { changeText, figureText, intervalText } from './runText'
import type { Series } from './runSeries'
import './training.css'

const t = strings.training

function AuTable({ before, after }: { before: ModelFigures | null; after: ModelFigures }) {
  return (
    <>
      <p className="caption">{t.tableCaption(before?.name ?? null)}</p>
      <table className="paper-table">
        <thead>
          <tr>
            <th>{t.columns.au}</th>
            <th>{t.columns.known}</th>
            <th>{t.columns.base}</th>
            {before ? <th>{t.columns.before}</th> : null}
            <th>{t.columns.after}</th>
            {before ? <th>{t.columns.change}</th> : null}
            <th>{t.columns.half}</th>
            <th>{t.columns.auc}</th>
            <th>{t.columns.mcc}</th>
          </tr>
        </thead>
        <tbody>
          {after.aus.map((row) => {
            const earlier = before?.aus.find(({ au }) => au === row.au)
            return (
              <tr key={row.au}>
                <td title={auName(row.au)}>{auLabel(row.au)}</td>
                <td>{formatCount(row.known)}</td>
                <td>{row.baseRate === null ? '–' : `${(row.baseRate * 100).toFixed(1)} %`}</td>
                {before ? (
                  <td>
                    {figureText(earlier?.f1)} <small>{intervalText(earlier?.f1Interval)}</small>
                  </td>
                ) : null}
                <td>
                  <strong>{figureText(row.f1)}</strong> <small>{intervalText(row.f1Interval)}</small>
                </td>
                {before ? <td>{changeText(earlier?.f1, row.f1)}</td> : null}
                <td>{figureText(row.f1AtHalf)}</td>
                <td>
                  {figureText(row.auc)} <small>{intervalText(row.aucInterval)}</small>
                </td>
                <td>{figureText(row.matthews)}</td>
              </tr>
            )
          })}
          <tr className="mean">
            <td>{t.mean}</td>
            <td />
            <td />
            {before ? (
              <td>
                {figureText(before.means.f1)} <small>{intervalText(before.meanF1Interval)}</small>
              </td>
            ) : null}
            <td>
              {figureText(after.means.f1)} <small>{intervalText(after.meanF1Interval)}</small>
            </td>
            {before ? <td>{changeText(before.means.f1, after.means.f1)}</td> : null}
            <td>{figureText(after.means.f1AtHalf)}</td>
            <td>
              {figureText(after.means.auc)} <small>{intervalText(after.meanAucInterval)}</small>
            </td>
            <td>{figureText(after.means.matthews)}</td>
          </tr>
        </tbody>
      </table>
      {after.leftOut.length > 0 ? <p className="caption">{t.leftOut(after.leftOut.map((au) => auLabel(au)).join(', '))}</p> : null}
    </>
  )
}

const ROW = 18
const PLOT_LEFT = 52
const PLOT_RIGHT = 620

/** F1 before and after by AU, on one axis from 0 to 1. */
function Forest({ before, after }: { before: ModelFigures | null; after: ModelFigures }) {
  const x = (value: number): number => PLOT_LEFT + value * (PLOT_RIGHT - PLOT_LEFT)
  const height = after.aus.length * ROW + 24
  return (
    <figure>
      <svg className="forest" viewBox={`0 0 640 ${height}`} role="img" aria-label={t.figureCaption}>
        {[0, 0.25, 0.5, 0.75, 1].map((value) => (
          <g key={value}>
            <line className="axis" x1={x(value)} x2={x(value)} y1={4} y2={height - 18} strokeDasharray={value % 1 === 0 ? '' : '2 3'} />
            <text x={x(value)} y={height - 5} textAnchor="middle">
              {value}
            </text>
          </g>
        ))}
        {after.aus.map((row, index) => {
          const y = 4 + ROW * (index + 0.5)
          const earlier = before?.aus.find(({ au }) => au === row.au)?.f1
          return (
            <g key={row.au}>
              <text x={0} y={y + 4}>
                {auLabel(row.au)}
              </text>
              {row.f1Interval ? <line className="interval" x1={x(row.f1Interval.low)} x2={x(row.f1Interval.high)} y1={y} y2={y} /> : null}
              {row.f1 !== null ? <circle className="after" cx={x(row.f1)} cy={y} r={4} /> : null}
              {earlier !== null && earlier !== undefined ? <circle className="before" cx={x(earlier)} cy={y} r={4} /> : null}
            </g>
          )
        })}
      </svg>
      <figcaption className="caption">{t.figureCaption}</figcaption>
    </figure>
  )
}

function SubjectTable({ before, after }: { before: ModelFigures | null; after: ModelFigures }) {
  return (
    <table className="paper-table">
      <thead>
        <tr>
          <th>{t.columns.subject}</th>
          <th>{t.columns.frames}</th>
          {before ? <th>{`${t.columns.f1}, ${t.columns.before}`}</th> : null}
          <th>{`${t.columns.f1}, ${t.columns.after}`}</th>
          <th>{t.columns.meanAuc}</th>
        </tr>
      </thead>
      <tbody>
        {after.perSubject.map((row) => (
          <tr key={row.subject}>
            <td>{row.subject}</td>
            <td>{formatCount(row.frames)}</td>
            {before ? <td>{figureText(before.perSubject.find(({ subject }) => subject === row.subject)?.meanF1)}</td> : null}
            <td>{figureText(row.meanF1)}</td>
            <td>{figureText(row.meanAuc)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Published({ published, after }: { published: NonNullable<RunReport['published']>; after: ModelFigures }) {
  const aus = after.aus.map(({ au }) => au)
  return (
    <>
      <h2>{t.published}</h2>
      <p className="caption">{published.source}</p>
      <table className="paper-table">
        <thead>
          <tr>
            <th />
            {aus.map((au) => (
              <th key={au}>{au}</th>
            ))}
            <th>{t.mean}</th>
          </tr>
        </thead>
        <tbody>
          {published.rows.map((row) => (
            <tr key={`${row.method}${row.venue}`}>
              <td>{row.method}</td>
              {aus.map((au) => (
                <td key={au}>{row.f1[String(au)]?.toFixed(1) ?? '–'}</td>
              ))}
              <td>{row.meanF1.toFixed(1)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  )
}

function Curves({ report }: { report: RunReport }) {
  const folds = [...new Set(report.curves.map(({ fold }) => fold))]
  const series = (of: (point: RunReport['curves'][number]) => number | null): Series[] =>
    folds
      .map((fold) => ({
        fold,
        points: report.curves.flatMap((point) => {
          const y = of(point)
          return point.fold !== fold || y === null ? [] : [{ x: point.epoch, y }]
        }),
      }))
      .filter(({ points }) => points.length > 0)
  const foldName = (fold: number): string => (report.folds[fold]?.test.length === 0 ? t.finalFit : t.fold(fold))
  return (
    <>
      <h2>{t.curves}</h2>
      <div className="charts">
        <LineChart title={t.chart.auLoss} series={series(({ auLoss }) => auLoss)} foldName={foldName} />
        <LineChart
          title={t.chart.identityLoss}
          series={series(({ identityLoss }) => identityLoss)}
          empty={report.config.identity.lambda === 0 ? t.noIdentity : t.noPoints}
          foldName={foldName}
        />
        <LineChart title={t.chart.validationF1} series={series(({ validationF1 }) => validationF1)} bounds={[0, 1]} foldName={foldName} />
        <LineChart title={t.chart.f1} series={series(({ testF1 }) => testF1)} bounds={[0, 1]} foldName={foldName} />
      </div>
      <FoldLegend folds={folds} foldName={foldName} />
    </>
  )
}

function Cautions({ list }: { list: readonly string[] }) {
  return (
    <ul className="gaps">
      {list.map((warning) => (
        <li key={warning}>
          <span aria-hidden>•</span>
          {warning}
        </li>
      ))}
    </ul>
  )
}

function Paper({ report }: { report: RunReport }) {
  const { before, after, probe } = report
  const tested = new Set(report.folds.flatMap(({ test }) => test)).size
  const [isCopied, setCopied] = useState(false)
  // What the data lack was said before training already; what the figures mean comes first here.
  const cautions = report.warnings.filter((warning) => !report.data.warnings.includes(warning))
  const gaps = report.warnings.filter((warning) => report.data.warnings.includes(warning))
  const mean = (figures: ModelFigures): string =>
    `${figureText(figures.means.f1)}${figures.meanF1Interval ? ` (${intervalText(figures.meanF1Interval)})` : ''}`
  return (
    <>
      <h1>{report.name}</h1>
      <p className="soft small">
        {t.byline(report.runId, formatInstant(report.createdAt), report.parentName, report.config.identity.lambda)}
      </p>
      <p className="lead num">{t.headline(mean(after), before ? mean(before) : null, before?.name ?? '', tested)}</p>
      {report.warnings.length > 0 ? (
        <>
          <h2>{t.readFirst}</h2>
          <Cautions list={cautions} />
          {gaps.length > 0 ? (
            <details className="data-gaps">
              <summary>{t.dataGaps(gaps.length)}</summary>
              <Cautions list={gaps} />
            </details>
          ) : null}
        </>
      ) : null}
      <h2>{t.results}</h2>
      <AuTable before={before} after={after} />
      <Forest before={before} after={after} />
      <h2>{t.perSubject}</h2>
      <SubjectTable before={before} after={after} />
      {report.published ? <Published published={report.published} after={after} /> : null}
      {probe ? (
        <>
          <h2>{t.probe}</h2>
          <p>
            {probe.after
              ? t.probeText(
                  probe.before ? formatPercent(probe.before.accuracy) : '–',
                  formatPercent(probe.after.accuracy),
                  formatPercent(probe.after.chance),
                  probe.after.subjects,
                )
              : probe.reason}
          </p>
        </>
      ) : null}
      <Curves report={report} />
      <h2>{t.folds}</h2>
      <ul className="small soft">
        {report.folds.map((fold, index) => (
          <li key={index}>
            {t.fold(index)}:{' '}
            {t.foldRow(
              fold.test.join(', ') || strings.common.none,
              fold.train.length,
              fold.validation.join(', ') || strings.common.none,
              fold.chosenEpoch === null ? '–' : String(fold.chosenEpoch),
            )}
          </li>
        ))}
      </ul>
      <header className="spread">
        <h2>{t.methods}</h2>
        <Button className="small" onClick={() => void navigator.clipboard.writeText(report.methods).then(() => setCopied(true))}>
          {isCopied ? strings.common.copied : t.copyMethods}
        </Button>
      </header>
      <p className="caption">{t.methodsText}</p>
      <p className="methods">{report.methods}</p>
      <h2>{t.environment}</h2>
      <p className="small soft num">
        {`AU Workbench ${report.environment.product} · ${report.environment.platform} · ${report.environment.processor} · onnxruntime ${report.environment.onnxruntime} · ${report.environment.device}, ${report.environment.threads} threads · seed ${report.environment.seed}`}
      </p>
    </>
  )
}

function FullReport({ project, runId, name, onClose }: { project: string; runId: string; name: string; onClose(): void }) {
  const report = useQuery(queries.training.report.queryOptions({ input: { project, runId } }))
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

export default function RunResultsScreen() {
  const { projectId = '', runId = '' } = useParams()
  const info = useProjectInfo(projectId)
  const detail = useQuery(queries.training.run.queryOptions({ input: { project: projectId, runId } }))
  const [isReportOpen, setReportOpen] = useState(false)
  const report = detail.data?.report
  return (
    <div className="page">
      <BarSlot>
        <div className="crumbs">
          <a href={`#/project/${projectId}`}>{info.data?.name}</a>
          <span aria-hidden>›</span>
          <Link to={`/project/${projectId}/training?run=${runId}`}>{t.title}</Link>
          <span aria-hidden>›</span>
          <strong className="truncate">{detail.data?.summary.name}</strong>
        </div>
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
          <Paper report={report} />
        </article>
      ) : null}
      {isReportOpen && report ? (
        <FullReport project={projectId} runId={runId} name={report.name} onClose={() => setReportOpen(false)} />
      ) : null}
    </div>
  )
}
