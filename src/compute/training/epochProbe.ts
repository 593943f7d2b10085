// The identity probe of a single epoch, for its curve over epochs. The one of the report, on more frames, is in measureRun.ts.
import { probeFeatures } from '@ml/evaluation/identityProbe'
import type { NamedArray } from '@ml/model/initialise'
import { Random } from '@ml/random'
import { AppError } from '@shared/errors'
import type { ImageSource } from './inputSource'
import type { RunContext } from './runContext'
import { spreadOverSubjects, type Samples } from './samples'

/** Fewer frames a subject than at the end, as it is repeated every epoch. */
const FRAMES = { train: 28, test: 12 } as const

/**
 * Accuracy on some frames of everybody; null where there are too few people to tell apart.
 * @param initial weights of the whole network at the start: the part that is not trained has them still, and training does not hold it
 */
export function epochProbe(
  samples: Samples,
  images: ImageSource,
  initial: ReadonlyMap<string, NamedArray>,
  seed: number,
): RunContext['probe'] {
  const chosen = spreadOverSubjects(samples, FRAMES.train + FRAMES.test)
  const frames = { subjects: samples.subjects, subject: chosen.map((sample) => samples.subject[sample] as number) }
  return async (weights, training) => {
    const { features } = await images.outputs(new Map([...initial, ...weights]), training, chosen)
    try {
      return probeFeatures(features, frames, FRAMES, Random.seeded(seed, 12), false).accuracy
    } catch (error) {
      if (error instanceof AppError && error.code === 'TOO_FEW_SUBJECTS') return null
      throw error
    }
  }
}
