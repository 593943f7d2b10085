// What a training run is told: every setting with its default and its range. Sentences about them are in trainingSettings.ts, presets in
// trainingPresets.ts, what a run writes is in trainingRun.ts. Data only: nothing here trains.
import { z } from 'zod'
import { AppError } from './errors'
import { layeredSettings, settingRefused } from './layeredSettings'

const count = (least: number, most: number) => z.number().int().min(least).max(most)
const share = z.number().min(0).max(1)
const subjectCode = z.string().trim().min(1).max(200)

/** Who is tested on whom; always by subject, never by frame. */
export const foldPlanSchema = z.discriminatedUnion('kind', [
  /** Each subject is tested once by a model trained on the others. */
  z.strictObject({ kind: z.literal('loso') }),
  /** Subjects are dealt into `count` groups, each tested by a model trained on the others. */
  z.strictObject({ kind: z.literal('kfold'), count: count(2, 100) }),
  /** The named subjects are tested, the others are trained on. */
  z.strictObject({ kind: z.literal('holdout'), subjects: z.array(subjectCode).min(1) }),
  /** The subject lists of the published folds. */
  z.strictObject({ kind: z.literal('published'), dataset: z.enum(['BP4D', 'BP4D+', 'DISFA']) }),
])
export type FoldPlan = z.infer<typeof foldPlanSchema>

/** What happens to a frame of which one coder says present and another absent. */
export const coderPolicySchema = z.discriminatedUnion('kind', [
  /** Nothing is trained until the coders have settled it. */
  z.strictObject({ kind: z.literal('refuse') }),
  /** The larger number of coders decides; a tie is not known. */
  z.strictObject({ kind: z.literal('majority') }),
  /** One coder's labels count, all others are left out everywhere. */
  z.strictObject({ kind: z.literal('coder'), coder: subjectCode }),
])
export type CoderPolicy = z.infer<typeof coderPolicySchema>

export const trainingConfigSchema = z.strictObject({
  network: z.strictObject({
    size: z.enum(['tiny', 'small', 'base', 'large', 'huge']),
    imageSize: count(16, 1024),
  }),
  trained: z.discriminatedUnion('part', [
    z.strictObject({ part: z.literal('all') }),
    z.strictObject({ part: z.literal('blocks'), count: count(1, 64) }),
    z.strictObject({ part: z.literal('heads') }),
  ]),
  identity: z.strictObject({
    lambda: z.number().min(0).max(100),
    loss: z.enum(['bce', 'ce']),
    rate: z.number().gt(0).max(1000),
    layers: z.union([z.literal(1), z.literal(2), z.literal(3)]),
  }),
  optimisation: z.strictObject({
    epochs: count(1, 10_000),
    warmupEpochs: z.number().min(0).max(10_000),
    batch: count(1, 4096),
    microBatches: count(1, 256),
    baseRate: z.number().gt(0).max(10),
    minimumRate: z.number().min(0).max(10),
    weightDecay: z.number().min(0).max(1),
    layerDecay: z.number().gt(0).max(1),
    stochasticDepth: z.number().min(0).max(0.9),
    clipNorm: z.number().gt(0).nullable(),
    positiveWeight: z.enum(['none', 'balanced']),
  }),
  augmentation: z.strictObject({
    resizedCropScale: z.tuple([z.number().gt(0).max(1), z.number().gt(0).max(1)]).nullable(),
    flip: share,
    randAugment: z
      .string()
      .regex(/^rand-m\d+(\.\d+)?(-(mstd\d+(\.\d+)?|inc1|n\d+))*$/)
      .nullable(),
    erasing: share,
  }),
  data: z.strictObject({
    thinning: count(1, 10_000),
    framesPerSubject: count(1, 10_000_000).nullable(),
    sampling: z.enum(['frames', 'subjects']),
    coders: coderPolicySchema,
  }),
  evaluation: z.strictObject({
    folds: foldPlanSchema,
    validationShare: z.number().gt(0).max(0.5),
    everyEpochs: count(1, 10_000),
    hasPublishedProtocol: z.boolean(),
    resamples: count(100, 100_000),
    hasProbe: z.boolean(),
    hasEpochProbe: z.boolean(),
  }),
  checkpointMinutes: z.number().gt(0).max(1440),
  seed: count(0, 2 ** 32 - 1),
})
export type TrainingConfig = z.infer<typeof trainingConfigSchema>

/** Part of a configuration, as a preset or a file gives it; arrays and the choices with a `part` or `kind` replace as a whole. */
export type PartialConfig = {
  [Key in keyof TrainingConfig]?: TrainingConfig[Key] extends object ? Partial<TrainingConfig[Key]> : TrainingConfig[Key]
}

