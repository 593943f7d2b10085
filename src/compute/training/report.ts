// Gathers a finished run into one document: data, curves, figures, warnings and a methods paragraph. The page made of it is in reportHtml.ts.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { auLabel } from '@shared/facs'
import { foldsText, samplesPerUpdate } from '@shared/training'
import type { ModelFigures, RunConfig, RunData, RunEnvironment, RunMetric, RunReport } from '@shared/trainingRun'
import { summariseData } from '@shared/trainingData'
import type { FoldResult } from './foldFiles'

interface ReportParts {
  run: RunConfig
  data: RunData
  results: readonly FoldResult[]
  metrics: readonly RunMetric[]
  before: ModelFigures | null
  after: ModelFigures
  probe: RunReport['probe']
  environment: RunEnvironment
  resourcesDirectory: string
  now: string
}

/** Base rates below this are flagged (faces.md: 3 to 5 %). */
const RARE = 0.05
const FEW_TEST_SUBJECTS = 5

export function buildReport(parts: ReportParts): RunReport {
  const { run, data, results, before, after, probe, environment } = parts
  const summary = summariseData(data)
  return {
    format: 'au-workbench-report/1',
    runId: run.id,
    name: run.name,
    createdAt: parts.now,
    config: run.config,
    device: run.device,
    environment,
    data: summary,
    folds: run.folds.map((fold, index) => {
      const result = results[index]
      return { ...fold, chosenEpoch: result?.chosenEpoch ?? null, epochs: run.config.optimisation.epochs, seconds: result?.seconds ?? 0 }
    }),
    parentName: run.parent?.name ?? null,
    before,
    after,
    curves: curvesOf(parts.metrics),
    probe,
    published: publishedTable(run, parts.resourcesDirectory),
    warnings: [...summary.warnings, ...warningsOf(run, before, after, results)],
    methods: methodsParagraph(run, data, after, environment),
  }
}

/** One point an epoch and fold: mean losses over its steps, and the evaluation at its end. */
function curvesOf(metrics: readonly RunMetric[]): RunReport['curves'] {
  const points = new Map<string, RunReport['curves'][number] & { steps: number }>()
  const at = (fold: number, epoch: number) => {
    const key = `${fold} ${epoch}`
    const found = points.get(key)
    if (found) return found
    const made = { fold, epoch, auLoss: null, identityLoss: null, validationF1: null, testF1: null, steps: 0 }
    points.set(key, made)
    return made
  }
  for (const line of metrics) {
    if (line.kind === 'step') {
      const point = at(line.fold, Math.ceil(line.epoch))
      point.auLoss = ((point.auLoss ?? 0) * point.steps + line.auLoss) / (point.steps + 1)
      if (line.identityLoss !== null) point.identityLoss = ((point.identityLoss ?? 0) * point.steps + line.identityLoss) / (point.steps + 1)
      point.steps++
    } else if (line.kind === 'evaluation') {
      const point = at(line.fold, line.epoch)
      point.validationF1 = line.validationF1
      point.testF1 = line.testF1
    }
  }
  return [...points.values()].map(({ steps: _steps, ...point }) => point).sort((a, b) => a.fold - b.fold || a.epoch - b.epoch)
}

function warningsOf(run: RunConfig, before: ModelFigures | null, after: ModelFigures, results: readonly FoldResult[]): string[] {
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
  ]
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
  if (before && before.means.f1 !== null && after.means.f1 !== null && after.means.f1 < before.means.f1)
    warnings.push(
      `The new model is worse than ${before.name} on the same subjects (mean F1 ${after.means.f1.toFixed(2)} against ${before.means.f1.toFixed(2)}).`,
    )
  return warnings
}

const TABLES: Readonly<Record<string, string>> = { BP4D: 'table1_bp4d', 'BP4D+': 'table2_bp4d_plus', DISFA: 'table3_disfa' }

