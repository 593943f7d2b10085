// Figures of a run's results: F1 by AU with intervals, and the curves of training.
import { auLabel } from '@shared/facs'
import type { ModelFigures } from '@shared/figures'
import type { RunReport } from '@shared/trainingRun'
import { strings } from '../../app/strings'
import { FoldLegend, LineChart } from './LineChart'
import type { Series } from './runSeries'

const t = strings.training

const ROW = 18
const PLOT_LEFT = 52
const PLOT_RIGHT = 620

/** F1 before and after by AU, on one axis from 0 to 1. */
export function Forest({ before, after }: { before: ModelFigures | null; after: ModelFigures }) {
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

export function Curves({ report }: { report: RunReport }) {
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
