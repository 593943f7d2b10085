// How much faster and smaller int8 prediction is than float32 on this processor: ViT-S, B and L, in turns in one process, and how far logits move.
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { cpus, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { vitConfig, type VitSize } from '@ml/model/config'
import { initialiseWeights } from '@ml/model/initialise'
import { classifierShapes } from '@ml/model/parameters'
import { Random } from '@ml/random'
import { INT8_GRAPH_FILE, runtimeFor } from '@runtime/index'
import { writeSafetensors } from '@runtime/weights/index'
import { PRECISIONS, type Precision } from '@shared/model'

interface Int8Figures {
  /** Medians. */
  imagesPerSecond: Record<Precision, number>
  bytes: Record<Precision, number>
  /** Of the logits, ||int8 - float32|| / ||float32||. */
  error: number
}

/** Random weights, heads of a trained size; the error says little about a trained model, whose own is shown by `auw model precision`. */
async function benchInt8(size: VitSize, batch: number, runs: number): Promise<Int8Figures> {
  const folder = mkdtempSync(join(tmpdir(), 'auw-int8-'))
  try {
    const config = vitConfig(size)
    const random = Random.seeded(1)
    const tensors = initialiseWeights(classifierShapes(config), config, random)
    tensors.get('head.weight')?.data.forEach((_, index, data) => (data[index] = random.normal(0, 0.05)))
    const path = join(folder, 'weights.safetensors')
    await writeSafetensors(
      path,
      [...tensors].map(([name, { shape, data }]) => ({
        name,
        dtype: 'F32' as const,
        shape,
        chunks: new Uint8Array(data.buffer as ArrayBuffer),
      })),
    )
    const images = Float32Array.from({ length: batch * 3 * config.imageSize ** 2 }, () => random.normal())
    const model = { config, weights: { kind: 'safetensors' as const, path } }
    const load = (precision: Precision) => runtimeFor('cpu').load(model, { precision })
    const loaded = { float32: await load('float32'), int8: await load('int8') }
    const seconds: Record<Precision, number[]> = { float32: [], int8: [] }
    const logits: Record<Precision, Float32Array> = { float32: new Float32Array(0), int8: new Float32Array(0) }
    for (let run = 0; run <= runs; run++) {
      for (const precision of PRECISIONS) {
        const start = performance.now()
        logits[precision] = (await loaded[precision].predict(images, batch)).auLogits
        if (run > 0) seconds[precision].push((performance.now() - start) / 1000)
      }
    }
    for (const precision of PRECISIONS) await loaded[precision].dispose()
    const norm = (values: Float32Array): number => Math.hypot(...values)
    const rate = (precision: Precision): number => batch / (seconds[precision].sort((a, b) => a - b)[Math.floor(runs / 2)] as number)
    return {
      imagesPerSecond: { float32: rate('float32'), int8: rate('int8') },
      bytes: { float32: statSync(path).size, int8: statSync(join(folder, INT8_GRAPH_FILE)).size },
      error: norm(logits.int8.map((value, index) => value - (logits.float32[index] as number))) / norm(logits.float32),
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What `npm run bench` prints. */
export async function run(): Promise<{ name: string; lines: string[] }> {
  const lines: string[] = []
  const sizes = [
    { size: 'small', batch: 8, runs: 7, wanted: 1.6 },
    { size: 'base', batch: 8, runs: 3, wanted: 1.8 },
    { size: 'large', batch: 4, runs: 3, wanted: 1.8 },
  ] as const
  for (const { size, batch, runs, wanted } of sizes) {
    const { imagesPerSecond, bytes, error } = await benchInt8(size, batch, runs)
    lines.push(
      `ViT-${size}, batch ${batch}: ${imagesPerSecond.float32.toFixed(1)} images/s in float32, ${imagesPerSecond.int8.toFixed(1)} in int8, ratio ${(imagesPerSecond.int8 / imagesPerSecond.float32).toFixed(2)} (at least ${wanted} is wanted); ` +
        `size ${(bytes.int8 / bytes.float32).toFixed(2)} of float32; logits off by ${(100 * error).toFixed(1)} % on random weights`,
    )
  }
  return { name: `Prediction in int8 (${cpus()[0]?.model.trim() ?? 'unknown processor'}, load ${loadavg()[0]?.toFixed(1) ?? '?'})`, lines }
}
