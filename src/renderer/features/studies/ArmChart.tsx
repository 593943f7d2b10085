// One figure over epochs, a line an arm: told apart by dash as well as by colour.
import type { StudyArmFigures } from '@shared/studies'
import { figureText } from '../../ui/figureText'
import { studyStrings as t } from './studyStrings'

const WIDTH = 280
const HEIGHT = 140
const LEFT = 46
const RIGHT = 10
const TOP = 8
const BOTTOM = 18
/** Okabe-Ito in an order that stays apart in grey as well. */
const COLOURS = ['#56b4e9', '#e69f00', '#009e73', '#cc79a7', '#d55e00', '#0072b2', '#f0e442']
const DASHES = ['', '5 2', '2 2', '8 2 2 2', '1 3']

const colourOf = (arm: number): string => COLOURS[arm % COLOURS.length] ?? '#56b4e9'
const dashOf = (arm: number): string => DASHES[arm % DASHES.length] ?? ''

type Point = StudyArmFigures['curve'][number]

interface ArmChartProps {
  title: string
  arms: readonly StudyArmFigures[]
  of: (point: Point) => number | null
  /** Bounds that the figure has by itself; without them the lines fill the height. */
  bounds?: readonly [number, number]
}

export function ArmChart({ title, arms, of, bounds }: ArmChartProps) {
  const lines = arms.map(({ label, curve }) => ({
    label,
    points: curve.flatMap((point) => {
      const y = of(point)
      return y === null ? [] : [{ x: point.epoch, y }]
    }),
  }))
  const points = lines.flatMap((line) => line.points)
  if (points.length === 0) return null
  const x0 = Math.min(...points.map(({ x }) => x))
  const x1 = Math.max(...points.map(({ x }) => x), x0 + 1)
  const values = points.map(({ y }) => y)
  // a line that stays where it is runs through the middle
  const slack = Math.max(...values) > Math.min(...values) ? 0 : 0.05
  const low = bounds?.[0] ?? Math.min(...values) - slack
  const high = bounds?.[1] ?? Math.max(...values) + slack
  // so many digits that the marks of the axis differ
  const digits = high - low < 0.04 ? 4 : high - low < 0.4 ? 3 : 2
  const px = (x: number): number => LEFT + ((x - x0) / (x1 - x0)) * (WIDTH - LEFT - RIGHT)
  const py = (y: number): number => TOP + (1 - (y - low) / (high - low)) * (HEIGHT - TOP - BOTTOM)
  const summary = lines.map(({ label, points: own }) => `${label}: ${own.length === 0 ? t.noPoints : figureText(own.at(-1)?.y)}`).join('; ')
  return (
    <figure className="arm-chart">
      <figcaption>{title}</figcaption>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t.chartText(title, summary)}>
        {[low, (low + high) / 2, high].map((value) => (
          <g key={value}>
            <line className="grid" x1={LEFT} x2={WIDTH - RIGHT} y1={py(value)} y2={py(value)} />
            <text x={LEFT - 5} y={py(value) + 3} textAnchor="end">
              {figureText(value, digits)}
            </text>
          </g>
        ))}
        <text x={LEFT} y={HEIGHT - 4}>{`${t.epoch} ${x0}`}</text>
        <text x={WIDTH - RIGHT} y={HEIGHT - 4} textAnchor="end">{`${t.epoch} ${x1}`}</text>
        {lines.map(({ label, points: own }, arm) => (
          <g key={label} stroke={colourOf(arm)} fill={colourOf(arm)}>
            <polyline
              fill="none"
              strokeWidth={1.6}
              strokeDasharray={dashOf(arm)}
              points={own.map(({ x, y }) => `${px(x).toFixed(1)},${py(y).toFixed(1)}`).join(' ')}
            />
            {own.map(({ x, y }) => (
              <circle key={x} cx={px(x)} cy={py(y)} r={own.length === 1 ? 3.4 : 2} stroke="none" />
            ))}
          </g>
        ))}
      </svg>
    </figure>
  )
}

/** Which line is which arm. */
export function ArmKey({ labels }: { labels: readonly string[] }) {
  return (
    <ul className="row wrap small soft arm-key">
      {labels.map((label, arm) => (
        <li key={label} className="row">
          <svg width="24" height="8" aria-hidden>
            <line x1="0" x2="24" y1="4" y2="4" stroke={colourOf(arm)} strokeWidth="2" strokeDasharray={dashOf(arm)} />
          </svg>
          {label}
        </li>
      ))}
    </ul>
  )
}
