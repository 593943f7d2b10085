// How fast the forward pass runs: onnxruntime against the WebAssembly backend, same model and batch, in one run. Ratios, no verdicts.
import { vitConfig, type VitSize } from '@ml/model/config'
import { initialiseWeights } from '@ml/model/initialise'
import { classifierShapes } from '@ml/model/parameters'
import { Random } from '@ml/random'
import { runtimeFor, type DeviceId } from '@runtime/index'

export interface ForwardFigures {
  size: VitSize
  batch: number
  onnxImagesPerSecond: number
  wasmImagesPerSecond: number
  /** onnxruntime over WebAssembly. */
  ratio: number
}

/** Median over the runs after one that warms up. */
async function imagesPerSecond(device: DeviceId, size: VitSize, batch: number, runs: number): Promise<number> {
  const config = vitConfig(size)
  const tensors = initialiseWeights(classifierShapes(config), config, Random.seeded(1))
  const model = await runtimeFor(device).load({ config, weights: { kind: 'memory', tensors } })
  const images = new Float32Array(batch * 3 * config.imageSize ** 2).fill(0.1)
  const milliseconds: number[] = []
  for (let run = 0; run <= runs; run++) {
    const start = performance.now()
    await model.predict(images, batch)
    if (run > 0) milliseconds.push(performance.now() - start)
  }
  await model.dispose()
  milliseconds.sort((a, b) => a - b)
  return (batch * 1000) / (milliseconds[Math.floor(milliseconds.length / 2)] as number)
}

/** ViT-S/16 at 224 pixels unless told otherwise. */
export async function benchForward(size: VitSize = 'small', batch = 8): Promise<ForwardFigures> {
  const onnxImagesPerSecond = await imagesPerSecond('cpu', size, batch, 5)
  const wasmImagesPerSecond = await imagesPerSecond('wasm', size, batch, 1)
  return { size, batch, onnxImagesPerSecond, wasmImagesPerSecond, ratio: onnxImagesPerSecond / wasmImagesPerSecond }
}

/** What `npm run bench` prints. */
export async function run(): Promise<{ name: string; lines: string[] }> {
  const { batch, onnxImagesPerSecond, wasmImagesPerSecond, ratio } = await benchForward()
  return {
    name: `Forward pass of ViT-S/16 at 224 pixels, batch ${batch}`,
    lines: [
      `traced, onnxruntime on the processor: ${onnxImagesPerSecond.toFixed(1)} images/s`,
      `WebAssembly backend: ${wasmImagesPerSecond.toFixed(1)} images/s`,
      `ratio: ${ratio.toFixed(1)} (at least 5 is wanted)`,
    ],
  }
}
