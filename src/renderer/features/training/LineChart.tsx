// A small chart of one figure over epochs, a line a fold: told apart by dash as well as by colour, with the newest value in words.
import { strings } from '../../app/strings'
import { figureText } from '../../ui/figureText'
import type { Series } from './runSeries'

const t = strings.training

const WIDTH = 232
const HEIGHT = 96
const LEFT = 42
const BOTTOM = 16
const TOP = 8
const RIGHT = 6
/** Okabe-Ito in an order that stays apart in grey as well. */
const COLOURS = ['#56b4e9', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#0072b2', '#f0e442']
const DASHES = ['', '5 2', '2 2', '8 2 2 2', '1 3']

export const foldColour = (fold: number): string => COLOURS[fold % COLOURS.length] ?? '#56b4e9'

/** Short form of a value of any size: `0.312`, `1.2e-4`. */
export function shortFigure(value: number): string {
  const size = Math.abs(value)
  if (size !== 0 && (size < 1e-3 || size >= 1e5)) return value.toExponential(1).replace(/-/g, '−')
  return figureText(value, size >= 100 ? 0 : size >= 10 ? 1 : 3)
}

interface LineChartProps {
  title: string
  series: readonly Series[]
  /** Fixed bounds, where the figure has some. */
  bounds?: readonly [number, number]
  empty?: string
  foldName(fold: number): string
}

export function LineChart({ title, series, bounds, empty = t.noPoints, foldName }: LineChartProps) {
  const points = series.flatMap((one) => one.points)
  const newest = series.at(-1)?.points.at(-1)
  const values = points.map(({ y }) => y)
  const low = bounds?.[0] ?? Math.min(...values)
  const high = bounds?.[1] ?? Math.max(...values)
  const right = Math.max(1e-9, ...points.map(({ x }) => x))
  const span = high - low || Math.abs(high) || 1
  const x = (value: number): number => LEFT + (value / right) * (WIDTH - LEFT - RIGHT)
  const y = (value: number): number => TOP + (1 - (value - low) / span) * (HEIGHT - TOP - BOTTOM)
  const summary = newest ? t.latest(title, shortFigure(newest.y), newest.x.toFixed(1)) : `${title}: ${empty}`
  return (
    <figure className="chart">
      <figcaption className="spread">
        <span>{title}</span>
        <strong className="num">{newest ? shortFigure(newest.y) : ''}</strong>
      </figcaption>
      {points.length === 0 ? (
        <p className="small dim chart-empty">{empty}</p>
      ) : (
        <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={summary}>
          {[low, low + span].map((value) => (
            <g key={value}>
              <line className="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={y(value)} y2={y(value)} />
              <text className="tick" x={LEFT - 4} y={y(value) + 3} textAnchor="end">
                {shortFigure(value)}
              </text>
            </g>
          ))}
          <text className="tick" x={LEFT} y={HEIGHT - 3}>
            0
          </text>
          <text className="tick" x={WIDTH - RIGHT} y={HEIGHT - 3} textAnchor="end">
            {`${t.epoch} ${right.toFixed(right < 10 ? 1 : 0)}`}
          </text>
          {series.map(({ fold, points: line }) => (
            <g key={fold} stroke={foldColour(fold)} fill={foldColour(fold)}>
              <polyline
                fill="none"
                strokeWidth={1.5}
                strokeDasharray={DASHES[fold % DASHES.length]}
                points={line.map((point) => `${x(point.x).toFixed(1)},${y(point.y).toFixed(1)}`).join(' ')}
              >
                <title>{foldName(fold)}</title>
              </polyline>
              {line.length < 30
                ? line.map((point) => (
                    <circle key={point.x} cx={x(point.x)} cy={y(point.y)} r={line.length === 1 ? 3.2 : 1.8} stroke="none" />
                  ))
                : null}
            </g>
          ))}
        </svg>
      )}
    </figure>
  )
}

/** Which line is which fold. */
export function FoldLegend({ folds, foldName }: { folds: readonly number[]; foldName(fold: number): string }) {
  if (folds.length < 2) return null
  return (
    <ul className="row wrap small soft fold-legend">
      {folds.map((fold) => (
        <li key={fold} className="row">
          <svg width="22" height="8" aria-hidden>
            <line x1="0" x2="22" y1="4" y2="4" stroke={foldColour(fold)} strokeWidth="2" strokeDasharray={DASHES[fold % DASHES.length]} />
          </svg>
          {foldName(fold)}
        </li>
      ))}
    </ul>
  )
}
