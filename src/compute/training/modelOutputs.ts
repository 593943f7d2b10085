// What a stored model says of samples: probabilities and features on their crops, at the size and with the pixels of its card.
import { Random } from '@ml/random'
import { AppError } from '@shared/errors'
import type { CroppedData, ModelOnDisk } from '@shared/trainingCommands'
import { BatchLoader } from './batchLoader'
import { cropsOf } from './cropsOf'
import { ImageSource } from './inputSource'
import { readSamples, type Samples } from './samples'
import { readParent, startingWeights } from './startingWeights'

const BATCH = 16

export interface ModelOutputs {
  samples: Samples
  /** (chosen samples, AUs of the card) */
  probabilities: Float32Array
  /** (chosen samples, D) */
  features: Float32Array
}

/**
 * Of the chosen samples, in their order; of all where none are named.
 * @throws AppError MODEL_CANNOT_PREDICT for a model without a ViT, and those of the weights and devices
 */
export async function modelOutputs(
  { data, cropsFile }: CroppedData,
  model: ModelOnDisk,
  options: { device: string; threads: number; chosen?: Int32Array; onProgress?: (done: number) => void },
): Promise<ModelOutputs> {
  const { card } = model
  const { architecture } = card
  if (!architecture)
    throw new AppError(
      'MODEL_CANNOT_PREDICT',
      `${card.name} is no transformer, so it has no features to look at. Choose a trained or imported model.`,
    )
  const samples = readSamples(data)
  const aus = card.kind === 'vit' ? card.aus.map(({ au }) => au) : []
  // a backbone gets an output that nobody reads: only its features are wanted
  const network = { ...architecture, aus: Math.max(1, aus.length), subjects: 0, identityLayers: 1 as const }
  const weights = startingWeights(
    network,
    aus.length > 0 ? aus : [0],
    aus.length > 0 ? aus.map(() => null) : [null],
    await readParent(model),
    Random.seeded(0),
  )
  const loader = new BatchLoader(cropsOf({ data, cropsFile }, samples, card.normalisation, { size: architecture.imageSize }), BATCH, 1)
  try {
    const images = new ImageSource(loader, options.device, options.threads)
    const chosen = options.chosen ?? Int32Array.from({ length: samples.count }, (_, sample) => sample)
    return { samples, ...(await images.outputs(weights, { network, batch: BATCH }, chosen, options.onProgress)) }
  } finally {
    await loader.close()
  }
}
