// `trainExpressions`: a prepared run on an expression set to its end. One of several classes by softmax cross-entropy; the rest, from augmentation and
// optimizer to checkpoints, is that of AU training. The epoch is chosen on validation images; test images choose nothing.
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Random } from '@ml/random'
import type { ClassifierTraining } from '@ml/training/classifierProgram'
import { FRAMES_FILE, FRAMES_MANIFEST } from '@shared/curation'
import { AppError } from '@shared/errors'
import {
  EXPRESSION_SERIES,
  type ExpressionResult,
  type ExpressionRunConfig,
  type ExpressionSet,
  type TrainExpressionsSpec,
} from '@shared/expressions'
import { MODEL_FOLDER } from '@shared/trainingCommands'
import type { CommandContext } from '../command'
import { BatchLoader } from '../training/batchLoader'
import { clearCheckpoints, loadWeights, saveWeights } from '../training/checkpoint'
import { environmentOf } from '../training/environment'
import { bestWeightsName } from '../training/foldFiles'
import { ImageSource } from '../training/inputSource'
import { RunFolder } from '../training/runFolder'
import { readParent } from '../training/startingWeights'
import { ONLY_FOLD } from '../training/updateLoop'
import { expressionFigures } from './expressionFigures'
import { expressionReport, expressionReportHtml } from './expressionReport'
import { splitExpressions } from './expressionSplits'
import { STREAM } from './expressionStreams'
import { trainExpressions } from './trainExpressions'

/** @throws AppError LOSS_NOT_FINITE, DEVICE_UNAVAILABLE, DISK_FULL, CHECKPOINT_INVALID, DATASET_INVALID, TOO_FEW_SUBJECTS, SUBJECT_LEAK, CANCELLED */
export async function expressionRun(spec: TrainExpressionsSpec, context: CommandContext): Promise<ExpressionResult> {
  const folder = new RunFolder(spec.runDirectory)
  mkdirSync(folder.checkpoint(), { recursive: true })
  const run = folder.json<ExpressionRunConfig>('config.json')
  const set = JSON.parse(readFileSync(join(spec.setDirectory, FRAMES_MANIFEST), 'utf8')) as ExpressionSet
  if (set.contentHash !== run.setHash)
    throw new AppError('CHECKPOINT_INVALID', `The set ${set.name} holds other images than when this run was started. Start a new run.`)
  await folder.writeJson(folder.path('environment.json'), environmentOf(spec.product, run))
  const splits = splitExpressions(set, run.config.evaluation.validationShare, Random.seeded(run.config.seed, STREAM.splits))
  const training = trainingOf(run)
  const count = set.samples.label.length
  const loader = new BatchLoader(
    {
      cropsFile: join(spec.setDirectory, FRAMES_FILE),
      rule: EXPRESSION_SERIES.rule,
      size: set.pixels,
      videos: [{ id: EXPRESSION_SERIES.id, track: EXPRESSION_SERIES.track }],
      video: new Int32Array(count),
      frame: Int32Array.from({ length: count }, (_, index) => index),
      normalisation: run.normalisation,
      augmentation: run.config.augmentation,
    },
    training.batch,
    1,
  )
  try {
    const parent = spec.parent ? await readParent(spec.parent) : null
    const measured = { run, set, splits, training, images: new ImageSource(loader, run.device, run.threads) }
    const trained = await trainExpressions({ ...measured, folder, context, loader, parent })
    if (trained === null) return { outcome: 'paused', card: null }
    const { best, seconds } = trained
    const weights = await loadWeights(folder.checkpoint(bestWeightsName(ONLY_FOLD, best.epoch)))
    const test = await expressionFigures(measured, weights, splits.test)
    const report = expressionReport({ run, set, splits, test, best, seconds })
    await folder.writeJson(folder.path('report.json'), report)
    await folder.writeText(folder.path('report.html'), expressionReportHtml(report))
    mkdirSync(folder.path(MODEL_FOLDER), { recursive: true })
    const name = 'weights.safetensors'
    const { sizeBytes, sha256 } = await saveWeights(folder.path(MODEL_FOLDER, name), weights, { format: 'pt' })
    const of = `${test.images} test images of ${set.name}`
    const card: NonNullable<ExpressionResult['card']> = {
      architecture: { ...run.architecture, subjects: 0 },
      expressions: run.classes,
      files: [{ name, bytes: sizeBytes, sha256 }],
      metrics: [
        { name: 'accuracy', value: test.accuracy, of },
        { name: 'mean class accuracy', value: test.meanClassAccuracy, of },
      ],
      training: {
        summary: `Trained on ${splits.train.length} images of the expression set ${set.name} (${run.classes.join(', ')})${run.parent ? `, starting from ${run.parent.name}` : ', starting from nothing'}. Measured on ${of}${splits.isSubjectExclusive ? ' of other people' : '; whether the same people are among the training images is not known'}.`,
        isSynthetic: false,
        subjects: [],
        parentId: run.parent?.id ?? null,
        runId: run.id,
      },
    }
    await folder.writeJson(folder.path('result.json'), { outcome: 'finished', card } satisfies ExpressionResult)
    clearCheckpoints(folder)
    return { outcome: 'finished', card }
  } finally {
    await loader.close()
  }
}

function trainingOf({ config, architecture, classes }: ExpressionRunConfig): ClassifierTraining {
  const { width, depth, heads, patch, imageSize } = architecture
  const { optimisation } = config
  return {
    network: { width, depth, heads, patch, imageSize, aus: classes.length, subjects: 0, identityLayers: 1 },
    outputs: 'classes',
    batch: optimisation.batch,
    trained: { part: 'all' },
    lambda: 0,
    identityLoss: config.identity.loss,
    positiveWeights: null,
    stochasticDepth: optimisation.stochasticDepth,
    weightDecay: optimisation.weightDecay,
    layerDecay: optimisation.layerDecay,
    clipNorm: optimisation.clipNorm,
  }
}
