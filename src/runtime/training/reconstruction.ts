// What a masked autoencoder makes of images: for the live pictures of pretraining, and for comparing it with reference vectors.
import { patchCount } from '@ml/model/config'
import type { NamedArray } from '@ml/model/initialise'
import { autoencoderShapes, reconstruct, type AutoencoderConfig } from '@ml/pretraining/maskedAutoencoder'
import { restoreOrder, type MaskedBatch } from '@ml/pretraining/maskedBatch'
import { autoencoderInputs, autoencoderInputShapes, pretrainingInputs } from '@ml/pretraining/pretrainingProgram'
import { openFunction } from '../deviceFunction'
import type { DeviceId, RunOptions } from '../runtime'

export interface Reconstructor {
  /** Predicted pixels (B, N, 3 P P), row, column, channel, in the order of the patches. */
  reconstruct(batch: MaskedBatch): Promise<Float32Array>
  dispose(): Promise<void>
}

/** Takes the autoencoder's weights; others in the map are left out. */
export async function openReconstructor(
  network: AutoencoderConfig,
  weights: ReadonlyMap<string, NamedArray>,
  device: DeviceId,
  options: RunOptions = {},
): Promise<Reconstructor> {
  const needed = autoencoderShapes(network)
  const names = Object.keys(autoencoderInputShapes(network, 1))
  const opened = await openFunction(
    {
      weights: new Map([...weights].filter(([key]) => key in needed)),
      inputs: Object.fromEntries(
        names.map((name) => [name, (batch: number) => autoencoderInputShapes(network, batch)[name] as readonly number[]]),
      ),
      compute: (parameters, inputs) => ({ pixels: reconstruct(autoencoderInputs(inputs), parameters, network) }),
    },
    device,
    options,
  )
  const count = patchCount(network)
  return {
    reconstruct: async (batch) => {
      const { pixels } = await opened.run(pretrainingInputs(batch), batch.order.length / count)
      return restoreOrder(pixels as Float32Array, batch.order, count)
    },
    dispose: () => opened.dispose(),
  }
}
