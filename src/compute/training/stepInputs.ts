// One micro-batch as the training program takes it: values of the images, labels with what is known of them, who is seen, and which branches survive.
import type { Random } from '@ml/random'
import { CLASSIFIER_INPUTS, dropRate, firstTrainedBlock, trainingInput, type ClassifierTraining } from '@ml/training/classifierProgram'
import type { StepInputs } from '@runtime/training/index'
import type { Samples } from './samples'

/**
 * @param chosen samples of the micro-batch, as many as the batch holds
 * @param values of their images, tokens or features; copied, because loaders reuse the array while earlier micro-batches wait
 * @param trainedSubjects codes in the order of the identity head's outputs
 */
export function stepInputs(
  training: ClassifierTraining,
  samples: Samples,
  chosen: readonly number[],
  values: Float32Array<ArrayBuffer>,
  trainedSubjects: readonly string[],
  random: Random,
): StepInputs {
  const { network, batch } = training
  const { aus: width, subjects: people } = network
  const labels = new Float32Array(batch * width)
  const known = new Float32Array(batch * width)
  const subjects = new Float32Array(batch * people)
  chosen.forEach((sample, row) => {
    for (let column = 0; column < width; column++) {
      const label = samples.labels[sample * width + column] as number
      labels[row * width + column] = label === 1 ? 1 : 0
      known[row * width + column] = label === 9 ? 0 : 1
    }
    const place = trainedSubjects.indexOf(samples.subjects[samples.subject[sample] as number] as string)
    subjects[row * people + place] = 1
  })
  return {
    [trainingInput(training)]: Float32Array.from(values),
    [CLASSIFIER_INPUTS.labels]: labels,
    [CLASSIFIER_INPUTS.known]: known,
    [CLASSIFIER_INPUTS.subjects]: subjects,
    [CLASSIFIER_INPUTS.branchScales]: branchScales(training, random),
  }
}

/** (2 per trained block, B): 0 where a branch is dropped, 1 / keep rate where it survives. */
export function branchScales(training: ClassifierTraining, random: Random): Float32Array {
  const { network, batch, stochasticDepth } = training
  const first = firstTrainedBlock(training)
  const scales = new Float32Array(2 * (network.depth - first) * batch)
  for (let row = 0; row < scales.length / batch; row++) {
    const keep = 1 - dropRate(stochasticDepth, first + Math.floor(row / 2), network.depth)
    for (let sample = 0; sample < batch; sample++) scales[row * batch + sample] = random.uniform() < keep ? 1 / keep : 0
  }
  return scales
}
