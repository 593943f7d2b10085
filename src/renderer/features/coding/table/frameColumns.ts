// Everything that is known of each frame, by column, for the table of frames: sorting, filtering, copying. Pure; holds arrays, draws nothing.
import type { LabelSpan, LabelState } from '@shared/labels'
import { frameSeconds, type FrameTable } from '../frames/frameTable'
import { faceRow, type FaceRow, type FaceSummary, type Predictions } from '../videoData'

/** What the coder said of an AU at a frame, as stored a byte: 0 nothing. */
const STATES: readonly LabelState[] = ['present', 'absent', 'not-scorable']

export interface FrameSources {
  table: FrameTable
  faces: FaceSummary | null
  /** Null while hidden from the coder, too. */
  predictions: Predictions | null
  /** Threshold by AU. */
  thresholds: ReadonlyMap<number, number>
  labels: readonly LabelSpan[]
  /** Whose labels count. */
  coder: string
  aus: readonly number[]
}

export class FrameColumns {
  readonly count: number
  readonly aus: readonly number[]
  readonly #columns: ReadonlyMap<number, number>
  readonly #states = new Map<number, Uint8Array>()
  readonly #intensities = new Map<number, Uint8Array>()

  constructor(private readonly sources: FrameSources) {
    this.count = sources.table.seconds.length
    this.aus = sources.aus
    this.#columns = new Map(sources.predictions?.aus.map((au, column) => [au, column]))
    for (const label of sources.labels) {
      if (label.coder !== sources.coder) continue
      const states = this.#states.get(label.au) ?? new Uint8Array(this.count)
      this.#states.set(label.au, states.fill(STATES.indexOf(label.state) + 1, label.startFrame, label.endFrame + 1))
      const intensities = this.#intensities.get(label.au) ?? new Uint8Array(this.count)
      const value = label.intensity ? 'ABCDE'.indexOf(label.intensity) + 1 : 0
      this.#intensities.set(label.au, intensities.fill(value, label.startFrame, label.endFrame + 1))
    }
  }

  get hasProbabilities(): boolean {
    return this.sources.predictions !== null
  }

  /** Seconds from the first frame. */
  seconds(frame: number): number {
    return frameSeconds(this.sources.table, frame)
  }

  face(frame: number): FaceRow | null {
    return this.sources.faces ? faceRow(this.sources.faces, frame) : null
  }

  /** Head rotation in degrees; NaN without a face. */
  angle(frame: number, name: 'pitch' | 'yaw' | 'roll'): number {
    return ((this.face(frame)?.[name] ?? Number.NaN) * 180) / Math.PI
  }

  isTrusted(frame: number): boolean {
    return this.face(frame)?.trust === 'none'
  }

  /** 0 to 1; NaN where there is none. */
  probability(frame: number, au: number): number {
    const { predictions } = this.sources
    const column = this.#columns.get(au)
    return predictions && column !== undefined ? (predictions.values[frame * predictions.aus.length + column] ?? Number.NaN) : Number.NaN
  }

  isPredicted(frame: number, au: number): boolean {
    return this.probability(frame, au) >= (this.sources.thresholds.get(au) ?? 0.5)
  }

  state(frame: number, au: number): LabelState | null {
    return STATES[(this.#states.get(au)?.[frame] ?? 0) - 1] ?? null
  }

  /** 1 to 5 for A to E, 0 for none. */
  intensity(frame: number, au: number): number {
    return this.#intensities.get(au)?.[frame] ?? 0
  }

  /** Where the list sorts by labels: not coded, not scorable, absent, present, then by intensity. */
  labelRank(frame: number, au: number): number {
    const state = this.state(frame, au)
    return state === null ? 0 : state === 'not-scorable' ? 1 : state === 'absent' ? 2 : 3 + this.intensity(frame, au)
  }
}

export type SortKey = 'frame' | 'trusted' | 'pitch' | 'yaw' | 'roll' | `p${number}` | `l${number}`

export interface Sorting {
  key: SortKey
  isDescending: boolean
}

/** Value by which a column sorts; NaN sorts last both ways. */
function sortValue(columns: FrameColumns, key: SortKey, frame: number): number {
  const au = Number(key.slice(1))
  switch (key) {
    case 'frame':
      return frame
    case 'trusted':
      return columns.isTrusted(frame) ? 1 : 0
    case 'pitch':
    case 'yaw':
    case 'roll':
      return columns.angle(frame, key)
    default:
      return key.startsWith('p') ? columns.probability(frame, au) : columns.labelRank(frame, au)
  }
}

/** Frames that pass, in order. Equal ones stay in the order of time. */
export function listFrames(columns: FrameColumns, passes: (frame: number) => boolean, sorting: Sorting): Uint32Array {
  const frames = new Uint32Array(columns.count)
  let length = 0
  for (let frame = 0; frame < columns.count; frame++) if (passes(frame)) frames[length++] = frame
  const found = frames.slice(0, length)
  if (sorting.key === 'frame') return sorting.isDescending ? found.reverse() : found
  const values = new Float64Array(columns.count)
  for (const frame of found) values[frame] = sortValue(columns, sorting.key, frame)
  const sign = sorting.isDescending ? -1 : 1
  return found.sort((a, b) => {
    const left = values[a] ?? Number.NaN
    const right = values[b] ?? Number.NaN
    if (Number.isNaN(left) || Number.isNaN(right)) return Number(Number.isNaN(left)) - Number(Number.isNaN(right)) || a - b
    return sign * (left - right) || a - b
  })
}

const number = (value: number, digits: number): string => (Number.isNaN(value) ? '' : value.toFixed(digits))

/** Rows as tab-separated text with a line of names; cells of what is not known are empty. */
export function toTabSeparated(columns: FrameColumns, frames: Iterable<number>): string {
  const perAu = columns.aus.flatMap((au) =>
    columns.hasProbabilities ? [`AU${au}_prob`, `AU${au}_pred`, `AU${au}_label`] : [`AU${au}_label`],
  )
  const lines = [['frame', 'time_s', 'trust', 'pitch_deg', 'yaw_deg', 'roll_deg', ...perAu].join('\t')]
  for (const frame of frames) {
    const face = columns.face(frame)
    const angles = (['pitch', 'yaw', 'roll'] as const).map((name) => number(columns.angle(frame, name), 2))
    const cells = columns.aus.flatMap((au) => {
      const probability = columns.probability(frame, au)
      const state = columns.state(frame, au)
      const intensity = ' ABCDE'[columns.intensity(frame, au)]?.trim()
      const label = state === 'present' && intensity ? `present ${intensity}` : (state ?? '')
      const predicted = Number.isNaN(probability) ? '' : columns.isPredicted(frame, au) ? '1' : '0'
      return columns.hasProbabilities ? [number(probability, 4), predicted, label] : [label]
    })
    lines.push(
      [
        String(frame),
        columns.seconds(frame).toFixed(6),
        face ? (face.trust === 'none' ? 'trusted' : face.trust) : 'no-face',
        ...angles,
        ...cells,
      ].join('\t'),
    )
  }
  return `${lines.join('\n')}\n`
}
