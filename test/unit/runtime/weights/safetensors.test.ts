// Safetensors: what is written is read back, the layout suits memory mapping, and headers that lie are refused.
import fc from 'fast-check'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { DTYPE_BYTES, openSafetensors, writeSafetensors, type Dtype, type TensorToWrite } from '@runtime/weights'

let folder: string
let path: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'auw-st-'))
  path = join(folder, 'w.safetensors')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const dtypes = Object.keys(DTYPE_BYTES) as Dtype[]
const tensor: fc.Arbitrary<TensorToWrite> = fc
  .record({
    name: fc.string({ unit: 'grapheme', minLength: 1 }),
    dtype: fc.constantFrom(...dtypes),
    shape: fc.array(fc.nat(5), { maxLength: 4 }),
  })
  .filter(({ name }) => name !== '__metadata__')
  .chain((entry) => {
    const length = entry.shape.reduce((product, size) => product * size, 1) * DTYPE_BYTES[entry.dtype]
    return fc.uint8Array({ minLength: length, maxLength: length }).map((chunks) => ({ ...entry, chunks }))
  })

describe('writing and reading', () => {
  it('round-trips any tensors and metadata', async () => {
    const tensors = fc.uniqueArray(tensor, { maxLength: 8, selector: ({ name }) => name })
    await fc.assert(
      fc.asyncProperty(tensors, fc.dictionary(fc.string(), fc.string({ unit: 'grapheme' }), { maxKeys: 3 }), async (written, metadata) => {
        const { sizeBytes } = await writeSafetensors(path, written, metadata)
        expect(readFileSync(path).byteLength).toBe(sizeBytes)
        const file = await openSafetensors(path)
        expect({ ...file.metadata }).toEqual({ ...metadata })
        expect([...file.tensors.keys()].sort()).toEqual(written.map(({ name }) => name).sort())
        for (const { name, dtype, shape, chunks } of written) {
          expect(file.tensors.get(name)).toMatchObject({ dtype, shape })
          expect(Buffer.from(await file.readBytes(name))).toEqual(Buffer.from(chunks as Uint8Array))
        }
        await file.close()
      }),
      { numRuns: 60 },
    )
  })

  it('starts the data and every tensor of even size at multiples of 64, all others at whole elements', async () => {
    const sized = (name: string, count: number, dtype: Dtype = 'F32') => ({
      name,
      dtype,
      shape: [count],
      chunks: new Uint8Array(count * DTYPE_BYTES[dtype]),
    })
    await writeSafetensors(
      path,
      [sized('bias', 12), sized('odd', 3, 'U8'), sized('big', 64), sized('double', 5, 'F64'), sized('other', 16)],
      { note: 'x' },
    )
    const { tensors, close } = await openSafetensors(path)
    for (const name of ['big', 'other']) expect((tensors.get(name)?.byteOffset as number) % 64).toBe(0)
    for (const { byteOffset, dtype } of tensors.values()) expect(byteOffset % DTYPE_BYTES[dtype]).toBe(0)
    await close()
  })

  it('leaves the old file alone when the data do not come as announced', async () => {
    await writeSafetensors(path, [{ name: 'a', dtype: 'U8', shape: [1], chunks: Uint8Array.of(7) }])
    const before = readFileSync(path)
    const failing = async function* () {
      yield Uint8Array.of(1)
      await Promise.resolve()
      throw new Error('source lost')
    }
    const write = (chunks: TensorToWrite['chunks']) => writeSafetensors(path, [{ name: 'a', dtype: 'U8', shape: [9], chunks }])
    await expect(write(failing())).rejects.toThrow('source lost')
    await expect(write(Uint8Array.of(1, 2))).rejects.toMatchObject({ code: 'INTERNAL' })
    expect(readFileSync(path)).toEqual(before)
    expect(existsSync(`${path}.partial`)).toBe(false)
    await expect(writeSafetensors(join(folder, 'absent', 'w'), [])).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  })

  it.runIf(process.platform === 'linux')('says that the disk is full', async () => {
    // every write to this device fails for want of space, which exercises the system's own error
    const { open } = await import('node:fs/promises')
    const { describeWriteError } = await import('@runtime/weights/atomicFile')
    const handle = await open('/dev/full', 'w')
    const error: unknown = await handle.write(Buffer.alloc(10)).catch((caught: unknown) => caught)
    await handle.close()
    expect(describeWriteError(error, path)).toMatchObject({ code: 'DISK_FULL' })
  })
})

