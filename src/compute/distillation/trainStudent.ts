// The student's training: from its start or its checkpoint to the last update, its agreement with the teacher followed on the way.
import { DISTILLATION_INPUTS, distillationProgram, studentShapes, studentWeights } from '@ml/distillation/distillationProgram'
import { initialiseWeight, type NamedArray } from '@ml/model/initialise'
import { FINE_TUNING_ADAMW } from '@ml/optimizer/adamw'
import { Random } from '@ml/random'
import type { DeviceId } from '@runtime/index'
import { openTrainer, type TrainingState } from '@runtime/training/index'
import { probabilitiesOf } from '@shared/logistic'
import { loadCheckpoint } from '../training/checkpoint'
import { samplesOf } from '../training/samples'
import { readParent, startingWeights } from '../training/startingWeights'
import { ONLY_FOLD, UpdateLoop, workerCount } from '../training/updateLoop'
import { agreementOn, PREDICTION_BATCH, studentImages, studentProbabilities, type Distilling } from './distilling'

/** Separate streams of random numbers of a run, after those of training, pretraining and expressions. */
const STREAM = { weights: 41, projector: 42, order: 43, images: 44 } as const
/** Frames by which an epoch's agreement is told. */
const FOLLOWED_FRAMES = 400

/**
 * The student's weights, without the projector, and the seconds that learning took; null when paused.
 * @throws AppError LOSS_NOT_FINITE (with step and rate), DEVICE_UNAVAILABLE, DISK_FULL, CHECKPOINT_INVALID, CANCELLED
 */
export async function trainStudent(run: Distilling): Promise<{ weights: Map<string, NamedArray>; seconds: number } | null> {
  const { folder, config, context, said, samples, program } = run
  const { microBatches } = config.config.optimisation
  const resumed = await loadCheckpoint(folder)
  await folder.rewindMetrics(ONLY_FOLD, resumed?.rest.step ?? 0)
  const state: TrainingState = resumed?.state ?? { weights: await startOf(run), first: new Map(), second: new Map() }
  await using opened = new AsyncDisposableStack()
  const options = { threads: config.threads, microBatches }
  const trainer = opened.adopt(await openTrainer(distillationProgram(program), state, config.device as DeviceId, options), (one) =>
    one.dispose(),
  )
  const loader = opened.adopt(studentImages(run, program.batch, workerCount(config.threads)), (one) => one.close())
  const plain = opened.adopt(studentImages(run, PREDICTION_BATCH, 1), (one) => one.close())
  const followed = followedFrames(run)
  const trained = samplesOf(samples, samples.subjects, true)
  const hasFeatures = program.featureWeight > 0
  const everySteps = config.config.evaluation.everyEpochs * config.stepsPerEpoch
  const loop = new UpdateLoop(
    {
      name: 'Distillation',
      folder,
      run: config,
      trainer,
      loader,
      context,
      adamw: FINE_TUNING_ADAMW,
      streams: STREAM,
      order: (random) => Int32Array.from(random.shuffle([...trained])),
      inputs: ({ samples: chosen }, images) => ({
        [DISTILLATION_INPUTS.images]: images,
        [DISTILLATION_INPUTS.logits]: said.logits(chosen),
        ...(hasFeatures ? { [DISTILLATION_INPUTS.features]: said.features(chosen) } : {}),
      }),
      line: ({ reports, ...means }) => ({
        kind: 'distillation',
        ...means,
        auLoss: reports.au_loss ?? means.loss,
        featureLoss: reports.feature_loss ?? null,
      }),
      after: async (step) => {
        if (step % everySteps !== 0 && step !== config.steps) return
        const { weights } = await trainer.state()
        const probabilities = await studentProbabilities(run, plain, studentWeights(weights), followed)
        const { correlation, meanDifference } = agreementOn(run, followed, probabilities, run.teacherThresholds)
        folder.append({
          kind: 'agreement',
          fold: ONLY_FOLD,
          step,
          epoch: step / config.stepsPerEpoch,
          correlation,
          meanDifference,
          isLeftOut: run.compared.leftOut.length > 0,
          at: new Date().toISOString(),
        })
      },
    },
    resumed?.rest ?? null,
  )
  if ((await loop.run()) === 'paused') return null
  return { weights: studentWeights((await trainer.state()).weights), seconds: loop.seconds }
}

/** Outputs begin at what the teacher says on average, so that the first updates need not all go into learning that. */
async function startOf({ config, aus, spec, said, compared, program }: Distilling): Promise<Map<string, NamedArray>> {
  const probabilities = probabilitiesOf(said.logits(compared.distilled))
  const rates = aus.map((_, column) => {
    let sum = 0
    for (let at = column; at < probabilities.length; at += aus.length) sum += probabilities[at] as number
    return (sum * aus.length) / probabilities.length
  })
  const parent = spec.parent ? await readParent(spec.parent) : null
  const { seed } = config.config
  const weights = startingWeights(program.network, aus, rates, parent, Random.seeded(seed, STREAM.weights))
  const random = Random.seeded(seed, STREAM.projector)
  for (const [key, shape] of Object.entries(studentShapes(program)))
    if (!weights.has(key)) weights.set(key, { shape, data: initialiseWeight(key, shape, random) })
  return weights
}

/** Frames whose agreement is followed while the student learns: of subjects left out where there are any. */
function followedFrames({ compared: { leftOut, distilled } }: Distilling): Int32Array {
  const all = leftOut.length > 0 ? leftOut : distilled
  const count = Math.min(FOLLOWED_FRAMES, all.length)
  return Int32Array.from({ length: count }, (_, place) => all[Math.floor((place * all.length) / count)] as number)
}
