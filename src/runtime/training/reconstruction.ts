// What a masked autoencoder makes of images: for the live pictures of pretraining, and for comparing it with reference vectors.
import { elementCount } from '@ml/model/parameters'
import type { NamedArray } from '@ml/model/initialise'
import { reconstruct, type AutoencoderConfig } from '@ml/pretraining/maskedAutoencoder'
import { restoreOrder, type MaskedBatch } from '@ml/pretraining/maskedBatch'
import { autoencoderInputs, autoencoderInputShapes, pretrainingInputs } from '@ml/pretraining/pretrainingProgram'
import { patchCount } from '@ml/model/config'
import * as tf from '@tensorflow/tfjs-core'
import { Tensor } from 'onnxruntime-node'
import { loadEagerBackend } from '../index'
import { openSession, traceTarget, type OnnxDevice } from '../onnx/session'
import type { DeviceId } from '../runtime'
import { traceGraph } from '../tracing/trace'

/** Predicted pixels (B, N, 3 P P), row, column, channel, in the order of the patches. */
export async function reconstructBatch(
  network: AutoencoderConfig,
  weights: ReadonlyMap<string, NamedArray>,
  batch: MaskedBatch,
  device: DeviceId,
): Promise<Float32Array> {
  const count = patchCount(network)
  const shapes = autoencoderInputShapes(network, batch.order.length / count)
  const values = pretrainingInputs(batch)
  const fed =
    (await loadEagerBackend(device)) === null
      ? await traced(network, weights, shapes, values, device)
      : eager(network, weights, shapes, values)
  return restoreOrder(fed, batch.order, count)
}

type Values = Readonly<Record<string, Float32Array>>
type Shapes = Readonly<Record<string, readonly number[]>>

async function traced(
  network: AutoencoderConfig,
  weights: ReadonlyMap<string, NamedArray>,
  shapes: Shapes,
  values: Values,
  device: DeviceId,
): Promise<Float32Array> {
  const graph = traceGraph(
    (tracer) => {
      const inputs = Object.fromEntries(Object.entries(shapes).map(([name, shape]) => [name, tracer.input(name, shape)]))
      const parameters = Object.fromEntries(
        [...weights].map(([key, { shape, data }]) => [
          key,
          tracer.weight(key, shape, 'float32', { bytes: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) }),
        ]),
      )
      tracer.output('pixels', reconstruct(autoencoderInputs(inputs), parameters, network))
    },
    { target: traceTarget(device as OnnxDevice) },
  )
  const session = await openSession(graph.bytes, { device: device as OnnxDevice })
  const feeds = Object.fromEntries(
    Object.entries(shapes).map(([name, shape]) => [name, new Tensor('float32', values[name] as Float32Array, shape)]),
  )
  const results = await session.run(feeds)
  const pixels = Float32Array.from((results['pixels'] as Tensor).data as Float32Array)
  await session.release()
  return pixels
}

function eager(network: AutoencoderConfig, weights: ReadonlyMap<string, NamedArray>, shapes: Shapes, values: Values): Float32Array {
  return tf.tidy(() => {
    const inputs = Object.fromEntries(
      Object.entries(shapes).map(([name, shape]) => [name, tf.tensor(values[name] as Float32Array, [...shape])]),
    )
    const parameters = Object.fromEntries(
      [...weights]
        .filter(([, { shape, data }]) => elementCount(shape) === data.length)
        .map(([key, { shape, data }]) => [key, tf.tensor(data, [...shape])]),
    )
    return Float32Array.from(reconstruct(autoencoderInputs(inputs), parameters, network).dataSync())
  })
}
