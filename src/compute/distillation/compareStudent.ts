// A trained student beside its teacher: thresholds, agreement on frames, figures on labels, and both models' speeds in turns. The arithmetic is compareModels.ts.
import type { NamedArray } from '@ml/model/initialise'
import { runtimeFor, type DeviceId } from '@runtime/index'
import type { DistillationSpeed, LabelledComparison, TeacherAgreement } from '@shared/distillation'
import { probabilitiesOf } from '@shared/logistic'
import type { BatchLoader } from '../training/batchLoader'
import { plainPlans } from '../training/inputSource'
import { labelledComparison, labelledThresholds, measureSpeed } from './compareModels'
import { agreementOn, PREDICTION_BATCH, studentImages, studentProbabilities, type Distilling } from './distilling'
import { TEACHER_BATCH } from './teacherBatch'
import { openTeacher, teacherLoader } from './teacherOutputs'

export interface StudentComparison {
  /** Per AU; null where none could be chosen and the teacher's is kept. */
  thresholds: (number | null)[]
  agreement: { distilled: TeacherAgreement; leftOut: TeacherAgreement | null }
  labelled: LabelledComparison[]
}

/** @throws AppError CANCELLED between two batches, and those of devices and crops */
export async function compareStudent(run: Distilling, weights: ReadonlyMap<string, NamedArray>): Promise<StudentComparison> {
  const { compared, samples, aus, config, teacherThresholds, said, context } = run
  const { resamples } = config.config.evaluation
  await using opened = new AsyncDisposableStack()
  const plain = opened.adopt(studentImages(run, PREDICTION_BATCH, 1), (one) => one.close())
  const student = (chosen: Int32Array): Promise<Float32Array> =>
    studentProbabilities(run, plain, weights, chosen, () => context.signal.throwIfAborted())
  const ofLabelled = { distilled: await student(compared.labelledDistilled), 'left-out': await student(compared.labelledLeftOut) }
  const chosen =
    config.config.thresholds === 'labels' && compared.labelledDistilled.length > 0
      ? labelledThresholds(samples, compared.labelledDistilled, aus, ofLabelled.distilled)
      : aus.map(() => null)
  const thresholds = chosen.map((one, column) => one ?? (teacherThresholds[column] as number))
  const labelled: LabelledComparison[] = []
  for (const kind of ['left-out', 'distilled'] as const) {
    context.signal.throwIfAborted()
    const frames = kind === 'left-out' ? compared.labelledLeftOut : compared.labelledDistilled
    const found = labelledComparison({
      samples,
      chosen: frames,
      kind,
      aus,
      teacher: { ...config.teacher, probabilities: probabilitiesOf(said.logits(frames)), thresholds: teacherThresholds },
      student: { name: config.name, probabilities: ofLabelled[kind], thresholds },
      resampling: { resamples, seed: config.config.seed },
    })
    if (found) labelled.push(found)
  }
  const agreement = async (frames: Int32Array): Promise<TeacherAgreement> => agreementOn(run, frames, await student(frames), thresholds)
  return {
    thresholds: chosen,
    labelled,
    agreement: {
      distilled: await agreement(compared.distilled),
      leftOut: compared.leftOut.length > 0 ? await agreement(compared.leftOut) : null,
    },
  }
}

/** Of the networks alone, each on the same frames at its own size. */
export async function timeStudent(run: Distilling, weights: ReadonlyMap<string, NamedArray>): Promise<DistillationSpeed> {
  const { config, context, samples, program } = run
  const { device, threads } = config
  const some = Int32Array.from({ length: TEACHER_BATCH }, (_, place) => place % samples.count)
  const teacherImages = await oneBatch(teacherLoader(run.teacher), some, config.teacher.architecture.imageSize)
  const studentBatch = await oneBatch(studentImages(run, TEACHER_BATCH, 1), some, config.architecture.imageSize)
  await using opened = new AsyncDisposableStack()
  const teacher = opened.adopt(await openTeacher(run.teacher), (one) => one.dispose())
  const inMemory = { config: program.network, weights: { kind: 'memory' as const, tensors: weights } }
  const student = opened.adopt(await runtimeFor(device as DeviceId).load(inMemory, { threads }), (one) => one.dispose())
  return await measureSpeed(
    { model: teacher, images: teacherImages },
    { model: student, images: studentBatch },
    { device, threads, batch: TEACHER_BATCH },
    context.signal,
  )
}

/** (some, 3, S, S); closes the loader. */
async function oneBatch(loader: BatchLoader, some: Int32Array, imageSize: number): Promise<Float32Array> {
  try {
    for await (const { images } of loader.batches(plainPlans(some, some.length))) return images.slice(0, some.length * 3 * imageSize ** 2)
    return new Float32Array(0)
  } finally {
    await loader.close()
  }
}
