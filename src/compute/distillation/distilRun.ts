// `distil`: a prepared run folder from wherever it stands to its end: the teacher once over all frames, the student update by update, both compared, the
// student's files and a report. Folder, checkpoints and steps are those of training.
import { mkdirSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  DISTILLATION_INPUTS,
  distillationProgram,
  studentShapes,
  studentWeights,
  type Distillation,
} from '@ml/distillation/distillationProgram'
import { initialiseWeight, type NamedArray } from '@ml/model/initialise'
import { classifierShapes, parameterCount } from '@ml/model/parameters'
import { FINE_TUNING_ADAMW } from '@ml/optimizer/adamw'
import { Random } from '@ml/random'
import { runtimeFor, type DeviceId } from '@runtime/index'
import { openTrainer, type TrainingState } from '@runtime/training/index'
import type { DistillationResult, DistillationRunConfig, DistilSpec, LabelledComparison, TeacherAgreement } from '@shared/distillation'
import { MODEL_FOLDER } from '@shared/trainingCommands'
import type { RunData } from '@shared/trainingRun'
import type { CommandContext } from '../command'
import { BatchLoader } from '../training/batchLoader'
import { clearCheckpoints, loadCheckpoint, saveWeights } from '../training/checkpoint'
import { environmentOf } from '../training/environment'
import { ImageSource, plainPlans } from '../training/inputSource'
import { Paused } from '../training/runContext'
import { RunFolder } from '../training/runFolder'
import { readSamples, samplesOf, type Samples } from '../training/samples'
import { readParent, startingWeights } from '../training/startingWeights'
import { ONLY_FOLD, UpdateLoop, workerCount } from '../training/updateLoop'
import {
  comparedFrames,
  labelledComparison,
  labelledThresholds,
  measureSpeed,
  probabilitiesOf,
  teacherAgreement,
  type ComparedFrames,
} from './compareModels'
import { distillationReport, studentCard } from './distilReport'
import { distillationReportHtml } from './distilReportHtml'
import { TEACHER_BATCH } from './teacherBatch'
import { openTeacher, teacherLoader, teacherNetwork, teacherOutputs, type TeacherInput, type TeacherOutputs } from './teacherOutputs'

/** Separate streams of random numbers of a run, after those of training, pretraining and expressions. */
const STREAM = { weights: 41, projector: 42, order: 43, images: 44 } as const
const PREDICTION_BATCH = 16
/** Frames by which an epoch's agreement is told. */
const FOLLOWED_FRAMES = 400

/** @throws AppError LOSS_NOT_FINITE (with step and rate), DEVICE_UNAVAILABLE, DISK_FULL, CHECKPOINT_INVALID, MODEL_*, FILE_UNREADABLE, CANCELLED */
export async function distilRun(spec: DistilSpec, context: CommandContext): Promise<DistillationResult> {
  const folder = new RunFolder(spec.runDirectory)
  mkdirSync(folder.checkpoint(), { recursive: true })
  const run = folder.json<DistillationRunConfig>('config.json')
  const data = folder.json<RunData>('data.json')
  await folder.writeJson(folder.path('environment.json'), environmentOf(spec.product, run))
  const samples = readSamples(data)
  try {
    const said = await teacherOutputs({ ...teacherInput(spec, context, folder, run, data, samples) })
    try {
      return await new Distilling(spec, context, folder, run, data, samples, said).run()
    } finally {
      said.close()
    }
  } catch (error) {
    if (error instanceof Paused) return { outcome: 'paused', card: null }
    throw error
  }
}

function teacherInput(
  spec: DistilSpec,
  context: CommandContext,
  folder: RunFolder,
  run: DistillationRunConfig,
  data: RunData,
  samples: Samples,
): TeacherInput {
  return {
    folder,
    model: spec.teacher,
    teacher: run.teacher,
    data,
    samples,
    cropsFile: spec.cropsFile,
    device: run.device,
    threads: run.threads,
    signal: context.signal,
    onProgress: (done) => {
      context.progress({ done, total: samples.count, phase: 'The teacher looks at the frames' } as never)
      if (folder.isPauseAsked && done < samples.count) throw new Paused()
    },
  }
}