describe('headers that lie', () => {
  const open = (header: string | object, dataBytes: number, declaredLength?: number) => {
    const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(declaredLength ?? json.byteLength))
    writeFileSync(path, Buffer.concat([length, json, Buffer.alloc(dataBytes)]))
    return openSafetensors(path).then(
      (file) => file.close().then(() => 'opened'),
      (error: { code: string }) => error.code,
    )
  }
  const f32 = (start: number, end: number, shape: unknown = [(end - start) / 4]) => ({ dtype: 'F32', shape, data_offsets: [start, end] })

  it('accepts the honest ones', async () => {
    expect(await open({ a: f32(0, 8), b: f32(8, 16) }, 16)).toBe('opened')
    expect(await open({ a: f32(0, 8), b: f32(8, 8, [0, 7]), c: f32(8, 12, []) }, 12)).toBe('opened')
    expect(await open({}, 0)).toBe('opened')
  })

  it.each<[string, string | object, number]>([
    ['overlap', { a: f32(0, 8), b: f32(4, 12) }, 12],
    ['a hole', { a: f32(0, 8), b: f32(12, 16) }, 16],
    ['data that nothing describes', { a: f32(0, 8) }, 16],
    ['an end before the start', { a: f32(8, 0, [0]) }, 8],
    ['negative offsets', { a: f32(-4, 4, [2]) }, 4],
    ['fractional offsets', { a: f32(0.5, 4.5, [1]) }, 8],
    ['immense offsets', '{"a":{"dtype":"F32","shape":[1],"data_offsets":[9007199254740993,9007199254740997]}}', 8],
    ['a size that does not fit shape and type', { a: f32(0, 8, [3]) }, 8],
    ['a shape beyond all numbers', { a: f32(0, 8, [2 ** 40, 2 ** 40]) }, 8],
    ['a negative shape', { a: f32(0, 8, [-1, -2]) }, 8],
    ['an unknown type', { a: { dtype: 'F8_E4M3', shape: [8], data_offsets: [0, 8] } }, 8],
    ['a type named like a method', { a: { dtype: 'toString', shape: [8], data_offsets: [0, 8] } }, 8],
    ['a name twice', '{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"\\u0061":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}', 2],
    ['a field twice', '{"a":{"dtype":"U8","shape":[1],"shape":[1],"data_offsets":[0,1]}}', 1],
    ['a list', '[1,2]', 0],
    ['a number inside', { a: 5 }, 0],
    ['metadata that are no text', { __metadata__: { a: 1 } }, 0],
    ['broken JSON', '{"a":', 0],
  ])('%s', async (_, header, dataBytes) => {
    expect(await open(header, dataBytes)).toBe('MODEL_FILE_INVALID')
  })

  it('headers too large, and files cut short', async () => {
    expect(await open({}, 0, 2 ** 40)).toBe('MODEL_FILE_INVALID')
    expect(await open('[]', 0, 0)).toBe('MODEL_FILE_INVALID')
    expect(await open({ a: f32(0, 8) }, 0, 5000)).toBe('MODEL_FILE_TRUNCATED')
    expect(await open({ a: f32(0, 8), b: f32(8, 16) }, 12)).toBe('MODEL_FILE_TRUNCATED')
    writeFileSync(path, Uint8Array.of(1, 2, 3))
    await expect(openSafetensors(path)).rejects.toMatchObject({ code: 'MODEL_FILE_TRUNCATED' })
  })
})
