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

describe('layouts that torch.save can write', () => {
  const expected = [1, 2, 3, 4, 5, 6]
  const matrix: WrittenTensor = { dtype: 'F32', shape: [2, 3], data: floats(...expected) }

  it.each<[string, ZipOptions]>([
    ['pickle protocol 2', { protocol: 2 }],
    ['pickle protocol 4', { protocol: 4 }],
    ['deflated entries', { isDeflated: true }],
    ['zip64 records', { isZip64: true }],
    ['a byte order mark of PyTorch 2', { byteOrder: 'little' }],
    ['another folder name', { folder: 'my checkpoint é' }],
  ])('%s', async (_, options) => {
    const file = await openPytorch(await saved({ w: matrix }, options))
    expect([...(await file.readFloat32('w'))]).toEqual(expected)
    const pieces: number[] = []
    for await (const piece of file.streamBytes('w')) pieces.push(...piece)
    expect(pieces).toEqual([...(matrix.data as Uint8Array)])
    await file.close()
  })

  it('reads every number type', async () => {
    const bytes = (array: { buffer: ArrayBufferLike }) => new Uint8Array(array.buffer)
    const one = (dtype: WrittenTensor['dtype'], data: Uint8Array): WrittenTensor => ({ dtype, shape: [2], data })
    const file = await openPytorch(
      await saved({
        f64: one('F64', bytes(Float64Array.of(1.5, -2))),
        f16: one('F16', bytes(Uint16Array.of(0x3e00, 0xc000))),
        bf16: one('BF16', bytes(Uint16Array.of(0x3fc0, 0xc000))),
        i64: one('I64', bytes(BigInt64Array.of(1n, -2n))),
        i32: one('I32', bytes(Int32Array.of(1, -2))),
        i16: one('I16', bytes(Int16Array.of(1, -2))),
        i8: one('I8', bytes(Int8Array.of(1, -2))),
        u8: one('U8', Uint8Array.of(1, 254)),
        bool: one('BOOL', Uint8Array.of(1, 0)),
      }),
    )
    const read = async (name: string) => [...(await file.readFloat32(name))]
    for (const name of ['f64', 'f16', 'bf16']) expect(await read(name)).toEqual([1.5, -2])
    for (const name of ['i64', 'i32', 'i16', 'i8']) expect(await read(name)).toEqual([1, -2])
    expect(await read('u8')).toEqual([1, 254])
    expect(await read('bool')).toEqual([1, 0])
    await file.close()
  })

  it.each([{}, { isDeflated: true }])('shared storages, offsets, transposed, sliced and expanded views (%o)', async (options) => {
    const book = new StorageBook()
    const whole = book.tensor(matrix)
    const view = (shape: number[], strides: number[], storageOffset = 0) =>
      book.tensor({ ...matrix, shape, strides, storageOffset, storageElements: 6 }, 0)
    const state: PyValue = {
      dict: [
        ['whole', whole],
        ['row', view([3], [1], 3)],
        ['transposed', view([3, 2], [1, 3])],
        ['everySecond', view([2, 2], [3, 2])],
        ['expanded', view([2, 2], [0, 1], 1)],
        ['oneWide', view([1, 3], [99, 1])],
        ['empty', view([0, 3], [3, 1], 6)],
      ],
    }
    const path = pathOf('views.pth')
    await writePytorch(path, { dict: [['model', state]] }, book, options)
    const file = await openPytorch(path)
    const read = async (name: string) => [...(await file.readFloat32(name))]
    expect(await read('row')).toEqual([4, 5, 6])
    expect(await read('transposed')).toEqual([1, 4, 2, 5, 3, 6])
    expect(await read('everySecond')).toEqual([1, 3, 4, 6])
    expect(await read('expanded')).toEqual([2, 3, 2, 3])
    expect(await read('oneWide')).toEqual([1, 2, 3])
    expect(await read('empty')).toEqual([])
    expect(file.tensors.get('transposed')?.byteOffset).toBe(-1)
    await file.close()
  })

  it('finds bare state dicts, state_dict and wrapper prefixes', async () => {
    const layouts: [(state: PyValue) => PyValue, string | null][] = [
      [(state) => state, null],
      [(state) => ({ dict: [['state_dict', state]] }), 'state_dict'],
    ]
    for (const [wrap, key] of layouts) {
      const book = new StorageBook()
      const path = pathOf('wrapped.pth')
      await writePytorch(path, wrap(book.stateDict({ 'module.w': matrix, 'module.v': matrix })), book)
      const file = await openPytorch(path)
      expect([file.stateDictKey, file.strippedPrefix, [...file.tensors.keys()]]).toEqual([key, 'module.', ['w', 'v']])
      await file.close()
    }
  })

  it('never needs the storages of what it leaves out', async () => {
    const book = new StorageBook()
    const model = book.stateDict({ w: matrix })
    // refers to a storage that is not in the archive
    const optimizer = book.tensor({ ...matrix }, 77)
    const path = pathOf('optimizer.pth')
    await writePytorch(
      path,
      {
        dict: [
          ['model', model],
          ['optimizer', optimizer],
        ],
      },
      book,
    )
    const file = await openPytorch(path)
    expect(file.topLevelKeys).toEqual(['model', 'optimizer'])
    expect([...(await file.readFloat32('w'))]).toEqual(expected)
    await file.close()
  })
})

