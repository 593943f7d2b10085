// What the review queue compares frames with: the faces coded so far, and what other coders said. Leaves out scoring; see shared/reviewQueue.ts.
import type { ProjectStore } from '@main/store/index'
import type { LabelSpan } from '@shared/labels'

/** Enough to tell a new face from a known one; more would only cost time. */
const MOST_FACES = 64
const MOST_VIDEOS = 16

/** Probabilities (R, A) of frames that this coder has coded, spread evenly over them; null before anything is coded. */
export function codedFaces(store: ProjectStore, modelId: string, coder: string): { aus: readonly number[]; rows: Float32Array } | null {
  const coded = store.videos
    .list()
    .map((video) => ({ video, labels: store.labels.list(video.id, { coder }) }))
    .filter(({ labels }) => labels.length > 0)
  const step = Math.max(1, Math.ceil(coded.length / MOST_VIDEOS))
  const chosen = coded.filter((_, index) => index % step === 0)
  const each = Math.max(1, Math.floor(MOST_FACES / Math.max(1, chosen.length)))
  let aus: readonly number[] | null = null
  const rows: number[] = []
  for (const { video, labels } of chosen) {
    const prediction = store.predictions.find(video.id, modelId)
    if (!prediction) continue
    const { aus: own, probabilities } = store.predictions.readAll(prediction.id)
    aus ??= own
    if (aus.join() !== own.join()) continue
    const isCoded = new Uint8Array(video.frameCount)
    for (const { startFrame, endFrame } of labels) isCoded.fill(1, startFrame, endFrame + 1)
    const frames = Array.from(isCoded.keys()).filter((frame) => isCoded[frame] === 1 && !Number.isNaN(probabilities[frame * own.length]))
    const stride = Math.max(1, Math.ceil(frames.length / each))
    for (let index = 0; index < frames.length; index += stride) {
      const first = (frames[index] ?? 0) * own.length
      rows.push(...probabilities.subarray(first, first + own.length))
    }
  }
  return aus === null || rows.length === 0 ? null : { aus, rows: Float32Array.from(rows) }
}

const SIDES = { both: 3, left: 1, right: 2 } as const

/** 1 where one coder says present and another absent of this AU, on the same half of the face. */
export function disputedFrames(labels: readonly LabelSpan[], au: number, frameCount: number): Uint8Array {
  // Bits of the halves that somebody said present or absent of. One coder's spans never overlap, so a clash is between two.
  const present = new Uint8Array(frameCount)
  const absent = new Uint8Array(frameCount)
  for (const label of labels) {
    const said = label.state === 'present' ? present : label.state === 'absent' ? absent : null
    if (label.au !== au || said === null) continue
    for (let frame = label.startFrame; frame <= Math.min(label.endFrame, frameCount - 1); frame++) said[frame]! |= SIDES[label.side]
  }
  return present.map((halves, frame) => Number((halves & (absent[frame] ?? 0)) !== 0))
}
