// How much the page's main thread works for each picture, from Chromium's own trace: every task between one animation frame and the next is counted,
// whatever it is (script, style, layout, paint, garbage collection). Processor time tells the work; time on the clock also holds what other programs took.
import type { CDPSession } from 'playwright'

interface TraceEvent {
  name: string
  cat: string
  ph: string
  pid: number
  tid: number
  /** Microseconds. */
  ts: number
  dur?: number
  /** Processor time of the thread, microseconds. */
  tdur?: number
  args?: Record<string, unknown>
}

export interface FrameWork {
  /** Milliseconds of processor time, one per animation frame. */
  cpu: number[]
  /** Milliseconds on the clock of the same tasks. */
  wall: number[]
  /** Milliseconds from one frame's start to the next. */
  interval: number[]
}

const CATEGORIES = ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline', 'blink', 'cc']

/** Traces while `work` runs. */
export async function traceMainThread(devtools: CDPSession, work: () => Promise<void>): Promise<FrameWork> {
  const events: TraceEvent[] = []
  devtools.on('Tracing.dataCollected', ({ value }) => events.push(...(value as unknown as TraceEvent[])))
  await devtools.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: CATEGORIES, excludedCategories: ['*'] },
  })
  await work()
  const ended = new Promise<void>((done) => devtools.once('Tracing.tracingComplete', () => done()))
  await devtools.send('Tracing.end')
  await ended
  return workPerFrame(events)
}

/** Pure: sums the outermost tasks of the main thread between starts of animation frames. */
export function workPerFrame(events: readonly TraceEvent[]): FrameWork {
  const fires = events.filter((event) => event.name === 'FireAnimationFrame' && event.ph === 'X').sort((a, b) => a.ts - b.ts)
  const main = fires[0]
  if (!main) throw new Error('The trace holds no animation frame.')
  const onMain = (event: TraceEvent): boolean => event.pid === main.pid && event.tid === main.tid
  const tasks = events.filter((event) => event.ph === 'X' && event.dur !== undefined && event.name.endsWith('RunTask') && onMain(event))
  tasks.sort((a, b) => a.ts - b.ts || (b.dur ?? 0) - (a.dur ?? 0))
  const outermost: TraceEvent[] = []
  let end = -1
  for (const task of tasks) {
    if (task.ts < end) continue
    outermost.push(task)
    end = task.ts + (task.dur ?? 0)
  }
  // Several callbacks of one frame run in one task: a frame starts with the task that holds them.
  const starts = [...new Set(fires.filter(onMain).map((fire) => outermost.findLast((task) => task.ts <= fire.ts)?.ts ?? fire.ts))]
  const frames: FrameWork = { cpu: [], wall: [], interval: [] }
  for (let index = 0; index + 1 < starts.length; index++) {
    const from = starts[index] ?? 0
    const to = starts[index + 1] ?? 0
    const inFrame = outermost.filter((task) => task.ts >= from && task.ts < to)
    frames.cpu.push(inFrame.reduce((sum, task) => sum + (task.tdur ?? task.dur ?? 0), 0) / 1000)
    frames.wall.push(inFrame.reduce((sum, task) => sum + (task.dur ?? 0), 0) / 1000)
    frames.interval.push((to - from) / 1000)
  }
  return frames
}

/** Value below which a share of the values lies; nearest rank. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN
}
