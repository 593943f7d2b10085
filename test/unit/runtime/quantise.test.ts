// int8 weights: what they stand for, that no pair of products can saturate, and a whole ViT that stays near float32 and refuses other devices.
import { vitConfig } from '@ml/model/config'
import { initialiseWeights } from '@ml/model/initialise'
import { classifierShapes } from '@ml/model/parameters'
import { Random } from '@ml/random'
import { INT8_GRAPH_FILE, runtimeFor } from '@runtime/index'
import { quantiseRows } from '@runtime/tracing/quantise'
import { writeSafetensors } from '@runtime/weights/index'
import fc from 'fast-check'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

test('every weight is within half a step of its output, and small enough for 16-bit sums', () => {
  const rows = fc.array(fc.float({ noNaN: true, min: -8, max: 8 }), { minLength: 12, maxLength: 12 })
  fc.assert(
    fc.property(rows, (numbers) => {
      const weight = Float32Array.from(numbers) // 3 outputs of 4 inputs
      const { values, scales } = quantiseRows(weight, 3)
      for (let output = 0; output < 3; output++) {
        for (let input = 0; input < 4; input++) {
          const value = values[input * 3 + output] as number
          const scale = scales[output] as number
          expect(Math.abs(value)).toBeLessThanOrEqual(64)
          expect(Math.abs(value * scale - (weight[output * 4 + input] as number))).toBeLessThanOrEqual(0.5001 * scale + 1e-38)
        }
      }
    }),
  )
})

test('outputs of very different sizes keep their own steps', () => {
  const { values, scales } = quantiseRows(Float32Array.of(100, -50, 0.001, 0.0005, 0, 0), 3)
  expect([...values]).toEqual([64, 64, 0, -32, 32, 0])
  expect((scales[0] as number) / (scales[1] as number)).toBeCloseTo(1e5, -1)
})

test('a ViT in int8 stays near itself in float32, is smaller, and runs on the processor alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'auw-int8-'))
  try {
    const config = { ...vitConfig('tiny'), depth: 2, imageSize: 64, aus: 4 }
    const random = Random.seeded(5)
    const tensors = initialiseWeights(classifierShapes(config), config, random)
    tensors.get('head.weight')?.data.forEach((_, index, data) => (data[index] = random.normal(0, 0.1)))
    const path = join(folder, 'weights.safetensors')
    await writeSafetensors(
      path,
      [...tensors].map(([name, { shape, data }]) => ({ name, dtype: 'F32', shape, chunks: new Uint8Array(data.buffer as ArrayBuffer) })),
    )
    const model = { config, weights: { kind: 'safetensors' as const, path } }
    const images = Float32Array.from({ length: 3 * 3 * 64 * 64 }, () => random.normal())
    const logits = async (precision: 'float32' | 'int8'): Promise<Float32Array> => {
      const loaded = await runtimeFor('cpu').load(model, { precision })
      const { auLogits } = await loaded.predict(images, 3)
      await loaded.dispose()
      return auLogits
    }
    const exact = await logits('float32')
    const coarse = await logits('int8')
    const distance = Math.hypot(...coarse.map((value, index) => value - (exact[index] as number))) / Math.hypot(...exact)
    expect(distance).toBeLessThan(0.05)
    // were it float32 in disguise, it would be the same
    expect(distance).toBeGreaterThan(1e-5)
    expect(statSync(join(folder, INT8_GRAPH_FILE)).size).toBeLessThan(0.45 * statSync(path).size)
    expect(() => runtimeFor('wasm').load(model, { precision: 'int8' })).toThrow(/does not compute in int8/)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
