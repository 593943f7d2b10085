// What a reader must know before trusting a run's figures: one sentence each, the weightiest first. Gaps of the data are in trainingData.ts.
import { cohenKappa } from '@ml/evaluation/classification'
import { auLabel } from '@shared/facs'
import type { FigureDifferences, ModelFigures } from '@shared/figures'
import type { CoderAgreement, RunConfig, RunData } from '@shared/trainingRun'
import type { FoldResult } from './foldFiles'
import { plainDifference, plainFigure } from '../plainFigure'

/** Base rates below this are flagged: agreement and F1 are unstable there. */
const RARE = 0.05
const FEW_TEST_SUBJECTS = 5

interface WarningParts {
  run: RunConfig
  data: RunData
  results: readonly FoldResult[]
  before: ModelFigures | null
  after: ModelFigures
  difference: FigureDifferences | null
  /** Subjects of this project that the earlier model has learned from. */
  beforeSubjects: readonly string[]
}

export function reportWarnings(parts: WarningParts): string[] {
  const { run, after, results } = parts
  const warnings: string[] = []
  const tested = new Set(run.folds.flatMap(({ test }) => test))
  if (tested.size < FEW_TEST_SUBJECTS)
    warnings.push(
      `Measured on ${tested.size} held-out ${tested.size === 1 ? 'subject, so there are no intervals' : 'subjects, so the intervals are rough'}.`,
    )
  const rare = after.aus.filter((one) => one.baseRate !== null && one.baseRate < RARE && one.positives > 0)
  if (rare.length > 0)
    warnings.push(`Rare among the held-out frames (under 5 %): ${rare.map(({ au }) => auLabel(au)).join(', ')}. Their F1 is unstable.`)
  if (after.leftOut.length > 0)
    warnings.push(
      `Means leave out ${after.leftOut.map((au) => auLabel(au)).join(', ')}: not both present and absent among the held-out frames.`,
    )
  if (run.folds.some((fold) => fold.train.length === 1 && fold.validation[0] === fold.train[0]))
    warnings.push('With a single training subject, thresholds and epoch were chosen on the frames that were trained on.')
  const unchosen = [
    ...new Set(results.flatMap((result) => result.thresholds.flatMap((one, column) => (one === null ? [after.aus[column]?.au ?? 0] : [])))),
  ].sort((a, b) => a - b)
  if (unchosen.length > 0)
    warnings.push(
      `No threshold could be chosen for ${unchosen.map((au) => auLabel(au)).join(', ')} in some fold, as its validation subjects do not show both classes; 0.5 was used there.`,
    )
  if (run.parent === null)
    warnings.push(
      'Training started from nothing. A vision transformer learns little from few people that way; a pretrained backbone learns far more from the same labels.',
    )
  if (after.means.auc !== null && after.means.auc < 0.6)
    warnings.push(
      `Mean area under the curve is ${after.means.auc.toFixed(2)}, where 0.5 is chance: this model has learned next to nothing that holds for other people.`,
    )
  warnings.push(...comparisonWarnings(parts), ...agreementWarnings(parts))
  return warnings
}

/** What must be known before the new model is held against the earlier one. */
function comparisonWarnings({ run, before, after, difference, beforeSubjects }: WarningParts): string[] {
  if (!before) return []
  const warnings: string[] = []
  const tested = new Set(run.folds.flatMap(({ test }) => test))
  const known = beforeSubjects.filter((code) => tested.has(code))
  if (known.length > 0)
    warnings.push(
      `${before.name} has itself learned from ${known.join(', ')}, who are tested here: its figures flatter it, so the comparison is unfair to the new model.`,
    )
  const gain = difference?.meanF1 ?? null
  if (gain === null) return warnings
  const text = `${Math.abs(gain.value).toFixed(2)}${gain.interval ? ` (95 % interval of the difference ${plainDifference(gain.interval.low)} to ${plainDifference(gain.interval.high)})` : ''}`
  const isTold = gain.interval === null || gain.interval.high < 0 || gain.interval.low > 0
  if (!isTold)
    warnings.push(
      `The new model's mean F1 is ${gain.value < 0 ? 'lower' : 'higher'} than that of ${before.name} by ${text}; so few people do not tell this from no difference.`,
    )
  else if (gain.value < 0) warnings.push(`The new model is worse than ${before.name} on the same frames: its mean F1 is lower by ${text}.`)
  const missing = after.aus.filter(({ au }) => !before.aus.some((one) => one.au === au && one.known > 0))
  if (missing.length > 0)
    warnings.push(
      `${before.name} does not output ${missing.map(({ au }) => auLabel(au)).join(', ')}; the difference of the means leaves them out.`,
    )
  return warnings
}

/** Frames that two coders share before their agreement is worth holding a model against. */
const FEWEST_SHARED_FRAMES = 50

/** Where two people agree better than the model does with them; on other frames, but of the same project. */
function agreementWarnings({ data, after }: WarningParts): string[] {
  const below = data.coders.agreement.flatMap((table) => {
    const figures = after.aus.find(({ au }) => au === table.au)
    const frames = table.bothPresent + table.onlyFirst + table.onlySecond + table.bothAbsent
    const kappa = agreementKappa(table)
    if (!figures || frames < FEWEST_SHARED_FRAMES || kappa === null || figures.kappa === null || figures.kappa >= kappa) return []
    return [`${auLabel(table.au)} (kappa ${plainFigure(figures.kappa)} against ${plainFigure(kappa)} on ${frames} frames of two coders)`]
  })
  if (below.length === 0) return []
  return [`The model agrees with the labels less than the coders agree with each other: ${below.join(', ')}. Let a person check these.`]
}

/** Cohen's kappa of two coders. */
export const agreementKappa = ({ bothPresent, onlyFirst, onlySecond, bothAbsent }: CoderAgreement): number | null =>
  cohenKappa({ truePositives: bothPresent, falseNegatives: onlyFirst, falsePositives: onlySecond, trueNegatives: bothAbsent })
