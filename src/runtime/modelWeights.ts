// A model's weights checked against its configuration, for every runtime: nothing missing, no wrong shape, positions fitted to the image.
import { gridSide, type VitConfig } from '@ml/model/config'
import { classifierShapes } from '@ml/model/parameters'
import { interpolatePositionEmbedding } from '@ml/model/positionEmbedding'
import { AppError } from '@shared/errors'
import type { WeightsSource } from './runtime'
import { openSafetensors, type Dtype } from './weights'

/** One weight: where it lies in the file, or its values. */
export type ModelWeight = { shape: readonly number[] } & (
  { dtype: Dtype; byteOffset: number; byteLength: number; data?: undefined } | { data: Float32Array }
)

/**
 * The weights of a configuration, checked. Values of a file are read where `staysInFile` says no for the stored type, or where they have to
 * be changed; the others are only located.
 * Throws MODEL_ARCHITECTURE_UNKNOWN for a missing weight or a wrong shape, and what opening the file throws.
 */
export async function modelWeights(
  config: VitConfig,
  source: WeightsSource,
  staysInFile: (dtype: Dtype) => boolean,
): Promise<Map<string, ModelWeight>> {
  const shapes = classifierShapes(config)
  const weights = new Map<string, ModelWeight>()
  if (source.kind === 'memory') {
    for (const [key, shape] of Object.entries(shapes)) {
      const found = source.tensors.get(key)
      if (!found) throw missing(key)
      weights.set(key, fit(key, shape, found.shape, found.data, config))
    }
    return weights
  }
  const file = await openSafetensors(source.path)
  try {
    for (const [key, shape] of Object.entries(shapes)) {
      const entry = file.tensors.get(key)
      if (!entry) throw missing(key)
      const isSame = sameShape(entry.shape, shape)
      weights.set(
        key,
        isSame && staysInFile(entry.dtype) ? { ...entry } : fit(key, shape, entry.shape, await file.readFloat32(key), config),
      )
    }
    return weights
  } finally {
    await file.close()
  }
}

function fit(key: string, wanted: readonly number[], found: readonly number[], data: Float32Array, config: VitConfig): ModelWeight {
  if (sameShape(found, wanted)) return { shape: wanted, data }
  const fromGrid = Math.sqrt((found[1] ?? 0) - 1)
  if (key === 'pos_embed' && found[2] === config.width && Number.isInteger(fromGrid) && fromGrid > 0) {
    return { shape: wanted, data: interpolatePositionEmbedding(data, config.width, fromGrid, gridSide(config)) }
  }
  throw new AppError(
    'MODEL_ARCHITECTURE_UNKNOWN',
    `The weight ${key} has the shape ${found.join(' x ')}, but this model needs ${wanted.join(' x ')}.`,
    { key },
  )
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((size, axis) => size === b[axis])

const missing = (key: string): AppError =>
  new AppError('MODEL_ARCHITECTURE_UNKNOWN', `The weights file has no tensor called ${key}, so it is not a model of this architecture.`, {
    key,
  })
