// Recognising and importing checkpoints: sizes, heads, AUs, identity heads, damage, and memory that does not grow with the file.
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importCheckpoint, openPytorch, openSafetensors, recogniseCheckpoint, type TensorEntry } from '@runtime/weights'
import { saveVit, vitShapes, vitTensors, type VitSpec } from './vitCheckpoint'

let folder: string
let source: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'auw-import-'))
  source = join(folder, 'source.pth')
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const fresh = (name: string) => join(folder, `${name}-${readdirSync(folder).length}`)

const entries = (shapes: Record<string, number[]>) =>
  new Map<string, TensorEntry>(
    Object.entries(shapes).map(([name, shape]) => [name, { name, dtype: 'F32', shape, byteOffset: 0, byteLength: 0 }]),
  )
const recognise = (spec: VitSpec, hints = {}) => recogniseCheckpoint(entries(vitShapes(spec)), hints, 'x.pth')
const codeOf = (run: () => unknown): string => {
  try {
    run()
    return 'recognised'
  } catch (error) {
    return (error as { code: string }).code
  }
}

describe('recognising', () => {
  it.each([
    [192, 16, 112, 3],
    [384, 16, 224, 6],
    [768, 16, 224, 12],
    [1024, 16, 224, 16],
    [1280, 14, 224, 16],
  ])('width %i, patch %i, %i pixels: %i heads by the size table', (width, patch, imageSize, heads) => {
    const facts = recognise({ width, patch, imageSize, depth: 2, aus: 12, identity: [41] })
    expect(facts.architecture).toEqual({ width, patch, imageSize, depth: 2, heads, subjects: 41 })
    expect(facts).toMatchObject({ kind: 'vit', headsFrom: 'size table', areAusAssumed: true, identityHeadLayers: 1, droppedTensors: [] })
  })

  it('takes heads as given, else width / 64, else refuses', () => {
    expect(recognise({ width: 384, aus: 8 }, { heads: 12 }).architecture.heads).toBe(12)
    expect(recognise({ width: 256, aus: 8 })).toMatchObject({ headsFrom: 'width / 64', architecture: { heads: 4 } })
    expect(codeOf(() => recognise({ width: 100, aus: 8 }))).toBe('MODEL_HEADS_UNKNOWN')
    expect(recognise({ width: 100, aus: 8 }, { heads: 4 }).architecture.heads).toBe(4)
    expect(codeOf(() => recognise({ width: 100, aus: 8 }, { heads: 3 }))).toBe('MODEL_HEADS_UNKNOWN')
  })

  it('names the outputs as told, else assumes BP4D for 12 and DISFA for 8, else refuses', () => {
    expect(recognise({ width: 192, aus: 12 })).toMatchObject({ aus: [1, 2, 4, 6, 7, 10, 12, 14, 15, 17, 23, 24], areAusAssumed: true })
    expect(recognise({ width: 192, aus: 8 })).toMatchObject({ aus: [1, 2, 4, 6, 9, 12, 25, 26], areAusAssumed: true })
    expect(recognise({ width: 192, aus: 3 }, { aus: [12, 1, 4] })).toMatchObject({ aus: [12, 1, 4], areAusAssumed: false })
    for (const hints of [{}, { aus: [1, 2] }, { aus: [1, 2, 2] }, { aus: [1, 2, -3] }]) {
      expect(codeOf(() => recognise({ width: 192, aus: 3 }, hints))).toBe('MODEL_AUS_UNKNOWN')
    }
  })

  it('knows the three identity heads and calls what has no AU head a backbone', () => {
    expect(recognise({ width: 192, aus: 12, identity: [96, 27] })).toMatchObject({ identityHeadLayers: 2, architecture: { subjects: 27 } })
    expect(recognise({ width: 192, aus: 12, identity: [96, 48, 27] })).toMatchObject({
      identityHeadLayers: 3,
      architecture: { subjects: 27 },
    })
    expect(recognise({ width: 192, aus: 12 })).toMatchObject({ identityHeadLayers: 0, architecture: { subjects: 0 } })
    expect(recognise({ width: 192, hasDecoder: true })).toMatchObject({ kind: 'backbone', hasDecoder: true, aus: [], droppedTensors: [] })
    expect(recognise({ width: 192 })).toMatchObject({ kind: 'backbone', hasDecoder: false })
  })

  it('refuses other architectures and says what it found', () => {
    const resnet = entries({ 'conv1.weight': [64, 3, 7, 7], 'layer1.0.conv1.weight': [64, 64, 1, 1], 'fc.weight': [12, 2048] })
    expect(() => recogniseCheckpoint(resnet, {}, 'r.pth')).toThrow(/ResNet \(its parts: conv1, layer1, fc\)/)
    const change = (edit: (shapes: Record<string, number[]>) => void) => {
      const shapes = vitShapes({ width: 192, depth: 2, aus: 12, identity: [41] })
      edit(shapes)
      return codeOf(() => recogniseCheckpoint(entries(shapes), {}, 'x.pth'))
    }
    expect(change(() => undefined)).toBe('recognised')
    const edits: ((shapes: Record<string, number[]>) => void)[] = [
      (shapes) => delete shapes['blocks.1.mlp.fc2.bias'],
      (shapes) => (shapes['blocks.0.ls1.gamma'] = [192]),
      (shapes) => (shapes['dist_token'] = [1, 1, 192]),
      (shapes) => (shapes['pos_embed'] = [1, 6, 192]),
      (shapes) => (shapes['blocks.0.mlp.fc1.weight'] = [192, 192]),
      (shapes) => delete shapes['fc_norm.weight'],
      (shapes) => (shapes['ID_head.weight'] = [41, 7]),
    ]
    for (const edit of edits) expect(change(edit)).toBe('MODEL_ARCHITECTURE_UNKNOWN')
  })
})

