// Who is trained on, who chooses thresholds and epoch, who is tested: always whole subjects. A subject on two sides, by name or by a video's content, is an error.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Random } from '@ml/random'
import { AppError } from '@shared/errors'
import type { PlanFoldsSpec } from '@shared/trainingCommands'
import type { Fold } from '@shared/trainingRun'

/**
 * The folds of a plan. Cross-validation ends with a fold without test subjects: the fit on everybody that becomes the model.
 * @throws AppError TOO_FEW_SUBJECTS, SUBJECT_NOT_FOUND, SUBJECT_LEAK, CONFIG_INVALID
 */
export function planFolds(spec: PlanFoldsSpec, resourcesDirectory: string): Fold[] {
  const { plan, seed } = spec
  const subjects = [...new Set(spec.subjects)].sort()
  if (subjects.length < 2) {
    const who = subjects.length === 1 ? `There are labels of one subject only (${subjects[0]})` : 'There are no labelled subjects'
    throw new AppError(
      'TOO_FEW_SUBJECTS',
      `${who}; training needs at least two, one to learn from and one to be measured on. Code videos of more people.`,
    )
  }
  const groups = plan.kind === 'holdout' ? [heldOut(plan.subjects, subjects)] : crossGroups(spec, subjects, resourcesDirectory)
  const taking = plan.kind === 'published' ? groups.flat() : subjects
  const tests = plan.kind === 'holdout' ? groups : [...groups, []]
  const folds = tests.map((test, index) =>
    split(
      test,
      taking.filter((code) => !test.includes(code)),
      spec.validationShare,
      Random.seeded(seed, index, 5),
    ),
  )
  for (const fold of folds) assertNoLeak(fold, spec.videos)
  assertParentKnowsNobody(folds, spec)
  return folds
}

/** @throws AppError SUBJECT_LEAK where a subject, or the same video under another subject's name, is on both sides */
export function assertNoLeak(fold: Fold, videos: readonly { subject: string; contentHash: string }[]): void {
  const learned = new Set([...fold.train, ...fold.validation])
  const both = fold.test.filter((code) => learned.has(code))
  if (both.length > 0)
    throw new AppError('SUBJECT_LEAK', `${both.join(', ')} would be trained on and tested at once. Put each subject on one side only.`, {
      subjects: both,
    })
  const hashes = new Map(videos.filter(({ subject }) => learned.has(subject)).map(({ subject, contentHash }) => [contentHash, subject]))
  for (const { subject, contentHash } of videos) {
    const other = hashes.get(contentHash)
    if (fold.test.includes(subject) && other !== undefined)
      throw new AppError(
        'SUBJECT_LEAK',
        `The same video belongs to ${subject}, who is tested, and to ${other}, who is trained on. They are one person, or the video was given to the wrong one: correct it first.`,
        { subjects: [subject, other], contentHash },
      )
  }
}

function assertParentKnowsNobody(folds: readonly Fold[], { parentSubjects, parentName }: PlanFoldsSpec): void {
  const tested = new Set(folds.flatMap(({ test }) => test))
  const known = parentSubjects.filter((code) => tested.has(code))
  if (known.length === 0) return
  throw new AppError(
    'SUBJECT_LEAK',
    `The model to start from${parentName === null ? '' : ` (${parentName})`} has already learned from ${known.join(', ')}, who would be tested. Hold out other subjects, or start from a model that does not know them.`,
    { subjects: known },
  )
}

function heldOut(named: readonly string[], subjects: readonly string[]): string[] {
  const unknown = named.filter((code) => !subjects.includes(code))
  if (unknown.length > 0) {
    throw new AppError(
      'SUBJECT_NOT_FOUND',
      `There are no usable labels of ${unknown.join(', ')}. Subjects with labels are ${subjects.join(', ')}.`,
      { subjects: unknown },
    )
  }
  const test = [...new Set(named)].sort()
  if (test.length === subjects.length)
    throw new AppError('TOO_FEW_SUBJECTS', 'All subjects are held out, so nobody is left to learn from. Hold out fewer.')
  return test
}

function crossGroups({ plan, seed }: PlanFoldsSpec, subjects: readonly string[], resourcesDirectory: string): string[][] {
  if (plan.kind === 'loso') return subjects.map((code) => [code])
  if (plan.kind === 'published') return publishedGroups(plan.dataset, subjects, resourcesDirectory)
  const count = plan.kind === 'kfold' ? plan.count : 1
  if (count > subjects.length)
    throw new AppError(
      'TOO_FEW_SUBJECTS',
      `${count} folds need at least ${count} subjects; there are ${subjects.length}. Use kfold:${subjects.length} or loso.`,
    )
  const order = Random.seeded(seed, 4).shuffle([...subjects])
  return Array.from({ length: count }, (_, group) => order.filter((_code, place) => place % count === group).sort())
}

/** Subject names as the lists write them and as people do: F1, F01 and F001 are one. */
const plainName = (code: string): string =>
  code
    .trim()
    .toUpperCase()
    .replace(/^([A-Z]+)0*(\d+)$/, '$1$2')

function publishedGroups(dataset: string, subjects: readonly string[], resourcesDirectory: string): string[][] {
  const protocols = JSON.parse(readFileSync(join(resourcesDirectory, 'reference', 'protocols.json'), 'utf8')) as Record<
    string,
    { folds: string[][] }
  >
  const lists = protocols[dataset]?.folds ?? []
  const groups = lists.map((list) => {
    const wanted = new Set(list.map(plainName))
    return subjects.filter((code) => wanted.has(plainName(code)))
  })
  if (groups.filter((group) => group.length > 0).length < 2) {
    const example = lists.flat().slice(0, 3).join(', ')
    throw new AppError(
      'CONFIG_INVALID',
      `The subjects of this project are not those of ${dataset} (${example} and so on), so its published folds cannot be used. Use kfold or loso.`,
    )
  }
  return groups.filter((group) => group.length > 0)
}

/** Some of the training subjects choose; with a single one, it does both, which the report warns of. */
function split(test: readonly string[], learning: readonly string[], share: number, random: Random): Fold {
  if (learning.length === 0)
    throw new AppError('TOO_FEW_SUBJECTS', `Nobody is left to learn from when ${test.join(', ')} is tested. Code videos of more people.`)
  if (learning.length === 1) return { test: [...test], train: [...learning], validation: [...learning] }
  const count = Math.min(learning.length - 1, Math.max(1, Math.round(share * learning.length)))
  const validation = random
    .shuffle([...learning])
    .slice(0, count)
    .sort()
  return { test: [...test], train: learning.filter((code) => !validation.includes(code)), validation }
}