class Distilling {
  private readonly aus: readonly number[]
  private readonly distillation: Distillation
  private readonly compared: ComparedFrames
  private readonly teacherThresholds: number[]

  constructor(
    private readonly spec: DistilSpec,
    private readonly context: CommandContext,
    private readonly folder: RunFolder,
    private readonly config: DistillationRunConfig,
    private readonly data: RunData,
    private readonly samples: Samples,
    private readonly said: TeacherOutputs,
  ) {
    const { teacher, architecture } = config
    const { optimisation, temperature, features, frames, evaluation } = config.config
    this.aus = teacher.aus
    this.teacherThresholds = teacher.aus.map((au) => spec.teacher.card.aus.find((one) => one.au === au)?.threshold ?? 0.5)
    this.distillation = {
      network: { ...architecture, aus: teacher.aus.length, subjects: 0, identityLayers: 1 },
      teacherWidth: teacher.architecture.width,
      batch: optimisation.batch,
      temperature,
      featureWeight: features.weight,
      featureLoss: features.loss,
      weightDecay: optimisation.weightDecay,
      layerDecay: optimisation.layerDecay,
      clipNorm: optimisation.clipNorm,
    }
    this.compared = comparedFrames(samples, frames.leaveOut, evaluation.framesPerSubject)
  }

  async run(): Promise<DistillationResult> {
    const trained = await this.train()
    if (trained === null) return { outcome: 'paused', card: null }
    const { weights, seconds } = trained
    const { folder, config } = this
    this.context.progress({ done: config.steps, total: config.steps, phase: 'Comparing student and teacher' } as never)
    const { thresholds, agreement, labelled } = await this.compare(weights)
    mkdirSync(folder.path(MODEL_FOLDER), { recursive: true })
    const name = 'weights.safetensors'
    const saved = await saveWeights(folder.path(MODEL_FOLDER, name), weights, { format: 'pt' })
    const { teacher, network } = { teacher: config.teacher, network: this.distillation.network }
    const report = distillationReport({
      run: config,
      data: this.data,
      metrics: folder.metrics(),
      seconds,
      teacherSize: { bytes: await this.teacherBytes(), parameters: parameterCount(classifierShapes(teacherNetwork(teacher))) },
      studentSize: { bytes: saved.sizeBytes, parameters: parameterCount(classifierShapes(network)) },
      agreement,
      labelled,
      speed: await this.speed(weights),
    })
    await folder.writeJson(folder.path('report.json'), report)
    const environment = environmentOf(this.spec.product, config)
    await folder.writeText(folder.path('report.html'), distillationReportHtml(report, environment, folder.metrics()))
    const card = studentCard({
      run: config,
      report,
      teacher: this.spec.teacher.card,
      thresholds,
      files: [{ name, bytes: saved.sizeBytes, sha256: saved.sha256 }],
    })
    await folder.writeJson(folder.path('result.json'), { outcome: 'finished', card } satisfies DistillationResult)
    clearCheckpoints(folder)
    return { outcome: 'finished', card }
  }

