// What each setting of a training run is called, and one sentence about it for people, in the order of the form. Defaults and ranges are in training.ts.

/** A setting as forms and the manual explain it. */
export interface SettingText {
  /** `identity.lambda` */
  path: string
  label: string
  sentence: string
}

/** Every setting in the order of the form. */
export const TRAINING_SETTINGS: readonly SettingText[] = [
  {
    path: 'network.size',
    label: 'Size',
    sentence: 'Size of a network that starts from nothing; a model that is trained on keeps its own.',
  },
  {
    path: 'network.imageSize',
    label: 'Image side',
    sentence: 'Side of the face crops in pixels; more shows finer detail and costs time with its square.',
  },
  {
    path: 'trained',
    label: 'What is trained',
    sentence: 'Everything, the last blocks, or only the outputs; what is frozen is computed once, so fewer blocks train faster.',
  },
  {
    path: 'identity.lambda',
    label: 'Lambda',
    sentence: 'How strongly the network is kept from telling people apart; 0 turns identity adversarial training off.',
  },
  {
    path: 'identity.loss',
    label: 'Identity loss',
    sentence: 'How wrong guesses of the person are counted: bce as the published code has it, ce as the paper writes it.',
  },
  {
    path: 'identity.rate',
    label: 'Identity rate',
    sentence: 'How many times faster the part that guesses the person learns; more than 1 lets it keep up in short trainings.',
  },
  {
    path: 'identity.layers',
    label: 'Identity layers',
    sentence: 'Layers of the part that guesses the person; one is best in the published comparison.',
  },
  { path: 'optimisation.epochs', label: 'Epochs', sentence: 'How many times every training frame is seen.' },
  { path: 'optimisation.warmupEpochs', label: 'Warm-up epochs', sentence: 'Epochs in which the rate rises from 0 to its full value.' },
  { path: 'optimisation.batch', label: 'Batch', sentence: 'Frames computed at a time; fewer need less memory.' },
  {
    path: 'optimisation.microBatches',
    label: 'Batches per update',
    sentence: 'Batches whose gradients are averaged before the weights change; with a small batch this stands in for a large one.',
  },
  {
    path: 'optimisation.baseRate',
    label: 'Base rate',
    sentence: 'Step size of learning per 256 frames; halve it when the loss is not finite.',
  },
  { path: 'optimisation.minimumRate', label: 'Final rate', sentence: 'Step size at the very end.' },
  { path: 'optimisation.weightDecay', label: 'Weight decay', sentence: 'How strongly large weights are drawn back to zero.' },
  {
    path: 'optimisation.layerDecay',
    label: 'Layer decay',
    sentence: 'Factor by which each earlier layer learns more slowly than the one after it.',
  },
  {
    path: 'optimisation.stochasticDepth',
    label: 'Stochastic depth',
    sentence: 'Share of skipped branches in the last block while training, against overfitting.',
  },
  {
    path: 'optimisation.clipNorm',
    label: 'Gradient limit',
    sentence: 'Largest allowed length of an update before it is scaled down; empty for none, as published.',
  },
  {
    path: 'optimisation.positiveWeight',
    label: 'Weight of present',
    sentence: 'Balanced counts frames where an AU is present more, up to tenfold, when it is rare.',
  },
  {
    path: 'augmentation.resizedCropScale',
    label: 'Random crop',
    sentence: 'Smallest and largest share of the face crop that is cut out and stretched; empty for none.',
  },
  { path: 'augmentation.flip', label: 'Mirroring', sentence: 'Share of images that are mirrored; not for AUs coded by side.' },
  {
    path: 'augmentation.randAugment',
    label: 'RandAugment',
    sentence: 'Random changes of colour and geometry in the notation of timm; empty for none.',
  },
  { path: 'augmentation.erasing', label: 'Random erasing', sentence: 'Share of images in which a rectangle is replaced by noise.' },
  {
    path: 'data.thinning',
    label: 'Thinning',
    sentence: 'Of neighbouring frames with the same labels every n-th is trained on; all are tested on.',
  },
  {
    path: 'data.framesPerSubject',
    label: 'Frames per subject',
    sentence: 'At most so many training frames of a subject, spread evenly; empty for all.',
  },
  { path: 'data.sampling', label: 'Sampling', sentence: 'Every frame once an epoch, or equally many draws from every subject.' },
  {
    path: 'data.coders',
    label: 'When coders differ',
    sentence: 'Refuse to train, go by the majority, or use one coder; what was chosen stands in the report.',
  },
  { path: 'evaluation.folds', label: 'Test subjects', sentence: 'Which subjects are never trained on and measure the result.' },
  {
    path: 'evaluation.validationShare',
    label: 'Validation share',
    sentence: 'Share of the training subjects that choose thresholds and the epoch, so that test subjects choose nothing.',
  },
  { path: 'evaluation.everyEpochs', label: 'Evaluate every', sentence: 'Epochs between two evaluations.' },
  {
    path: 'evaluation.hasPublishedProtocol',
    label: 'Published protocol',
    sentence: 'Also reports F1 as the published code computes it, choosing threshold and epoch on the test subjects.',
  },
  { path: 'evaluation.resamples', label: 'Resamples', sentence: 'How often subjects are drawn anew for the confidence intervals.' },
  {
    path: 'evaluation.hasProbe',
    label: 'Identity probe',
    sentence: 'Measures before and after how well a linear classifier tells the people apart.',
  },
  {
    path: 'evaluation.hasEpochProbe',
    label: 'Identity probe over epochs',
    sentence: 'Repeats the identity probe after every evaluated epoch, so that it can be drawn as a curve; takes longer.',
  },
  {
    path: 'checkpointMinutes',
    label: 'Checkpoint every',
    sentence: 'Minutes between two saved states to resume from; one is also saved after every epoch.',
  },
  { path: 'seed', label: 'Seed', sentence: 'Number that all random choices follow from.' },
]
