// The forward pass against PyTorch's numbers through the .pth import, traced and eager, and the graph's other promises.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { vitConfig, type VitConfig } from '@ml/model/config'
import { initialiseWeights } from '@ml/model/initialise'
import { classifierShapes } from '@ml/model/parameters'
import { Random } from '@ml/random'
import { runtimeFor, type LoadedModel } from '@runtime/index'
import { runForward, verifyForward } from '@runtime/verify/forward'
import { tensorError } from '@runtime/verify/reference'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const REFERENCE = 'test/fixtures/reference'
let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'auw-forward-'))))
afterAll(() => rm(folder, { recursive: true }))

const SMALL: VitConfig = { ...vitConfig('tiny'), width: 24, depth: 2, heads: 2, patch: 8, imageSize: 32, aus: 3 }
const weights = initialiseWeights(classifierShapes(SMALL), SMALL, Random.seeded(1))
const images = (count: number): Float32Array => {
  const random = Random.seeded(2)
  return Float32Array.from({ length: count * 3 * SMALL.imageSize ** 2 }, () => random.normal())
}

describe('against PyTorch', () => {
  test.each(['cpu', 'wasm'] as const)('features and logits on %s', async (device) => {
    const result = await verifyForward(REFERENCE, device)
    expect(result?.error).toBeLessThan(1e-5)
  })

  test('a reference that differs by a thousandth is noticed', async () => {
    const reference = JSON.parse(await readFile(join(REFERENCE, 'vit_iat.json'), 'utf8'))
    reference.forward.au_logits.data[0] *= 1.001
    await writeFile(join(folder, 'vit_iat.json'), JSON.stringify(reference))
    await writeFile(join(folder, 'vit_iat.pth'), await readFile(join(REFERENCE, 'vit_iat.pth')))
    expect((await verifyForward(folder, 'cpu'))?.error).toBeGreaterThan(1e-4)
  })
})

describe('loaded models', () => {
  const predict = async (model: LoadedModel, count: number): Promise<Float32Array> => {
    const prediction = await model.predict(images(count), count)
    expect(prediction.features.length).toBe(count * SMALL.width)
    expect(prediction.auLogits.length).toBe(count * SMALL.aus)
    return prediction.auLogits
  }

  test('any batch size, each image on its own', async () => {
    const model = await runtimeFor('cpu').load({ config: SMALL, weights: { kind: 'memory', tensors: weights } })
    const five = await predict(model, 5)
    const two = await predict(model, 2)
    expect(tensorError(two, five.subarray(0, two.length))).toBeLessThan(1e-5)
    await model.dispose()
  })

  test('weights referred to in a safetensors file, float32 and half precision', async () => {
    const expected = (await runForward('wasm', SMALL, weights, images(2))).auLogits
    for (const [dtype, tolerance] of [
      ['F32', 1e-5],
      ['F16', 5e-3],
    ] as const) {
      const path = join(folder, `${dtype}.safetensors`)
      await writeFile(path, safetensors(dtype))
      const model = await runtimeFor('cpu').load({ config: SMALL, weights: { kind: 'safetensors', path } })
      expect(tensorError(await predict(model, 2), expected)).toBeLessThan(tolerance)
      await model.dispose()
      expect((await readFile(join(folder, 'forward.onnx'))).length).toBeLessThan(20_000)
    }
  })

  test('another image size interpolates the positions', async () => {
    const larger = { ...SMALL, imageSize: 48 }
    const model = await runtimeFor('cpu').load({ config: larger, weights: { kind: 'memory', tensors: weights } })
    const prediction = await model.predict(new Float32Array(3 * 48 * 48), 1)
    expect(prediction.auLogits.every(Number.isFinite)).toBe(true)
    await model.dispose()
  })

  test('a missing weight and a wrong width are refused by name', async () => {
    const partial = new Map(weights)
    partial.delete('head.bias')
    await expect(runtimeFor('cpu').load({ config: SMALL, weights: { kind: 'memory', tensors: partial } })).rejects.toMatchObject({
      code: 'MODEL_ARCHITECTURE_UNKNOWN',
      data: { key: 'head.bias' },
    })
    const wider = { ...SMALL, width: 48 }
    await expect(runtimeFor('cpu').load({ config: wider, weights: { kind: 'memory', tensors: weights } })).rejects.toMatchObject({
      code: 'MODEL_ARCHITECTURE_UNKNOWN',
    })
  })
})

/** The small model's weights as a safetensors file. */
function safetensors(dtype: 'F32' | 'F16'): Uint8Array {
  const header: Record<string, unknown> = {}
  const parts: Uint8Array[] = []
  let offset = 0
  for (const [name, { shape, data }] of weights) {
    const values = dtype === 'F32' ? data : new Float16Array(data)
    const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    header[name] = { dtype, shape, data_offsets: [offset, offset + bytes.length] }
    offset += bytes.length
    parts.push(bytes)
  }
  const json = Buffer.from(JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, ...parts])
}
