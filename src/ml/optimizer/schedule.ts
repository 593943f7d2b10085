// Learning rate over time and over layers: warm-up and half-cosine per iteration, and layer-wise decay (as BEiT and MAE fine-tune).

export interface ScheduleConfig {
  /** Absolute peak rate, already scaled by the batch size. */
  rate: number
  /** Rate at the very end. */
  minimumRate: number
  warmupEpochs: number
  epochs: number
}

/** Absolute rate from a base rate given per 256 samples. */
export function absoluteRate(baseRate: number, samplesPerUpdate: number): number {
  return (baseRate * samplesPerUpdate) / 256
}

/** Rate at `progress` epochs (fractional) from the start: linear from 0 while warming up, then half a cosine down to the minimum. */
export function learningRate(progress: number, schedule: ScheduleConfig): number {
  const { rate, minimumRate, warmupEpochs, epochs } = schedule
  if (progress < warmupEpochs) return (rate * progress) / warmupEpochs
  const fraction = (progress - warmupEpochs) / (epochs - warmupEpochs)
  return minimumRate + (rate - minimumRate) * 0.5 * (1 + Math.cos(Math.PI * fraction))
}

/** Layer of a weight: 0 the embedding, i + 1 block i, depth + 1 everything after the blocks. */
export function layerId(key: string, depth: number): number {
  if (key === 'cls_token' || key === 'pos_embed' || key === 'mask_token' || key.startsWith('patch_embed.')) return 0
  const match = /^blocks\.(\d+)\./.exec(key)
  return match ? Number(match[1]) + 1 : depth + 1
}

/** Rate factor of each layer 0 to depth + 1: `decay^(depth + 1 - layer)`, so 1 for the heads. */
export function layerScales(decay: number, depth: number): number[] {
  return Array.from({ length: depth + 2 }, (_, layer) => decay ** (depth + 1 - layer))
}
