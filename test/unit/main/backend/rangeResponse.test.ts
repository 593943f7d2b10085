// Byte ranges as media elements ask for them.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { fileResponse, parseRange } from '@main/backend/rangeResponse'

const folder = mkdtempSync(join(tmpdir(), 'auw-range-'))
const file = join(folder, 'a.bin')
const bytes = Uint8Array.from({ length: 1000 }, (_, i) => i % 251)
writeFileSync(file, bytes)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const ask = (range?: string, method = 'GET') =>
  fileResponse(file, 'video/mp4', new Request('http://127.0.0.1/x', { method, headers: range ? { range } : {} }))

it('reads ranges, open ends and suffixes', () => {
  expect(parseRange('bytes=0-99', 1000)).toEqual({ start: 0, end: 99 })
  expect(parseRange('bytes=900-', 1000)).toEqual({ start: 900, end: 999 })
  expect(parseRange('bytes=-100', 1000)).toEqual({ start: 900, end: 999 })
  expect(parseRange('bytes=0-5000', 1000)).toEqual({ start: 0, end: 999 })
  expect(parseRange('bytes=1000-', 1000)).toBe('unsatisfiable')
  expect(parseRange('lines=1-2', 1000)).toBeNull()
  expect(parseRange(null, 1000)).toBeNull()
})

it('streams exactly the bytes asked for', async () => {
  const part = await ask('bytes=10-19')
  expect(part.status).toBe(206)
  expect(part.headers.get('content-range')).toBe('bytes 10-19/1000')
  expect(new Uint8Array(await part.arrayBuffer())).toEqual(bytes.subarray(10, 20))
  const whole = await ask()
  expect(whole.status).toBe(200)
  expect(new Uint8Array(await whole.arrayBuffer())).toEqual(bytes)
  expect((await ask('bytes=2000-')).status).toBe(416)
  expect((await ask(undefined, 'HEAD')).headers.get('content-length')).toBe('1000')
  expect((await fileResponse(join(folder, 'gone'), 'video/mp4', new Request('http://127.0.0.1/x'))).status).toBe(404)
})
