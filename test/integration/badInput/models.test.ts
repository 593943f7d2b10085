// Weights that are broken, old, foreign or malicious, through the command line: refused in a sentence, nothing run, registry and disk as before.
import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { StorageBook, writePytorch } from '../../unit/runtime/weights/pytorchWriter'
import { saveVit, vitTensors } from '../../unit/runtime/weights/vitCheckpoint'
import { auw, temporaryFolder } from '../cli/auw'
import { projectState } from './projectState'

const folder = temporaryFolder()
const project = join(folder, 'study.auproj')
const run = (...args: string[]) => auw({ settings: join(folder, 'settings') }, ...args)
const path = (name: string): string => join(folder, name)
const small = { width: 64, aus: 12, identity: [5] }

beforeAll(async () => {
  await run('project', 'create', project)
})

async function refusal(file: string, ...options: string[]): Promise<string> {
  const before = projectState(project)
  const outcome = await run('model', 'import', project, file, ...options)
  expect(outcome, outcome.stderr).toMatchObject({ code: 1, stdout: '' })
  expect(outcome.stderr).toMatch(/^auw: [^\n]+\n$/)
  expect(projectState(project)).toEqual(before)
  expect(readdirSync(join(project, 'models'))).toEqual([])
  return outcome.stderr
}

it('truncated, legacy, foreign, not there', async () => {
  await saveVit(path('whole.pth'), vitTensors(small))
  const bytes = readFileSync(path('whole.pth'))
  for (const share of [0.999, 0.5, 0.01]) {
    writeFileSync(path('cut.pth'), bytes)
    truncateSync(path('cut.pth'), Math.floor(bytes.length * share))
    expect(await refusal(path('cut.pth'))).toMatch(/cut off|incomplete|truncated|not whole|ends/i)
  }
  writeFileSync(path('legacy.pth'), Buffer.concat([Buffer.from('80028a0a6cfc9c46f9206aa850192e', 'hex'), Buffer.alloc(5000)]))
  expect(await refusal(path('legacy.pth'))).toMatch(/torch\.save/)
  const book = new StorageBook()
  const convolution = book.tensor({ dtype: 'F32', shape: [64, 3, 7, 7], data: new Uint8Array(64 * 3 * 49 * 4) })
  await writePytorch(path('resnet.pth'), { dict: [['conv1.weight', convolution]] }, book)
  expect(await refusal(path('resnet.pth'))).toMatch(/not an FMAE/)
  writeFileSync(path('empty.pth'), '')
  expect(await refusal(path('empty.pth'))).toMatch(/empty|not a/i)
  writeFileSync(path('notes.pth'), 'participant 7 left early\n'.repeat(100))
  expect(await refusal(path('notes.pth'))).toMatch(/not a/i)
  expect(await refusal(path('gone.pth'))).toMatch(/no file|not there|does not exist/i)
})

it('a pickle that calls os.system is refused and never run', async () => {
  const trace = path('owned')
  for (const module of ['os', 'posix', 'nt']) {
    const call = { reduce: { name: [module, 'system'] as [string, string] }, args: [`touch ${trace}`] }
    await writePytorch(path('evil.pth'), { dict: [['model', { dict: [['w', call]] }]] }, new StorageBook())
    expect(await refusal(path('evil.pth'))).toContain(`${module}.system`)
  }
  expect(existsSync(trace)).toBe(false)
})

it('a safetensors file whose offsets lie', async () => {
  const write = (header: unknown, data: number): void => {
    const text = Buffer.from(JSON.stringify(header))
    const length = Buffer.alloc(8)
    length.writeBigUInt64LE(BigInt(text.length))
    writeFileSync(path('lying.safetensors'), Buffer.concat([length, text, Buffer.alloc(data)]))
  }
  const f32 = (shape: number[], from: number, to: number) => ({ dtype: 'F32', shape, data_offsets: [from, to] })
  for (const [header, data] of [
    [{ a: f32([4], 0, 16) }, 8],
    [{ a: f32([4], 0, 16), b: f32([4], 8, 24) }, 24],
    [{ a: f32([4], 0, 16), b: f32([4], 32, 48) }, 48],
    [{ a: f32([400], 0, 16) }, 16],
    [{ a: f32([4], -16, 0) }, 16],
    [{ a: f32([4], 16, 0) }, 16],
  ] as const) {
    write(header, data)
    expect(await refusal(path('lying.safetensors'))).toMatch(/safetensors|damaged|cut off|beyond|overlap/i)
  }
  writeFileSync(path('lying.safetensors'), Buffer.concat([Buffer.from('ffffffffffffff7f', 'hex'), Buffer.alloc(100)]))
  expect(await refusal(path('lying.safetensors'))).toMatch(/safetensors|header|damaged/i)
})

it('heads and AUs that cannot be told are asked for', async () => {
  await saveVit(path('odd-width.pth'), vitTensors({ ...small, width: 96 }))
  expect(await refusal(path('odd-width.pth'))).toMatch(/--heads/)
  expect(await refusal(path('odd-width.pth'), '--heads', '7')).toMatch(/7|heads/)
  await saveVit(path('five.pth'), vitTensors({ ...small, aus: 5 }))
  expect(await refusal(path('five.pth'))).toMatch(/--aus/)
  expect(await refusal(path('five.pth'), '--aus', '1,2,4')).toMatch(/5/)
})
