// The curves of a run that has no folds: a chart a figure over epochs.
import { strings } from '../../app/strings'
import { LineChart } from './LineChart'
import { oneSeries } from './runSeries'

interface RunChart {
  title: string
  /** What the line is; the title where nothing else is said. */
  of?: string
  bounds?: readonly [number, number]
  /** Null where a line has no such figure. */
  points: readonly { epoch: number; value: number | null }[]
}

export function RunCharts({ charts }: { charts: readonly RunChart[] }) {
  return (
    <div className="charts" role="group" aria-label={strings.training.curves}>
      {charts.map(({ title, of, bounds, points }) => (
        <LineChart key={title} title={title} {...(bounds ? { bounds } : {})} series={oneSeries(points)} foldName={() => of ?? title} />
      ))}
    </div>
  )
}
