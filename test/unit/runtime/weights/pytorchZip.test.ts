// Reading torch.save archives: the real reference files, every layout variant, and everything that can be wrong with a file.
import { readFileSync, writeFileSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPytorch } from '@runtime/weights'
import { pickle, type PyValue } from './pickleWriter'
import { StorageBook, writePytorch, type WrittenTensor, type ZipOptions } from './pytorchWriter'

const reference = (name: string) => join('test/fixtures/reference', name)
let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'auw-pth-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const floats = (...values: number[]): Uint8Array => new Uint8Array(Float32Array.from(values).buffer)
const pathOf = (name: string) => join(folder, name)

async function saved(tensors: Record<string, WrittenTensor>, options?: ZipOptions): Promise<string> {
  const book = new StorageBook()
  const path = pathOf(`${Math.random()}.pth`)
  await writePytorch(path, { dict: [['model', book.stateDict(tensors)]] }, book, options)
  return path
}

describe('the reference checkpoints', () => {
  it('reads the fine-tuned file: names, shapes, arguments, no optimizer tensors', async () => {
    const file = await openPytorch(reference('vit_iat.pth'))
    const names = Object.keys((JSON.parse(readFileSync(reference('vit_iat.json'), 'utf8')) as { grads_step0: object }).grads_step0)
    expect([...file.tensors.keys()].sort()).toEqual(names.sort())
    expect(file.topLevelKeys).toEqual(['model', 'optimizer', 'epoch', 'scaler', 'args'])
    expect(file.stateDictKey).toBe('model')
    expect(file.epoch).toBe(3)
    expect(file.args).toEqual({ model: 'vit_tiny_fixture', batch_size: 3, blr: 0.05, grad_reverse: 2 })
    expect(file.tensors.get('blocks.1.attn.qkv.weight')?.shape).toEqual([48, 16])
    for (const [name, entry] of file.tensors) {
      const values = await file.readFloat32(name)
      expect(values.length).toBe(entry.shape.reduce((product, size) => product * size, 1))
      expect(values.every(Number.isFinite)).toBe(true)
    }
    await file.close()
  })

  it('reads the pretraining file, whose position embedding is the published sin-cos table', async () => {
    const file = await openPytorch(reference('mae.pth'))
    const table = JSON.parse(readFileSync(reference('pos_embed.json'), 'utf8')) as { sincos: { data: number[]; shape: number[] } }
    const values = await file.readFloat32('pos_embed')
    expect(file.tensors.get('pos_embed')?.shape).toEqual([1, ...table.sincos.shape])
    const worst = Math.max(...table.sincos.data.map((expected, i) => Math.abs(expected - (values[i] as number))))
    expect(worst).toBeLessThan(1e-6)
    expect(file.tensors.has('mask_token')).toBe(true)
    expect(file.epoch).toBe(49)
    await file.close()
  })

  it('gives the same bytes by offset, whole and streamed', async () => {
    const path = reference('vit_iat.pth')
    const raw = readFileSync(path)
    const file = await openPytorch(path)
    for (const [name, { byteOffset, byteLength }] of file.tensors) {
      const whole = await file.readBytes(name)
      expect(Buffer.from(whole).equals(raw.subarray(byteOffset, byteOffset + byteLength))).toBe(true)
      const pieces: Buffer[] = []
      for await (const piece of file.streamBytes(name)) pieces.push(Buffer.from(piece))
      expect(Buffer.concat(pieces).equals(whole)).toBe(true)
    }
    await file.close()
  })
})
