// Named training configurations: changes laid over the defaults of training.ts. The published recipes are those of resources/reference/protocols.json.
import type { PartialConfig } from './training'

export interface TrainingPreset {
  id: string
  name: string
  /** One sentence on when to take it. */
  sentence: string
  /** Changes to the defaults. */
  config: PartialConfig
}

const published = (
  lambda: number,
  baseRate: number,
  epochs: number,
  warmupEpochs: number,
  dataset: 'BP4D' | 'BP4D+' | 'DISFA',
): PartialConfig => ({
  // ViT-L as in the published tables; batch 64 in micro-batches.
  network: { size: 'large', imageSize: 224 },
  identity: { lambda },
  optimisation: { baseRate, epochs, warmupEpochs, batch: 16, microBatches: 4 },
  evaluation: { folds: { kind: 'published', dataset } },
})

/** In the order of the form. The first is for who has no reason to take another. */
export const TRAINING_PRESETS: readonly TrainingPreset[] = [
  {
    id: 'correction',
    name: 'Quick correction loop on this computer',
    sentence:
      'Teaches a model your corrections in minutes on a processor: the backbone is frozen and computed once, only the outputs are trained.',
    config: {
      trained: { part: 'heads' },
      identity: { lambda: 0 },
      optimisation: {
        epochs: 40,
        warmupEpochs: 4,
        batch: 64,
        microBatches: 1,
        baseRate: 4e-3,
        weightDecay: 0,
        layerDecay: 1,
        stochasticDepth: 0,
      },
      augmentation: { resizedCropScale: null, flip: 0, randAugment: null, erasing: 0 },
      data: { thinning: 3 },
      evaluation: { hasPublishedProtocol: false, hasProbe: false },
    },
  },
  {
    id: 'last-blocks',
    name: 'Last blocks, with the identity adversary',
    sentence: 'Trains the last two blocks and the outputs against identity; a middle way for a processor or a small graphics card.',
    config: {
      trained: { part: 'blocks', count: 2 },
      identity: { lambda: 1 },
      optimisation: { epochs: 15, warmupEpochs: 2, batch: 32, microBatches: 1, baseRate: 5e-4 },
      augmentation: { resizedCropScale: null, flip: 0, randAugment: null, erasing: 0 },
      data: { thinning: 3 },
      evaluation: { hasPublishedProtocol: false },
    },
  },
  {
    id: 'full-gpu',
    name: 'Full fine-tuning on a GPU',
    sentence: 'Trains the whole network with the published augmentation; for a graphics card, hours.',
    config: { optimisation: { epochs: 30, warmupEpochs: 3, batch: 32, microBatches: 2 } },
  },
  {
    id: 'tiny-demo',
    name: 'Tiny demonstration',
    sentence:
      'A few epochs of a small network, to see a whole run in minutes: from the starter transformer, or from nothing, which learns little.',
    config: {
      network: { size: 'tiny', imageSize: 112 },
      identity: { lambda: 0.5 },
      optimisation: { epochs: 3, warmupEpochs: 0.5, batch: 32, microBatches: 1, baseRate: 1e-3, layerDecay: 0.75, stochasticDepth: 0 },
      augmentation: { resizedCropScale: [0.8, 1], randAugment: null, erasing: 0 },
      data: { thinning: 2 },
      evaluation: { everyEpochs: 1, hasPublishedProtocol: false },
    },
  },
  {
    id: 'bp4d',
    name: 'BP4D, FMAE-IAT as published',
    sentence: 'Recipe and folds of the published BP4D results, lambda 2.',
    config: published(2, 5e-4, 30, 3, 'BP4D'),
  },
  {
    id: 'bp4d-fmae',
    name: 'BP4D, FMAE as published',
    sentence: 'The same without the adversary, lambda 0.',
    config: published(0, 2e-4, 20, 2, 'BP4D'),
  },
  {
    id: 'bp4d+',
    name: 'BP4D+, FMAE-IAT as published',
    sentence: 'Recipe and folds of the published BP4D+ results, lambda 1.',
    config: published(1, 5e-4, 30, 3, 'BP4D+'),
  },
  {
    id: 'bp4d+-fmae',
    name: 'BP4D+, FMAE as published',
    sentence: 'The same without the adversary, lambda 0.',
    config: published(0, 5e-4, 20, 2, 'BP4D+'),
  },
  {
    id: 'disfa',
    name: 'DISFA, FMAE-IAT as published',
    sentence: 'Recipe and folds of the published DISFA results, lambda 0.5.',
    config: published(0.5, 5e-4, 20, 2, 'DISFA'),
  },
  {
    id: 'disfa-fmae',
    name: 'DISFA, FMAE as published',
    sentence: 'The same without the adversary, lambda 0.',
    config: published(0, 5e-4, 20, 2, 'DISFA'),
  },
]

/** Taken when nothing is said: from a model the correction loop, from nothing the whole network. */
export const DEFAULT_PRESET_ID = 'correction'