function publishedTable(run: RunConfig, resourcesDirectory: string): RunReport['published'] {
  const plan = run.config.evaluation.folds
  if (plan.kind !== 'published') return null
  interface Row {
    method: string
    venue: string
    f1: Record<string, number>
    mean_f1: number
  }
  const tables = JSON.parse(readFileSync(join(resourcesDirectory, 'reference', 'paper-tables.json'), 'utf8')) as Record<string, unknown>
  const rows = (tables[TABLES[plan.dataset] ?? ''] ?? []) as Row[]
  return { source: String(tables['source']), rows: rows.map(({ method, venue, f1, mean_f1: meanF1 }) => ({ method, venue, f1, meanF1 })) }
}

const figure = (value: number | null): string => (value === null ? 'undefined' : value.toFixed(2))

function methodsParagraph(run: RunConfig, data: RunData, after: ModelFigures, environment: RunEnvironment): string {
  const { config, architecture } = run
  const { optimisation: o, augmentation: a, identity, evaluation } = config
  const tested = [...new Set(run.folds.flatMap(({ test }) => test))]
  const plan = evaluation.folds
  const folds =
    plan.kind === 'holdout'
      ? `${tested.length} subjects were held out`
      : plan.kind === 'loso'
        ? 'every subject was held out once (leave-one-subject-out)'
        : plan.kind === 'kfold'
          ? `subjects were dealt into ${plan.count} subject-exclusive folds`
          : `the published subject-exclusive folds of ${plan.dataset} were used`
  const augmentation = [
    a.resizedCropScale && `random resized cropping (scale ${a.resizedCropScale[0]}-${a.resizedCropScale[1]})`,
    a.flip > 0 && `horizontal flipping (${a.flip})`,
    a.randAugment && `RandAugment (${a.randAugment})`,
    a.erasing > 0 && `random erasing (${a.erasing})`,
  ].filter(Boolean)
  const trained =
    config.trained.part === 'all'
      ? 'All weights were trained'
      : config.trained.part === 'heads'
        ? 'Only the output layers were trained'
        : `The last ${config.trained.count} blocks and the output layers were trained`
  const start = run.parent ? `initialised from the model "${run.parent.name}"` : 'initialised at random'
  const interval = after.meanF1Interval
    ? ` (95 % interval ${after.meanF1Interval.low.toFixed(2)}-${after.meanF1Interval.high.toFixed(2)} by bootstrap over subjects)`
    : ''
  return [
    `Action Units ${data.aus.join(', ')} were coded in ${data.samples.frame.length} frames of ${data.subjects.length} subjects by ${data.coders.names.length} ${data.coders.names.length === 1 ? 'coder' : 'coders'}; frames without a code were treated as unknown and masked${data.coders.contradictions > 0 ? `, and contradictory codes were resolved by the policy "${data.coders.policy.kind}"` : ''}.`,
    `A vision transformer (width ${architecture.width}, depth ${architecture.depth}, ${architecture.heads} heads, patch ${architecture.patch}, ${architecture.imageSize} pixels), ${start}, was fine-tuned with identity adversarial training (Ning, Salah and Onal Ertugrul, arXiv 2407.11243; lambda ${identity.lambda}, identity loss ${identity.loss}, ${identity.layers}-layer identity head).`,
    `${trained} with AdamW (betas 0.9 and 0.999, weight decay ${o.weightDecay}, layer-wise rate decay ${o.layerDecay}), ${samplesPerUpdate(config)} frames per update, base rate ${o.baseRate} per 256 frames, ${o.warmupEpochs} epochs of warm-up and half-cosine decay over ${o.epochs} epochs, stochastic depth ${o.stochasticDepth}${o.positiveWeight === 'balanced' ? ', and present frames weighted by the ratio of absent to present' : ''}.`,
    augmentation.length > 0 ? `Training images were augmented by ${augmentation.join(', ')}.` : 'Training images were not augmented.',
    `For evaluation ${folds}; thresholds and the epoch were chosen on ${Math.round(100 * evaluation.validationShare)} % of the training subjects, never on test subjects.`,
    `Mean F1 over ${after.aus.length - after.leftOut.length} Action Units was ${figure(after.means.f1)}${interval}, mean area under the ROC curve ${figure(after.means.auc)}.`,
    `AU Workbench ${environment.product}, ${environment.device}, onnxruntime ${environment.onnxruntime}, seed ${config.seed}, folds ${foldsText(plan)}.`,
  ].join(' ')
}