  /** The student's weights, without the projector; null when paused. */
  private async train(): Promise<{ weights: Map<string, NamedArray>; seconds: number } | null> {
    const { folder, config, context, said, samples } = this
    const { microBatches } = config.config.optimisation
    const resumed = await loadCheckpoint(folder)
    await folder.rewindMetrics(ONLY_FOLD, resumed?.rest.step ?? 0)
    const state: TrainingState = resumed?.state ?? { weights: await this.start(), first: new Map(), second: new Map() }
    const trainer = await openTrainer(distillationProgram(this.distillation), state, config.device as DeviceId, {
      threads: config.threads,
      microBatches,
    })
    const loader = this.images(this.distillation.batch, workerCount(config.threads))
    const plain = this.images(PREDICTION_BATCH, 1)
    const followed = this.followed()
    const trained = samplesOf(samples, samples.subjects, true)
    const hasFeatures = this.distillation.featureWeight > 0
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
        inputs: ({ samples: chosen }, images) => {
          const { logits, features } = said.of(chosen)
          return {
            [DISTILLATION_INPUTS.images]: images,
            [DISTILLATION_INPUTS.logits]: logits,
            ...(hasFeatures ? { [DISTILLATION_INPUTS.features]: features } : {}),
          }
        },
        line: ({ reports, ...means }) => ({
          kind: 'distillation',
          ...means,
          auLoss: reports.au_loss ?? means.loss,
          featureLoss: reports.feature_loss ?? null,
        }),
        after: async (step) => {
          if (step % everySteps !== 0 && step !== config.steps) return
          const { weights } = await trainer.state()
          const { correlation, meanDifference } = await this.agreement(plain, studentWeights(weights), followed, this.teacherThresholds)
          folder.append({
            kind: 'agreement',
            fold: ONLY_FOLD,
            step,
            epoch: step / config.stepsPerEpoch,
            correlation,
            meanDifference,
            isLeftOut: this.compared.leftOut.length > 0,
            at: new Date().toISOString(),
          })
        },
      },
      resumed?.rest ?? null,
    )
    try {
      if ((await loop.run()) === 'paused') return null
      return { weights: studentWeights((await trainer.state()).weights), seconds: loop.seconds }
    } finally {
      await plain.close()
      await loader.close()
      await trainer.dispose()
    }
  }

  /** Outputs begin at what the teacher says on average, so that the first updates need not all go into learning that. */
  private async start(): Promise<Map<string, NamedArray>> {
    const { config, aus, spec } = this
    const probabilities = probabilitiesOf(this.said.of(this.compared.distilled).logits)
    const rates = aus.map((_, column) => {
      let sum = 0
      for (let at = column; at < probabilities.length; at += aus.length) sum += probabilities[at] as number
      return (sum * aus.length) / probabilities.length
    })
    const parent = spec.parent ? await readParent(spec.parent) : null
    const { seed } = config.config
    const weights = startingWeights(this.distillation.network, aus, rates, parent, Random.seeded(seed, STREAM.weights))
    const random = Random.seeded(seed, STREAM.projector)
    for (const [key, shape] of Object.entries(studentShapes(this.distillation)))
      if (!weights.has(key)) weights.set(key, { shape, data: initialiseWeight(key, shape, random) })
    return weights
  }

  /** Frames whose agreement is followed while the student learns: of subjects left out where there are any. */
  private followed(): Int32Array {
    const { leftOut, distilled } = this.compared
    const all = leftOut.length > 0 ? leftOut : distilled
    const count = Math.min(FOLLOWED_FRAMES, all.length)
    return Int32Array.from({ length: count }, (_, place) => all[Math.floor((place * all.length) / count)] as number)
  }

  private images(batch: number, workers: number): BatchLoader {
    const { data, samples, config, spec } = this
    const { architecture, normalisation } = config
    return new BatchLoader(
      {
        cropsFile: spec.cropsFile,
        rule: data.crops.rule,
        size: architecture.imageSize,
        videos: data.videos.map(({ id, track }) => ({ id, track })),
        video: samples.video,
        frame: samples.frame,
        normalisation,
        augmentation: { ...config.config.augmentation, randAugment: null, erasing: 0 },
      },
      batch,
      workers,
    )
  }

  /** (samples, AUs) */
  private async studentProbabilities(
    loader: BatchLoader,
    weights: ReadonlyMap<string, NamedArray>,
    chosen: Int32Array,
  ): Promise<Float32Array> {
    const source = new ImageSource(loader, this.config.device, this.config.threads)
    const { probabilities } = await source.outputs(weights, { network: this.distillation.network, batch: PREDICTION_BATCH }, chosen)
    return probabilities
  }

  private async agreement(
    loader: BatchLoader,
    weights: ReadonlyMap<string, NamedArray>,
    chosen: Int32Array,
    thresholds: readonly number[],
  ): Promise<TeacherAgreement> {
    const probabilities = await this.studentProbabilities(loader, weights, chosen)
    const teacher = { probabilities: probabilitiesOf(this.said.of(chosen).logits), thresholds: this.teacherThresholds }
    return teacherAgreement(this.samples, chosen, this.aus, teacher, { probabilities, thresholds })
  }

  /** Thresholds of the student (null where none could be chosen and the teacher's is kept), agreement, and figures on labels. */
  private async compare(weights: ReadonlyMap<string, NamedArray>): Promise<{
    thresholds: (number | null)[]
    agreement: { distilled: TeacherAgreement; leftOut: TeacherAgreement | null }
    labelled: LabelledComparison[]
  }> {
    const { compared, samples, aus, config, teacherThresholds } = this
    const { resamples } = config.config.evaluation
    const plain = this.images(PREDICTION_BATCH, 1)
    try {
      const ofLabels = config.config.thresholds === 'labels' && compared.labelledDistilled.length > 0
      const chosen = ofLabels
        ? labelledThresholds(
            samples,
            compared.labelledDistilled,
            aus,
            await this.studentProbabilities(plain, weights, compared.labelledDistilled),
          )
        : aus.map(() => null)
      const thresholds = chosen.map((one, column) => one ?? (teacherThresholds[column] as number))
      const labelled: LabelledComparison[] = []
      for (const kind of ['left-out', 'distilled'] as const) {
        const frames = kind === 'left-out' ? compared.labelledLeftOut : compared.labelledDistilled
        if (frames.length === 0) continue
        const found = labelledComparison({
          samples,
          chosen: frames,
          kind,
          aus,
          teacher: {
            ...config.teacher,
            probabilities: probabilitiesOf(this.said.of(frames).logits),
            thresholds: teacherThresholds,
          },
          student: { name: config.name, probabilities: await this.studentProbabilities(plain, weights, frames), thresholds },
          resampling: { resamples, seed: config.config.seed },
        })
        if (found) labelled.push(found)
      }
      return {
        thresholds: chosen,
        labelled,
        agreement: {
          distilled: await this.agreement(plain, weights, compared.distilled, thresholds),
          leftOut: compared.leftOut.length > 0 ? await this.agreement(plain, weights, compared.leftOut, thresholds) : null,
        },
      }
    } finally {
      await plain.close()
    }
  }

  private async speed(weights: ReadonlyMap<string, NamedArray>): ReturnType<typeof measureSpeed> {
    const { config, spec, context, folder, data, samples } = this
    const { device, threads } = config
    const some = Int32Array.from({ length: TEACHER_BATCH }, (_, place) => place % samples.count)
    const one = async (loader: BatchLoader, imageSize: number): Promise<Float32Array> => {
      try {
        for await (const { images } of loader.batches(plainPlans(some, TEACHER_BATCH)))
          return images.slice(0, TEACHER_BATCH * 3 * imageSize ** 2)
        return new Float32Array(0)
      } finally {
        await loader.close()
      }
    }
    const input = teacherInput(spec, context, folder, config, data, samples)
    const teacherImages = await one(teacherLoader(input), config.teacher.architecture.imageSize)
    const studentImages = await one(this.images(TEACHER_BATCH, 1), config.architecture.imageSize)
    const teacher = await openTeacher(input)
    const student = await runtimeFor(device as DeviceId).load(
      { config: this.distillation.network, weights: { kind: 'memory', tensors: weights } },
      { threads },
    )
    try {
      return await measureSpeed(
        { model: teacher, images: teacherImages },
        { model: student, images: studentImages },
        { device, threads, batch: TEACHER_BATCH },
        context.signal,
      )
    } finally {
      await teacher.dispose()
      await student.dispose()
    }
  }

  private async teacherBytes(): Promise<number> {
    const { card, directory } = this.spec.teacher
    const entry = card.files.find(({ name }) => name.endsWith('.safetensors'))
    return entry ? (await stat(join(directory, entry.name))).size : 0
  }
}