describe('files that are refused', () => {
  const tensor: WrittenTensor = { dtype: 'F32', shape: [4], data: floats(1, 2, 3, 4) }
  const code = (path: string) =>
    openPytorch(path).then(
      (file) => file.close().then(() => 'opened'),
      (error: { code: string }) => error.code,
    )
  const raw = (name: string, bytes: Uint8Array | string) => {
    writeFileSync(pathOf(name), bytes)
    return pathOf(name)
  }

  it('truncated anywhere: at the head, in the data, in the list of contents', async () => {
    const whole = readFileSync(reference('vit_iat.pth'))
    for (const length of [0, 3, 100, 20_000, whole.byteLength - 30, whole.byteLength - 1]) {
      expect([length, await code(raw('short.pth', whole.subarray(0, length)))]).toEqual([length, 'MODEL_FILE_TRUNCATED'])
    }
  })

  it('legacy files, with advice', async () => {
    const magic = Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex')
    await expect(openPytorch(raw('legacy.pth', Buffer.concat([magic, Buffer.alloc(100)])))).rejects.toMatchObject({
      code: 'MODEL_FILE_LEGACY',
      message: expect.stringContaining('torch.save') as string,
    })
  })

  it('things that are no checkpoint', async () => {
    const book = new StorageBook()
    const otherZip = pathOf('other.zip')
    await writePytorch(otherZip, null, book, { folder: 'a/b' })
    const script = pathOf('script.pt')
    await writePytorch(script, { dict: [] }, book, { extraEntries: { 'constants.pkl': pickle([]) } })
    const bigEndian = await saved({ w: tensor }, { byteOrder: 'big' })
    const noTensors = pathOf('empty.pth')
    await writePytorch(noTensors, { dict: [['model', { dict: [['a', 1]] }]] }, book)
    for (const path of [
      otherZip,
      script,
      bigEndian,
      noTensors,
      raw('plain.pkl', pickle({ dict: [['a', 1]] })),
      raw('text.pth', 'hello there'),
    ]) {
      expect([path, await code(path)]).toEqual([path, 'MODEL_FILE_INVALID'])
    }
    expect(await code(pathOf('absent.pth'))).toBe('FILE_NOT_FOUND')
    expect(await code(folder)).toBe('MODEL_FILE_INVALID')
  })

  it('malicious pickles, inside an archive or bare, naming what they wanted', async () => {
    for (const [module, name] of [
      ['os', 'system'],
      ['posix', 'system'],
      ['builtins', 'eval'],
      ['builtins', 'getattr'],
      ['subprocess', 'Popen'],
    ] as const) {
      for (const protocol of [2, 4] as const) {
        const evil: PyValue = { reduce: { name: [module, name] }, args: ['touch /tmp/owned'] }
        const path = pathOf('evil.pth')
        await writePytorch(path, { dict: [['model', { dict: [['w', evil]] }]] }, new StorageBook(), { protocol })
        const refusal = { code: 'MODEL_FILE_UNSAFE', message: expect.stringContaining(`${module}.${name}`) as string }
        await expect(openPytorch(path)).rejects.toMatchObject(refusal)
        await expect(openPytorch(raw('evil.pkl', pickle(evil, protocol)))).rejects.toMatchObject(refusal)
      }
    }
    await expect(openPytorch(raw('evil0.pkl', "cposix\nsystem\n(S'id'\ntR."))).rejects.toMatchObject({ code: 'MODEL_FILE_UNSAFE' })
  })

  it('tensors that reach beyond their storage', async () => {
    const cases: Partial<WrittenTensor>[] = [
      { storageOffset: 1 },
      { strides: [2] },
      { shape: [5] },
      { storageElements: 400 },
      { shape: [2 ** 40], strides: [0] },
    ]
    for (const change of cases) {
      const book = new StorageBook()
      const path = pathOf('reach.pth')
      const lying = { ...tensor, storageElements: 4, ...change }
      const value = book.tensor(lying)
      ;(book.storages[0] as { bytes: number }).bytes = 16
      await writePytorch(path, { dict: [['model', { dict: [['w', value]] }]] }, book)
      expect([change, await code(path)]).toEqual([change, 'MODEL_FILE_INVALID'])
    }
  })

  it('damage to any byte of the list of contents or index never crashes or hangs the reader', async () => {
    const whole = readFileSync(await saved({ w: tensor }))
    for (let at = 0; at < whole.byteLength; at += 1) {
      const bytes = Buffer.from(whole)
      bytes[at] = (bytes[at] as number) ^ 0xff
      expect(await code(raw('damaged.pth', bytes))).toMatch(/^(opened|MODEL_FILE_\w+)$/)
    }
  })
})
