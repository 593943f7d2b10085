// Which images are trained on, which choose the epoch, which are tested: by subject where subjects are known, else by image and class. Plain numbers.
import type { Random } from '@ml/random'
import { AppError } from '@shared/errors'
import type { ExpressionSet } from '@shared/expressions'

export interface ExpressionSplits {
  train: Int32Array
  validation: Int32Array
  test: Int32Array
  /** Every image's subject is known, and no subject is on two sides. */
  isSubjectExclusive: boolean
}

/** Share of the images, or subjects, that is tested on where the set does not say so itself. */
const TEST_SHARE = 0.2

/** @throws AppError TOO_FEW_SUBJECTS, DATASET_INVALID, SUBJECT_LEAK where the set's own parts share a subject */
export function splitExpressions({ samples }: Pick<ExpressionSet, 'samples'>, validationShare: number, random: Random): ExpressionSplits {
  const all = samples.label.map((_, index) => index)
  const isKnown = samples.subject.every((subject) => subject !== null)
  const hasTest = samples.split.includes('test')
  const outer = hasTest
    ? { rest: all.filter((i) => samples.split[i] !== 'test'), taken: all.filter((i) => samples.split[i] === 'test') }
    : divide(samples, all, TEST_SHARE, isKnown, random)
  const inner = divide(samples, outer.rest, validationShare, isKnown, random)
  const subjectsOf = (places: readonly number[]): Set<string | null> => new Set(places.map((i) => samples.subject[i] ?? null))
  const tested = subjectsOf(outer.taken)
  const both = isKnown ? [...subjectsOf(outer.rest)].filter((subject) => tested.has(subject)) : []
  if (both.length > 0)
    throw new AppError(
      'SUBJECT_LEAK',
      `${both.join(', ')} would be trained on and tested at once: the set has them in both of its parts.`,
      {
        subjects: both,
      },
    )
  if (inner.rest.length === 0 || inner.taken.length === 0 || outer.taken.length === 0)
    throw new AppError('DATASET_INVALID', 'There are too few images to train, to choose the epoch and to test on separate ones.')
  return {
    train: Int32Array.from(inner.rest),
    validation: Int32Array.from(inner.taken),
    test: Int32Array.from(outer.taken),
    isSubjectExclusive: isKnown,
  }
}

/** Takes a share: whole subjects where they are known, else the share of each class. */
function divide(
  samples: ExpressionSet['samples'],
  places: readonly number[],
  share: number,
  bySubject: boolean,
  random: Random,
): { rest: number[]; taken: number[] } {
  if (bySubject) {
    const subjects = random.shuffle([...new Set(places.map((i) => samples.subject[i] as string))].sort())
    if (subjects.length < 2)
      throw new AppError(
        'TOO_FEW_SUBJECTS',
        `There are images of ${subjects.length} subject only on one side; more people are needed to measure anything.`,
      )
    const chosen = new Set(subjects.slice(0, Math.max(1, Math.round(share * subjects.length))))
    const isTaken = (i: number): boolean => chosen.has(samples.subject[i] as string)
    return { rest: places.filter((i) => !isTaken(i)), taken: places.filter(isTaken) }
  }
  const taken = new Set<number>()
  for (const label of new Set(samples.label)) {
    const own = random.shuffle(places.filter((i) => samples.label[i] === label))
    for (const i of own.slice(0, own.length > 1 ? Math.max(1, Math.round(share * own.length)) : 0)) taken.add(i)
  }
  return { rest: places.filter((i) => !taken.has(i)), taken: places.filter((i) => taken.has(i)) }
}
