// Prediction operation by operation on a TensorFlow.js backend: the same model code as the traced graph, computed at once.
import { registerEagerKernels } from '@ml/model/eagerKernels'
import { classify } from '@ml/model/network'
import { AppError } from '@shared/errors'
import * as tf from '@tensorflow/tfjs-core'
import { modelWeights } from '../modelWeights'
import { requirePrecision } from '../precision'
import type { DeviceId, LoadedModel, PredictionModel, Runtime, RuntimeName } from '../runtime'

/** How a backend is made ready; returns the name it is registered under. */
export type BackendLoader = () => Promise<string>

export function eagerRuntime(name: RuntimeName, device: DeviceId, loadBackend: BackendLoader): Runtime {
  return {
    name,
    device,
    load: (model, options = {}) => {
      requirePrecision(device, options.precision)
      return load(loadBackend, model)
    },
  }
}

/** Makes a backend current and registers the model's kernels on it. Throws DEVICE_UNAVAILABLE where it cannot be set up. */
export async function useBackend(backendName: string): Promise<void> {
  if (!(await tf.setBackend(backendName))) throw new AppError('DEVICE_UNAVAILABLE', `The backend ${backendName} could not be started.`)
  registerEagerKernels(backendName)
}

async function load(loadBackend: BackendLoader, model: PredictionModel): Promise<LoadedModel> {
  const backendName = await loadBackend()
  await useBackend(backendName)
  const config = { ...model.config, subjects: 0 }
  const parameters: Record<string, tf.Tensor> = {}
  for (const [key, weight] of await modelWeights(config, model.weights, () => false)) {
    parameters[key] = tf.tensor(weight.data as Float32Array, [...weight.shape])
  }
  return {
    predict: async (images, count) => {
      await useBackend(backendName)
      const { feature, auLogits } = tf.tidy(() => {
        const input = tf.tensor4d(images, [count, 3, config.imageSize, config.imageSize])
        const output = classify(input, parameters, config)
        return { feature: output.feature, auLogits: output.auLogits ?? tf.zeros([0]) }
      })
      const [features, logits] = await Promise.all([feature.data(), auLogits.data()])
      tf.dispose([feature, auLogits])
      return { features: Float32Array.from(features), auLogits: Float32Array.from(logits) }
    },
    dispose: () => {
      tf.dispose(parameters)
      return Promise.resolve()
    },
  }
}
