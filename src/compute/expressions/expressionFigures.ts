// How rightly a network names the expressions of images: accuracy with its interval, mean over classes, per class, and what is taken for what.
import { accuracyInterval, accuracyOf, classFigures, confusionMatrix, largestOf } from '@ml/evaluation/confusion'
import type { NamedArray } from '@ml/model/initialise'
import { Random } from '@ml/random'
import type { ClassifierTraining } from '@ml/training/classifierProgram'
import type { ExpressionFigures, ExpressionRunConfig, ExpressionSet } from '@shared/expressions'
import type { ImageSource } from '../training/inputSource'
import type { ExpressionSplits } from './expressionSplits'
import { STREAM } from './expressionStreams'

export interface MeasuredSet {
  run: ExpressionRunConfig
  set: ExpressionSet
  splits: ExpressionSplits
  training: ClassifierTraining
  images: ImageSource
}

/** @param places of the images in the set */
export async function expressionFigures(
  { run, set, splits, training, images }: MeasuredSet,
  weights: ReadonlyMap<string, NamedArray>,
  places: Int32Array,
): Promise<ExpressionFigures> {
  const { logits } = await images.outputs(weights, training, places)
  const predicted = largestOf(logits, run.classes.length)
  const truth = Array.from(places, (place) => set.samples.label[place] as number)
  const confusion = confusionMatrix(truth, predicted, run.classes.length)
  const own = classFigures(confusion)
  const isRight = truth.map((label, row) => Number(predicted[row] === label))
  const groups = Array.from(places, (place) => (splits.isSubjectExclusive ? (set.samples.subject[place] as string) : place))
  const recalls = own.flatMap(({ recall }) => (recall === null ? [] : [recall]))
  return {
    images: places.length,
    accuracy: accuracyOf(confusion),
    accuracyInterval: accuracyInterval(isRight, groups, run.config.evaluation.resamples, Random.seeded(run.config.seed, STREAM.interval)),
    intervalOver: splits.isSubjectExclusive ? 'subjects' : 'images',
    meanClassAccuracy: recalls.reduce((sum, recall) => sum + recall, 0) / Math.max(1, recalls.length),
    perClass: own.map((figures, place) => ({ name: run.classes[place] as string, ...figures })),
    confusion,
  }
}
