// Training on an expression set from its start or its checkpoint to the last update. The epoch that is kept is chosen on validation images.
import { existsSync } from 'node:fs'
import { FINE_TUNING_ADAMW } from '@ml/optimizer/adamw'
import { Random } from '@ml/random'
import { classifierProgram, CLASSIFIER_INPUTS, type ClassifierTraining } from '@ml/training/classifierProgram'
import type { DeviceId } from '@runtime/index'
import { openTrainer } from '@runtime/training/index'
import { AppError } from '@shared/errors'
import { predictionColumns, type ExpressionRunConfig, type ExpressionSet } from '@shared/expressions'
import { samplesPerUpdate } from '@shared/training'
import type { CommandContext } from '../command'
import type { BatchLoader } from '../training/batchLoader'
import { loadCheckpoint, saveWeights } from '../training/checkpoint'
import { bestWeightsName, dropBest } from '../training/foldFiles'
import type { RunFolder } from '../training/runFolder'
import { startingWeights, type ParentWeights } from '../training/startingWeights'
import { branchScales } from '../training/stepInputs'
import { ONLY_FOLD, UpdateLoop } from '../training/updateLoop'
import { expressionFigures, type MeasuredSet } from './expressionFigures'
import type { ExpressionSplits } from './expressionSplits'
import { STREAM } from './expressionStreams'

export interface ExpressionTraining extends MeasuredSet {
  folder: RunFolder
  context: CommandContext
  loader: BatchLoader
  parent: ParentWeights | null
}

/** The epoch that is kept, and its share of validation images named rightly. */
export interface BestEpoch {
  epoch: number
  accuracy: number
}

/** Null when paused. @throws AppError LOSS_NOT_FINITE, DEVICE_UNAVAILABLE, DISK_FULL, CHECKPOINT_INVALID, CANCELLED */
export async function trainExpressions(parts: ExpressionTraining): Promise<{ best: BestEpoch; seconds: number } | null> {
  const { folder, run, set, splits, training, context, loader, parent } = parts
  const { config } = run
  const { batch, microBatches, epochs } = config.optimisation
  const stepsPerEpoch = Math.max(1, Math.floor(splits.train.length / samplesPerUpdate(config)))
  const steps = epochs * stepsPerEpoch
  const resumed = await loadCheckpoint(folder)
  await folder.rewindMetrics(ONLY_FOLD, resumed?.rest.step ?? 0)
  const state = resumed?.state ?? { weights: startOf(run, set, splits, training, parent), first: new Map(), second: new Map() }
  await using opened = new AsyncDisposableStack()
  const options = { threads: run.threads, microBatches }
  const trainer = opened.adopt(await openTrainer(classifierProgram(training), state, run.device as DeviceId, options), (one) =>
    one.dispose(),
  )
  const accuracies: BestEpoch[] = [...(resumed?.rest.accuracies ?? [])]
  const isEpochEnd = (step: number): boolean => step % stepsPerEpoch === 0
  const loop = new UpdateLoop(
    {
      name: 'Training',
      folder,
      run: { device: run.device, stepsPerEpoch, steps, config: { ...config, optimisation: { ...config.optimisation, steps: null } } },
      trainer,
      loader,
      context,
      adamw: FINE_TUNING_ADAMW,
      streams: STREAM,
      order: (random) => Int32Array.from(random.shuffle([...splits.train])),
      inputs: ({ samples }, images, { step, micro }) => {
        const labels = new Float32Array(batch * run.classes.length)
        samples.forEach((sample, row) => (labels[row * run.classes.length + (set.samples.label[sample] as number)] = 1))
        return {
          [CLASSIFIER_INPUTS.images]: images,
          [CLASSIFIER_INPUTS.labels]: labels,
          [CLASSIFIER_INPUTS.branchScales]: branchScales(training, Random.seeded(config.seed, STREAM.branches, step, micro)),
        }
      },
      line: ({ reports: _none, ...means }) => ({ kind: 'expressions', ...means }),
      after: async (step) => {
        const epoch = step / stepsPerEpoch
        if (step === 0 || !isEpochEnd(step) || (epoch % config.evaluation.everyEpochs !== 0 && epoch !== epochs)) return
        const { weights } = await trainer.state()
        const { accuracy } = await expressionFigures(parts, weights, splits.validation)
        accuracies.push({ epoch, accuracy })
        if (bestOf(accuracies)?.epoch === epoch) await saveWeights(folder.checkpoint(bestWeightsName(ONLY_FOLD, epoch)), weights)
        dropBest(folder, ONLY_FOLD, recentBests(accuracies))
        folder.append({ kind: 'accuracy', fold: ONLY_FOLD, step, epoch, validation: accuracy, at: new Date().toISOString() })
      },
      isSaved: isEpochEnd,
      kept: () => ({ accuracies }),
    },
    resumed?.rest ?? null,
  )
  if ((await loop.run()) === 'paused') return null
  const best = bestOf(accuracies)
  if (!best || !existsSync(folder.checkpoint(bestWeightsName(ONLY_FOLD, best.epoch))))
    throw new AppError('CHECKPOINT_INVALID', 'The weights of the chosen epoch are missing from the run folder. Start the run anew.')
  return { best, seconds: loop.seconds }
}

/** The earliest of the best. */
const bestOf = (accuracies: readonly BestEpoch[]): BestEpoch | null =>
  accuracies.reduce<BestEpoch | null>((top, one) => (top === null || one.accuracy > top.accuracy ? one : top), null)

/** As of this evaluation and the two before, which are those that the two checkpoints on disk may name. */
const recentBests = (accuracies: readonly BestEpoch[]): number[] =>
  [0, 1, 2].flatMap((ago) => bestOf(accuracies.slice(0, accuracies.length - ago))?.epoch ?? [])

function startOf(
  { classes, config }: ExpressionRunConfig,
  set: ExpressionSet,
  splits: ExpressionSplits,
  training: ClassifierTraining,
  parent: ParentWeights | null,
): ReturnType<typeof startingWeights> {
  const start = startingWeights(
    training.network,
    predictionColumns({ aus: [], expressions: classes }),
    classes.map(() => null),
    parent && { ...parent, aus: [] },
    Random.seeded(config.seed, STREAM.weights),
  )
  return start.set('head.bias', { shape: [classes.length], data: classPriors(set, splits, classes.length) })
}

/** Logarithms of the classes' shares, so that the first updates need not go into learning them. */
function classPriors({ samples }: ExpressionSet, { train }: ExpressionSplits, classes: number): Float32Array {
  const counts = new Float64Array(classes).fill(1)
  for (const place of train) counts[samples.label[place] as number] = (counts[samples.label[place] as number] as number) + 1
  return Float32Array.from(counts, (count) => Math.log(count / (train.length + classes)))
}
