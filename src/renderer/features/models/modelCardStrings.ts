// Sentences of the parts of a model's card that predict and compare precisions.
import { formatCount, plural } from '../../ui/format'

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`

export const modelCardStrings = {
  expressions: 'Expressions',
  namesExpressions: 'names expressions',
  predictTitle: 'Predict with this model',
  predict: (videos: number) => `Predict ${plural(videos, 'video')}`,
  predicting: (count: number) => `Predicting, ${plural(count, 'video')} to go`,
  predictStarted: (count: number) => `${plural(count, 'job')} started`,
  predictedAlready: 'All videos are predicted with this model already.',
  predictHint: 'Predictions of other models stay. The coding screen and the export show those of the model that is chosen there.',
  predictExpressionsHint:
    'The likeliest expression of every frame and the probability of each then stand beside the Action Units in the CSV export.',
  toExport: 'Go to the export',
  noVideos: 'There is no video to predict.',
  precisionChoice: 'Precision',
  precisions: { same: 'as it was, else full', float32: 'full (float32)', int8: 'reduced (int8)' },
  int8Hint:
    'Faster on a processor and a little off; predictions in the other precision are computed anew. Compare the two below before you rely on it. Exports say int8.',
  precisionTitle: 'Reduced precision (int8)',
  precision: 'Compare reduced-precision (int8) prediction',
  precisionHint:
    'Computes this project’s labelled frames both ways on the processor and sets F1, ROC AUC, speed and size beside each other. Nothing is stored but the comparison.',
  comparing: 'Computing both',
  precisionOn: (subjects: readonly string[], frames: number) =>
    `On ${subjects.join(', ')}, ${plural(frames, 'labelled frame')}, with the thresholds of the card. Ranges are 95 % intervals by bootstrap over subjects.`,
  precisionColumns: ['frames', 'F1 float32', 'F1 int8', 'F1 lost', 'AUC lost', 'probabilities move by'],
  mean: 'mean',
  movedBy: (mean: number, largest: number) => `${mean.toFixed(4)}, at most ${largest.toFixed(4)}`,
  decisionsChanged: (share: number, frames: number) =>
    `${percent(share)} of the decisions at the thresholds are others in int8 (${formatCount(frames)} frames).`,
  speed: (full: number, int8: number, processor: string) =>
    `${(int8 / full).toFixed(2)} times the speed: ${full.toFixed(1)} frames a second in float32, ${int8.toFixed(1)} in int8, on ${processor}.`,
  speedUnknown: 'Too few frames to tell the speed.',
  sizes: (full: string, int8: string, share: number) => `${int8} instead of ${full} (${(100 * share).toFixed(0)} % of the size).`,
  halfSize: 'Half precision',
  halfSizeHint: 'Half the file, and numbers rounded to about three digits.',
} as const
