// What training a student and comparing it with its teacher both need: settings of the program, frames, crops, and what the student says of frames.
import type { Distillation } from '@ml/distillation/distillationProgram'
import type { NamedArray } from '@ml/model/initialise'
import { probabilitiesOf } from '@shared/logistic'
import type { DistillationRunConfig, DistilSpec, TeacherAgreement } from '@shared/distillation'
import type { RunData } from '@shared/trainingRun'
import type { CommandContext } from '../command'
import { BatchLoader } from '../training/batchLoader'
import { cropsOf } from '../training/cropsOf'
import { ImageSource } from '../training/inputSource'
import type { RunFolder } from '../training/runFolder'
import type { Samples } from '../training/samples'
import { comparedFrames, teacherAgreement, type ComparedFrames } from './compareModels'
import type { TeacherInput, TeacherOutputs } from './teacherOutputs'

/** A run as its folder has it. */
export interface DistillationFolder {
  spec: DistilSpec
  context: CommandContext
  folder: RunFolder
  config: DistillationRunConfig
  data: RunData
  samples: Samples
}

/** Once the teacher has looked at all frames. */
export interface Distilling extends DistillationFolder {
  teacher: TeacherInput
  said: TeacherOutputs
  aus: readonly number[]
  /** By the teacher's card. */
  teacherThresholds: number[]
  program: Distillation
  compared: ComparedFrames
}

/** Images a prediction. */
export const PREDICTION_BATCH = 16

export function distilling(run: DistillationFolder, teacher: TeacherInput, said: TeacherOutputs): Distilling {
  const { config, spec, samples } = run
  const { aus, architecture } = config.teacher
  const { optimisation, temperature, features, frames, evaluation } = config.config
  return {
    ...run,
    teacher,
    said,
    aus,
    teacherThresholds: aus.map((au) => spec.teacher.card.aus.find((one) => one.au === au)?.threshold ?? 0.5),
    program: {
      network: { ...config.architecture, aus: aus.length, subjects: 0, identityLayers: 1 },
      teacherWidth: architecture.width,
      batch: optimisation.batch,
      temperature,
      featureWeight: features.weight,
      featureLoss: features.loss,
      weightDecay: optimisation.weightDecay,
      layerDecay: optimisation.layerDecay,
      clipNorm: optimisation.clipNorm,
    },
    compared: comparedFrames(samples, frames.leaveOut, evaluation.framesPerSubject),
  }
}

/** Crops at the student's size; changed as training changes them where a plan has seeds. */
export function studentImages({ data, samples, config, spec }: Distilling, batch: number, workers: number): BatchLoader {
  const augmentation = { ...config.config.augmentation, randAugment: null, erasing: 0 }
  const options = { augmentation, size: config.architecture.imageSize }
  return new BatchLoader(cropsOf({ data, cropsFile: spec.cropsFile }, samples, config.normalisation, options), batch, workers)
}

/** (chosen frames, AUs). @param plain of {@link studentImages}, in batches of {@link PREDICTION_BATCH} */
export async function studentProbabilities(
  { config, program }: Distilling,
  plain: BatchLoader,
  weights: ReadonlyMap<string, NamedArray>,
  chosen: Int32Array,
  onBatch?: () => void,
): Promise<Float32Array> {
  const source = new ImageSource(plain, config.device, config.threads)
  const { probabilities } = await source.outputs(weights, { network: program.network, batch: PREDICTION_BATCH }, chosen, onBatch)
  return probabilities
}

/** @param probabilities the student's of the chosen frames */
export function agreementOn(
  { said, samples, aus, teacherThresholds }: Distilling,
  chosen: Int32Array,
  probabilities: Float32Array,
  thresholds: readonly number[],
): TeacherAgreement {
  const teacher = { probabilities: probabilitiesOf(said.logits(chosen)), thresholds: teacherThresholds }
  return teacherAgreement(samples, chosen, aus, teacher, { probabilities, thresholds })
}
