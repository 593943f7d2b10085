// A student beside its teacher: how alike they are on frames that nobody coded, what both are worth on labelled ones, and how fast each is.
import { cpus } from 'node:os'
import { figureDifferences, modelFigures } from '@ml/evaluation/figures'
import { modelAgreement, type ModelValues } from '@ml/evaluation/modelAgreement'
import { auScores, NOT_KNOWN, type ScoredFold } from '@ml/evaluation/pooling'
import { bestThreshold } from '@ml/evaluation/thresholds'
import { hasBothClasses } from '@ml/evaluation/classification'
import type { LoadedModel } from '@runtime/index'
import type { DistillationSpeed, LabelledComparison, TeacherAgreement } from '@shared/distillation'
import { columns } from '../training/measureRun'
import { samplesOf, spreadOverSubjects, type Samples } from '../training/samples'

/** The frames that models are compared on, ascending; who of them was learned from is the caller's to say. */
export interface ComparedFrames {
  distilled: Int32Array
  leftOut: Int32Array
  /** Labelled frames of either. */
  labelledDistilled: Int32Array
  labelledLeftOut: Int32Array
}

/** @param most frames of a subject */
export function comparedFrames(samples: Samples, leftOut: readonly string[], most: number): ComparedFrames {
  const seen = samples.subjects.filter((code) => !leftOut.includes(code))
  const width = samples.aus.length
  const isLabelled = (sample: number): boolean =>
    samples.labels.subarray(sample * width, (sample + 1) * width).some((label) => label !== NOT_KNOWN)
  const spread = (chosen: Int32Array): Int32Array => {
    const subject = chosen.map((sample) => samples.subject[sample] as number)
    return spreadOverSubjects({ subjects: samples.subjects, subject }, most).map((place) => chosen[place] as number)
  }
  return {
    distilled: spread(samplesOf(samples, seen, true)),
    leftOut: spread(samplesOf(samples, leftOut, false)),
    labelledDistilled: samplesOf(samples, seen, false).filter(isLabelled),
    labelledLeftOut: samplesOf(samples, leftOut, false).filter(isLabelled),
  }
}

const subjectsIn = (samples: Samples, chosen: Int32Array): string[] =>
  [...new Set(chosen.map((sample) => samples.subject[sample] as number))]
    .sort((a, b) => a - b)
    .map((place) => samples.subjects[place] as string)

/** @param aus of the columns of both */
export function teacherAgreement(
  samples: Samples,
  chosen: Int32Array,
  aus: readonly number[],
  teacher: ModelValues,
  student: ModelValues,
): TeacherAgreement {
  const { aus: perAu, ...means } = modelAgreement(teacher, student)
  return {
    subjects: subjectsIn(samples, chosen),
    frames: chosen.length,
    ...means,
    aus: perAu.map((one, column) => ({ au: aus[column] as number, ...one })),
  }
}

export interface LabelledInput {
  samples: Samples
  chosen: Int32Array
  kind: LabelledComparison['kind']
  aus: readonly number[]
  teacher: ModelValues & { id: string; name: string; subjects: readonly string[] }
  student: ModelValues & { name: string }
  resampling: { resamples: number; seed: number }
}

/** Null without labelled frames. */
export function labelledComparison(input: LabelledInput): LabelledComparison | null {
  const { samples, chosen, aus, teacher, student, resampling } = input
  if (chosen.length === 0) return null
  const folds = ({ probabilities, thresholds }: ModelValues): ScoredFold[] => [
    {
      samples: chosen,
      probabilities: columns(probabilities, chosen.length, aus, samples.aus),
      thresholds: samples.aus.map((au) => thresholds[aus.indexOf(au)] ?? 0.5),
      published: null,
    },
  ]
  const [before, after] = [folds(teacher), folds(student)]
  const subjects = subjectsIn(samples, chosen)
  return {
    kind: input.kind,
    subjects,
    frames: chosen.length,
    teacherTrainedOn: subjects.filter((code) => teacher.subjects.includes(code)),
    teacher: modelFigures(samples, before, { modelId: teacher.id, name: teacher.name, ...resampling }),
    student: modelFigures(samples, after, { modelId: null, name: student.name, ...resampling }),
    difference: figureDifferences(samples, before, after, resampling),
  }
}

/** Per AU the best threshold on labelled frames; null for AUs that are not both present and absent there. */
export function labelledThresholds(
  samples: Samples,
  chosen: Int32Array,
  aus: readonly number[],
  probabilities: Float32Array,
): (number | null)[] {
  const scores = auScores(samples, chosen, columns(probabilities, chosen.length, aus, samples.aus))
  return aus.map((au) => {
    const own = scores[samples.aus.indexOf(au)]
    return own && hasBothClasses(own.labels) ? (bestThreshold(own)?.threshold ?? null) : null
  })
}

/** Batches before anything is timed. */
const WARM_UP = 2
/** Turns that are timed at most, and the seconds after which no further turn is begun. */
const MOST_TURNS = 12
const MOST_SECONDS = 20
const LEAST_TURNS = 3

export interface TimedModel {
  model: LoadedModel
  /** (batch, 3, S, S) */
  images: Float32Array
}

/** Both models in turns on the same batch, so that whatever else the computer does slows both alike. */
export async function measureSpeed(
  teacher: TimedModel,
  student: TimedModel,
  where: { device: string; threads: number; batch: number },
  signal: AbortSignal,
): Promise<DistillationSpeed> {
  const seconds = { teacher: 0, student: 0 }
  const time = async (which: keyof typeof seconds, { model, images }: TimedModel, isTimed: boolean): Promise<void> => {
    const began = performance.now()
    await model.predict(images, where.batch)
    if (isTimed) seconds[which] += (performance.now() - began) / 1000
  }
  let turns = 0
  for (let turn = 0; turn < WARM_UP + MOST_TURNS; turn++) {
    signal.throwIfAborted()
    if (turns >= LEAST_TURNS && seconds.teacher + seconds.student > MOST_SECONDS) break
    const isTimed = turn >= WARM_UP
    await time('teacher', teacher, isTimed)
    await time('student', student, isTimed)
    if (isTimed) turns++
  }
  const images = turns * where.batch
  return {
    ...where,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    images,
    teacherPerSecond: images / Math.max(1e-6, seconds.teacher),
    studentPerSecond: images / Math.max(1e-6, seconds.student),
  }
}
