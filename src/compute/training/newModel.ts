// The new model's files in the run folder, and what its card says of them: thresholds, how far each AU is to be trusted, what it was trained and measured on.
import { mkdirSync } from 'node:fs'
import type { NamedArray } from '@ml/model/initialise'
import { auLabel } from '@shared/facs'
import type { ModelAu, ModelCard } from '@shared/model'
import { MODEL_FOLDER, type TrainResult } from '@shared/trainingCommands'
import type { ModelFigures } from '@shared/figures'
import type { RunReport } from '@shared/trainingRun'
import { saveWeights } from './checkpoint'
import type { FoldResult } from './foldFiles'
import type { RunContext } from './runContext'

/** The new model's files in the run folder, and what its card says of them. */
export async function writeNewModel(
  { run, samples, folder }: RunContext,
  weights: ReadonlyMap<string, NamedArray>,
  result: FoldResult,
  report: RunReport,
): Promise<NonNullable<TrainResult['card']>> {
  mkdirSync(folder.path(MODEL_FOLDER), { recursive: true })
  const name = 'weights.safetensors'
  const { sizeBytes, sha256 } = await saveWeights(folder.path(MODEL_FOLDER, name), weights, { format: 'pt' })
  const fold = run.folds[result.fold]
  const learned = [...(fold?.train ?? []), ...(fold?.validation ?? [])].sort()
  const aus = samples.aus.map((au, column): ModelAu => {
    const figures = report.after.aus.find((one) => one.au === au)
    const threshold = result.thresholds[column] ?? null
    return { au, threshold: threshold ?? 0.5, ...trustOf(figures, threshold !== null) }
  })
  const { means } = report.after
  const tested = [...new Set(run.folds.flatMap(({ test }) => test))].sort()
  const of = `${tested.length} held-out subjects (${codesText(tested)})`
  const metrics: ModelCard['metrics'] = [
    { name: 'mean F1', value: means.f1, of },
    { name: 'mean F1 at 0.5', value: means.f1AtHalf, of },
    { name: 'mean ROC AUC', value: means.auc, of },
  ].flatMap(({ value, ...rest }) => (value === null ? [] : [{ ...rest, value }]))
  return {
    architecture: { ...run.architecture, subjects: 0 },
    aus,
    files: [{ name, bytes: sizeBytes, sha256 }],
    metrics,
    training: {
      summary: `Trained on ${learned.length} subjects of this project (${codesText(learned)})${run.parent ? `, starting from ${run.parent.name}` : ', starting from nothing'}; lambda ${run.config.identity.lambda}. Measured on ${of}.`,
      isSynthetic: run.isSynthetic,
      subjects: learned,
      parentId: run.parent?.id ?? null,
      runId: run.id,
    },
  }
}

/** Codes that a sentence can hold; the card's list of subjects names all of those that were learned from. */
const MOST_CODES = 20

/** `S01, S02, S03`, or of many the first few and how many others. */
export function codesText(codes: readonly string[]): string {
  if (codes.length <= MOST_CODES) return codes.join(', ')
  const shown = codes.slice(0, 3)
  return `${shown.join(', ')} and ${codes.length - shown.length} others`
}

/** Lower end of the AUC interval from which an AU counts as shown; half of the way from chance to certainty. */
const SHOWN_AUC = 0.75
/** An AUC that the interval does not tell from chance is experimental. */
const CHANCE_AUC = 0.5
const FEW_POSITIVES = 20

/** How far figures on held-out subjects let an AU be trusted. */
export function trustOf(figures: ModelFigures['aus'][number] | undefined, isThresholdChosen: boolean): Pick<ModelAu, 'trust' | 'evidence'> {
  const threshold = isThresholdChosen ? '' : ' Its threshold is 0.5, as it was not both present and absent in the validation subjects.'
  if (!figures || figures.auc === null)
    return { trust: 'experimental', evidence: `Not both present and absent in the held-out subjects, so not measured.${threshold}` }
  const low = figures.aucInterval?.low ?? null
  const trust =
    figures.positives < FEW_POSITIVES || low === null || low <= CHANCE_AUC ? 'experimental' : low >= SHOWN_AUC ? 'shown' : 'weak'
  const interval = figures.aucInterval ? ` (95 % ${figures.aucInterval.low.toFixed(2)} to ${figures.aucInterval.high.toFixed(2)})` : ''
  return {
    trust,
    evidence: `${auLabel(figures.au)} on held-out subjects: area under the curve ${figures.auc.toFixed(2)}${interval}, F1 ${figures.f1?.toFixed(2) ?? 'undefined'}, ${figures.positives} of ${figures.known} frames present.${threshold}`,
  }
}
