// The parts that no device computes: position embeddings, metrics, schedule.
import { cohenKappa, confusionCounts, f1Score } from '@ml/evaluation/classification'
import { rocAuc } from '@ml/evaluation/ranking'
import { bestThreshold, publishedF1, type AuScores } from '@ml/evaluation/thresholds'
import { interpolatePositionEmbedding, sincosPositionEmbedding } from '@ml/model/positionEmbedding'
import { layerId, layerScales, learningRate } from '@ml/optimizer/schedule'
import { Comparison, readReference, type PartResult, type ReferenceTensor } from './reference'

/** `pos_embed.json`; null where it is absent. */
export async function verifyPositions(folder: string): Promise<PartResult | null> {
  const reference = await readReference<{
    dim: number
    grid: number
    sincos: ReferenceTensor
    interpolate_from: ReferenceTensor
    interpolate_to: ReferenceTensor
  }>(folder, 'pos_embed.json')
  if (!reference) return null
  const comparison = new Comparison('positions')
  comparison.compare('sine-cosine', sincosPositionEmbedding(reference.dim, reference.grid), reference.sincos.data)
  const { interpolate_from: from, interpolate_to: to } = reference
  const side = (tensor: ReferenceTensor): number => Math.sqrt((tensor.shape[1] as number) - 1)
  const resized = interpolatePositionEmbedding(Float32Array.from(from.data), from.shape[2] as number, side(from), side(to))
  comparison.compare('interpolated', resized, to.data)
  return comparison.result()
}

/** `metrics.json`; null where it is absent. */
export async function verifyMetrics(folder: string): Promise<PartResult | null> {
  const reference = await readReference<{
    y_true: number[][]
    y_prob: number[][]
    'f1_at_0.5': number[]
    best_global_threshold: number
    f1_at_best_global: number[]
    best_per_class_threshold: number[]
    roc_auc: number[]
    'cohen_kappa_at_0.5': number[]
  }>(folder, 'metrics.json')
  if (!reference) return null
  const aus: AuScores[] = reference['f1_at_0.5'].map((_, au) => ({
    labels: reference.y_true.map((row) => row[au] as number),
    probabilities: reference.y_prob.map((row) => row[au] as number),
  }))
  const atHalf = aus.map(({ labels, probabilities }) => confusionCounts(labels, probabilities, 0.5))
  const published = publishedF1(aus)
  const comparison = new Comparison('metrics')
  comparison.compareNumber('best_global_threshold', published.threshold, reference.best_global_threshold)
  aus.forEach((scores, au) => {
    const compare = (name: string, found: number | null | undefined, expected: number[]): void =>
      comparison.compareNumber(`${name} of output ${au}`, found, expected[au] as number)
    const counts = atHalf[au] as (typeof atHalf)[number]
    compare('f1_at_0.5', f1Score(counts) ?? 0, reference['f1_at_0.5'])
    compare('f1_at_best_global', published.perAu[au], reference.f1_at_best_global)
    compare('best_per_class_threshold', bestThreshold(scores)?.threshold, reference.best_per_class_threshold)
    compare('roc_auc', rocAuc(scores.labels, scores.probabilities), reference.roc_auc)
    compare('cohen_kappa_at_0.5', cohenKappa(counts), reference['cohen_kappa_at_0.5'])
  })
  return comparison.result()
}

/** `schedule.json`; null where it is absent. The names of layers and scales carry the depth and the decay. */
export async function verifySchedule(folder: string): Promise<PartResult | null> {
  const reference = await readReference<
    { lr: number; min_lr: number; warmup_epochs: number; epochs: number; points: [number, number][] } & Record<string, unknown>
  >(folder, 'schedule.json')
  if (!reference) return null
  const comparison = new Comparison('schedule')
  const schedule = { rate: reference.lr, minimumRate: reference.min_lr, warmupEpochs: reference.warmup_epochs, epochs: reference.epochs }
  for (const [progress, rate] of reference.points) {
    comparison.compareNumber(`rate at epoch ${progress}`, learningRate(progress, schedule), rate, reference.lr)
  }
  for (const [name, value] of Object.entries(reference)) {
    const scaled = /^layer_scales_0?(\d+)_depth(\d+)$/.exec(name)
    if (scaled) {
      comparison.compare(name, layerScales(Number(`0.${scaled[1]}`), Number(scaled[2])), value as number[])
    }
    if (name.startsWith('layer_ids_')) {
      const depth = Math.max(...Object.values(value as Record<string, number>)) - 1
      for (const [key, layer] of Object.entries(value as Record<string, number>)) {
        comparison.compareNumber(`layer of ${key}`, layerId(key, depth), layer, 1)
      }
    }
  }
  return comparison.result()
}
