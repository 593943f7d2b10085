// Sentences and words of the distillation part of the training screen.
import { formatCount, plural } from '../../../ui/format'

export const distillationStrings = {
  title: 'Distil a small model',
  toDistillation: 'Distil a small model',
  what: 'A large, slow model teaches a small, fast one on your own analysed frames. Labels are not needed; where there are some, both models are compared on them.',
  form: 'New small model',
  teacher: 'Teacher',
  teacherHint: 'The model whose Action Units the small one is to learn.',
  noTeacher: 'No model here can teach: it takes a transformer that predicts Action Units. Train one, or import a checkpoint under Models.',
  student: 'Start the small one from',
  fromNothing: 'nothing (random weights)',
  size: 'Size',
  sizes: { tiny: 'tiny (fastest)', small: 'small', base: 'base' },
  pixels: 'Image side in pixels',
  pixelsHint: 'Smaller is faster, with the square; it must be a multiple of 16.',
  epochs: 'Epochs',
  epochsHint: 'How many times every frame is seen.',
  every: 'Every n-th frame',
  everyHint: 'Neighbouring frames hardly differ.',
  leaveOut: 'Leave out subjects',
  leaveOutHint: 'Codes, separated by commas. On them you see what the small model does with people it has not seen.',
  thresholds: 'Thresholds',
  thresholdsOf: { teacher: 'the teacher’s', labels: 'chosen on labels of the subjects seen' },
  details: 'More settings',
  temperature: 'Temperature',
  temperatureHint: 'Softens the teacher’s values; 1 takes its probabilities as they are.',
  featureWeight: 'Weight of features',
  featureWeightHint: 'How much it also learns what the teacher looks at; 0 goes by Action Units alone.',
  batch: 'Batch',
  device: 'Device',
  deviceAuto: 'the fastest that passed its check',
  start: 'Start distilling',
  data: (frames: number, steps: number, teacherFrames: number) =>
    `Learns from ${plural(frames, 'frame')}, ${plural(steps, 'update')} in all; the teacher first looks at ${plural(teacherFrames, 'frame')}.`,
  labelled: (leftOut: number, seen: number) =>
    leftOut + seen === 0
      ? 'There are no labels to compare on: speed and agreement will be measured, F1 not.'
      : `Compared on ${plural(leftOut, 'labelled frame')} of subjects left out and ${formatCount(seen)} of subjects seen.`,
  started: (title: string) => `${title}: started.`,
  runs: 'Small models',
  noRuns: 'Nothing has been distilled in this project.',
  auLoss: 'Loss on Action Units',
  featureLoss: 'Loss on features',
  agreement: (isLeftOut: boolean) => (isLeftOut ? 'Correlation, subjects left out' : 'Correlation with the teacher'),
  speed: 'Speed and size',
  columns: { what: '', teacher: 'Teacher', student: 'Small model' },
  rows: { speed: 'Images a second', file: 'File', correlation: 'Correlation with the teacher' },
  onLeftOut: (frames: number, subjects: string) => `On labels: ${plural(frames, 'frame')} of subjects left out (${subjects})`,
  onSeen: (frames: number, subjects: string) =>
    `On labels: ${plural(frames, 'frame')} of subjects whose frames it learned from (${subjects})`,
  tableCaption: (teacher: string) =>
    `F1 by Action Unit, each model by the thresholds of its card; before: the teacher, ${teacher}; after: the small model, on the same frames. Intervals are over subjects. – is undefined or was not computed.`,
  fullReport: 'Full report',
  imagesPerSecond: (value: string) => `${value} images a second`,
} as const
