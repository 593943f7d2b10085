// A run's samples as arrays, and which of them each side of a fold uses.
import type { RunData } from '@shared/trainingRun'

export interface Samples {
  count: number
  aus: readonly number[]
  subjects: readonly string[]
  /** Place of the video, frame, place of the subject; per sample. */
  video: Int32Array
  frame: Int32Array
  subject: Int32Array
  /** (samples, AUs): 1 present, 0 absent, 9 not known. */
  labels: Uint8Array
  isTrained: Uint8Array
}

export function readSamples(data: RunData): Samples {
  const count = data.samples.frame.length
  const width = data.aus.length
  const labels = new Uint8Array(count * width)
  data.samples.labels.forEach((row, sample) => {
    for (let column = 0; column < width; column++) labels[sample * width + column] = row.charCodeAt(column) - 48
  })
  const video = Int32Array.from(data.samples.video)
  return {
    count,
    aus: data.aus,
    subjects: data.subjects,
    video,
    frame: Int32Array.from(data.samples.frame),
    subject: video.map((place) => data.videos[place]?.subject ?? -1),
    labels,
    isTrained: Uint8Array.from(data.samples.isTrained, (flag) => Number(flag)),
  }
}

/** Samples of subjects, ascending; with `isTrainedOnly`, those that thinning left for training. */
export function samplesOf(samples: Samples, codes: readonly string[], isTrainedOnly: boolean): Int32Array {
  const wanted = new Set(codes.map((code) => samples.subjects.indexOf(code)))
  const chosen: number[] = []
  for (let sample = 0; sample < samples.count; sample++) {
    if (wanted.has(samples.subject[sample] as number) && (!isTrainedOnly || samples.isTrained[sample] === 1)) chosen.push(sample)
  }
  return Int32Array.from(chosen)
}

/** At most `most` samples of every subject, spread evenly over what there is; ascending. */
export function spreadOverSubjects(samples: Pick<Samples, 'subjects' | 'subject'>, most: number): Int32Array {
  const chosen = samples.subjects.flatMap((_, place) => {
    const own = [...samples.subject.keys()].filter((sample) => samples.subject[sample] === place)
    const count = Math.min(most, own.length)
    return Array.from({ length: count }, (_each, index) => own[Math.floor((index * own.length) / count)] as number)
  })
  return Int32Array.from(chosen.sort((a, b) => a - b))
}

/** Share of known labels that are present, per AU; null without any. */
export function baseRates(samples: Samples, chosen: Int32Array): (number | null)[] {
  const width = samples.aus.length
  return samples.aus.map((_, column) => {
    let present = 0
    let known = 0
    for (const sample of chosen) {
      const label = samples.labels[sample * width + column] as number
      if (label === 1) present++
      if (label !== 9) known++
    }
    return known > 0 ? present / known : null
  })
}

/** Rarest AUs do not outweigh everything else. */
const MOST_WEIGHT = 10

/** Absent / present per AU, between 1 / MOST_WEIGHT and MOST_WEIGHT. */
export function balancedWeights(rates: readonly (number | null)[]): number[] {
  return rates.map((rate) => (rate === null || rate === 0 ? 1 : Math.min(MOST_WEIGHT, Math.max(1 / MOST_WEIGHT, (1 - rate) / rate))))
}