/** Every setting's default: the published fine-tuning of FMAE-IAT (arXiv 2407.11243), for a ViT-S. */
export const DEFAULT_TRAINING: TrainingConfig = {
  network: {
    // Used only when training starts from nothing; from a model, the model's own size counts.
    size: 'small',
    // Pixels; the crops are made at this size. Positions of a model trained at another size are interpolated.
    imageSize: 224,
  },
  // Everything is trained, as published. 'blocks' and 'heads' compute what is frozen once and are many times faster.
  trained: { part: 'all' },
  identity: {
    // Weight of the reversed identity gradient: 2 for BP4D, 1 for BP4D+, 0.5 for DISFA. 0 is training without the adversary.
    lambda: 1,
    // As the published code has it; the paper's text says 'ce'.
    loss: 'bce',
    // Factor on the identity head's rate; 1 as published. A head that lags behind is deceived instead of taught from.
    rate: 1,
    // Deeper heads are worse (Table 7); they are here for that ablation.
    layers: 1,
  },
  optimisation: {
    epochs: 30,
    // About a tenth of the epochs.
    warmupEpochs: 3,
    // Samples per micro-batch.
    batch: 16,
    // Micro-batches per update; their product with the batch is the published 64.
    microBatches: 4,
    // Per 256 samples: the rate used is baseRate x batch x microBatches / 256.
    baseRate: 5e-4,
    minimumRate: 1e-6,
    // On matrices only.
    weightDecay: 0.05,
    // Factor from each layer to the one before it.
    layerDecay: 0.65,
    // At the last block, rising linearly from 0.
    stochasticDepth: 0.1,
    clipNorm: null,
    // 'balanced' weighs present frames by absent / present, at most 10, per AU.
    positiveWeight: 'none',
  },
  augmentation: {
    resizedCropScale: [0.08, 1],
    flip: 0.5,
    randAugment: 'rand-m9-mstd0.5-inc1',
    // Share of images with a rectangle of noise.
    erasing: 0.25,
  },
  data: {
    // Of neighbouring frames with the same labels every n-th is trained on; 1 keeps all.
    thinning: 1,
    framesPerSubject: null,
    // 'subjects' draws equally from every subject instead of every frame once.
    sampling: 'frames',
    coders: { kind: 'refuse' },
  },
  evaluation: {
    folds: { kind: 'kfold', count: 3 },
    // Of the training subjects, for choosing thresholds and the epoch; at least one subject.
    validationShare: 0.2,
    everyEpochs: 1,
    // Needs the held-out subjects' predictions after every evaluated epoch.
    hasPublishedProtocol: true,
    // Of the subjects, for intervals.
    resamples: 1000,
    hasProbe: true,
    // Also after every evaluated epoch, for the curve of Figure 3; costs the forward pass of 40 frames a subject each time.
    hasEpochProbe: false,
  },
  checkpointMinutes: 10,
  seed: 0,
}

/**
 * Changes laid over each other from the defaults on, later ones winning, then checked.
 * @throws AppError CONFIG_INVALID, naming the setting and its range
 */
export function trainingConfig(...changes: readonly unknown[]): TrainingConfig {
  const config = layeredSettings(trainingConfigSchema, DEFAULT_TRAINING, changes, 'training')
  const { epochs, warmupEpochs, baseRate, minimumRate, batch, microBatches } = config.optimisation
  if (warmupEpochs >= epochs) throw settingRefused('optimisation.warmupEpochs', `must be less than the ${epochs} epochs`)
  if (minimumRate > (baseRate * batch * microBatches) / 256)
    throw settingRefused('optimisation.minimumRate', 'must not be above the full rate')
  const crop = config.augmentation.resizedCropScale
  if (crop && crop[0] > crop[1]) throw settingRefused('augmentation.resizedCropScale', 'must go from the smaller to the larger share')
  return config
}

/** `loso`, `kfold:3`, `holdout:S06,S07`, `published:BP4D`. @throws AppError CONFIG_INVALID */
export function parseFolds(text: string): FoldPlan {
  const [kind, ...rest] = text.split(':')
  const argument = rest.join(':').trim()
  const subjects = argument
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '')
  const plan =
    kind === 'kfold'
      ? { kind, count: Number(argument) }
      : kind === 'holdout'
        ? { kind, subjects }
        : kind === 'published'
          ? { kind, dataset: argument }
          : { kind }
  const parsed = foldPlanSchema.safeParse(plan)
  if (parsed.success) return parsed.data
  throw new AppError(
    'CONFIG_INVALID',
    `Folds are loso, kfold:K with K from 2, holdout:CODE,CODE or published:BP4D, published:BP4D+, published:DISFA, not "${text}".`,
  )
}

/** `refuse`, `majority`, or a coder's code, also as `coder:majority` for a coder of that name. */
export function parseCoders(text: string): CoderPolicy {
  if (text === 'refuse' || text === 'majority') return { kind: text }
  return { kind: 'coder', coder: text.startsWith('coder:') ? text.slice(6) : text }
}

/** `kfold:3` and so on: the reverse of {@link parseFolds}. */
export function foldsText(plan: FoldPlan): string {
  if (plan.kind === 'kfold') return `kfold:${plan.count}`
  if (plan.kind === 'holdout') return `holdout:${plan.subjects.join(',')}`
  return plan.kind === 'published' ? `published:${plan.dataset}` : 'loso'
}

/** Samples per update. */
export const samplesPerUpdate = ({ optimisation }: TrainingConfig): number => optimisation.batch * optimisation.microBatches