describe('importing', () => {
  it('brings over the reference checkpoint bit by bit and reports what it left out', async () => {
    const path = 'test/fixtures/reference/vit_iat.pth'
    const targetDir = fresh('reference')
    const imported = await importCheckpoint({ source: path, targetDir, heads: 2, aus: [1, 2, 4, 6, 12] })
    expect(imported).toMatchObject({
      format: 'pytorch',
      kind: 'vit',
      architecture: { width: 16, depth: 2, heads: 2, patch: 8, imageSize: 32, subjects: 4 },
      droppedKeys: ['optimizer', 'epoch', 'scaler', 'args'],
      epoch: 3,
      args: { grad_reverse: 2 },
    })
    const before = await openPytorch(path)
    const after = await openSafetensors(imported.result.path)
    expect([...after.tensors.keys()].sort()).toEqual([...before.tensors.keys()].sort())
    for (const name of before.tensors.keys()) expect(await after.readFloat32(name)).toEqual(await before.readFloat32(name))
    await before.close()
    await after.close()

    // the result names its own heads and AUs
    const again = await importCheckpoint({ source: imported.result.path, targetDir: fresh('again') })
    expect(again).toMatchObject({ format: 'safetensors', aus: [1, 2, 4, 6, 12], areAusAssumed: false, architecture: { heads: 2 } })
    expect(again.result.sha256).toBe(imported.result.sha256)
  })

  it('imports the pretraining checkpoint as a backbone with its decoder', async () => {
    const imported = await importCheckpoint({ source: 'test/fixtures/reference/mae.pth', targetDir: fresh('mae'), heads: 2 })
    expect(imported).toMatchObject({ kind: 'backbone', hasDecoder: true, aus: [] })
    expect(imported.keptTensors).toContain('decoder_pred.weight')
  })

  it('keeps float16 and bfloat16, makes float64 float32', async () => {
    for (const [dtype, kept] of [
      ['F16', 'F16'],
      ['BF16', 'BF16'],
      ['F64', 'F32'],
      ['F32', 'F32'],
    ] as const) {
      await saveVit(source, vitTensors({ width: 64, aus: 8, dtype }))
      const { result } = await importCheckpoint({ source, targetDir: fresh(dtype) })
      const before = await openPytorch(source)
      const after = await openSafetensors(result.path)
      expect(after.tensors.get('head.weight')?.dtype).toBe(kept)
      expect(await after.readFloat32('blocks.0.mlp.fc1.weight')).toEqual(await before.readFloat32('blocks.0.mlp.fc1.weight'))
      await before.close()
      await after.close()
    }
  })

  it('refuses weights that are not finite and leaves nothing behind', async () => {
    for (const [dtype, bytes] of [
      ['F32', new Uint8Array(Float32Array.of(...new Array<number>(63).fill(0), NaN).buffer)],
      ['F64', new Uint8Array(Float64Array.of(1e300, ...new Array<number>(63).fill(0)).buffer)],
      ['F16', new Uint8Array(Uint16Array.of(0x7c00, ...new Array<number>(63).fill(0)).buffer)],
      ['BF16', new Uint8Array(Uint16Array.of(0xff80, ...new Array<number>(63).fill(0)).buffer)],
    ] as const) {
      await saveVit(source, { ...vitTensors({ width: 64, aus: 8, dtype }), 'fc_norm.weight': { dtype, shape: [64], data: bytes } })
      const targetDir = fresh('nan')
      await expect(importCheckpoint({ source, targetDir })).rejects.toMatchObject({
        code: 'MODEL_NOT_FINITE',
        data: { tensor: 'fc_norm.weight' },
      })
      expect(existsSync(targetDir)).toBe(false)
    }
  })

  it('keeps an existing model when a later import fails or is cancelled', async () => {
    await saveVit(source, vitTensors({ width: 64, aus: 8 }))
    const targetDir = fresh('kept')
    const { result } = await importCheckpoint({ source, targetDir })
    const cancel = new AbortController()
    const cancelled = importCheckpoint({
      source,
      targetDir,
      signal: cancel.signal,
      onProgress: ({ doneBytes, totalBytes }) => doneBytes > totalBytes * 0.7 && cancel.abort(),
    })
    await expect(cancelled).rejects.toMatchObject({ code: 'CANCELLED' })
    writeFileSync(source, 'nonsense')
    await expect(importCheckpoint({ source, targetDir })).rejects.toMatchObject({ code: 'MODEL_FILE_INVALID' })
    expect(readdirSync(targetDir)).toEqual(['weights.safetensors'])
    const file = await openSafetensors(result.path)
    expect(file.tensors.size).toBe(20)
    await file.close()
  })

  it('says when the folder may not be written', async () => {
    await saveVit(source, vitTensors({ width: 64, aus: 8 }))
    const blocked = fresh('blocked')
    writeFileSync(blocked, 'a file, not a folder')
    await expect(importCheckpoint({ source, targetDir: join(blocked, 'models') })).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
  })

  it('uses a small, constant amount of memory for a file of 170 MB', async () => {
    const big = join(folder, 'big.pth')
    await saveVit(big, vitTensors({ width: 768, depth: 6, patch: 16, imageSize: 224, aus: 12, identity: [41] }))
    const targetDir = fresh('big')
    mkdirSync(targetDir)
    const start = process.memoryUsage().arrayBuffers
    let peak = 0
    let last = { doneBytes: 0, totalBytes: 0 }
    const { result } = await importCheckpoint({
      source: big,
      targetDir,
      onProgress: (progress) => {
        last = progress
        peak = Math.max(peak, process.memoryUsage().arrayBuffers - start)
      },
    })
    expect(result.sizeBytes).toBeGreaterThan(160e6)
    expect(last.doneBytes).toBe(last.totalBytes)
    expect(peak).toBeLessThan(80e6)
    rmSync(big)
  })
})
