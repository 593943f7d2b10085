// Bytes that a container announces and a file lacks, on files built box by box.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { inspectContainer } from '@main/media/containerEnd'

const folder = mkdtempSync(join(tmpdir(), 'auw-boxes-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function box(type: string, contentBytes: number, announcedBytes = contentBytes): Buffer {
  const bytes = Buffer.alloc(8 + contentBytes)
  bytes.writeUInt32BE(8 + announcedBytes, 0)
  bytes.write(type, 4, 'latin1')
  return bytes
}

/** A box with a 64-bit size. */
function largeBox(type: string, contentBytes: number, announcedBytes: number): Buffer {
  const bytes = Buffer.alloc(16 + contentBytes)
  bytes.writeUInt32BE(1, 0)
  bytes.write(type, 4, 'latin1')
  bytes.writeBigUInt64BE(BigInt(16 + announcedBytes), 8)
  return bytes
}

function still(brand: string): Buffer {
  const bytes = box('ftyp', 16)
  bytes.write(brand, 8, 'latin1')
  return bytes
}

function avi(contentBytes: number, announcedBytes: number): Buffer {
  const bytes = Buffer.alloc(12 + contentBytes)
  bytes.write('RIFF', 0, 'latin1')
  bytes.writeUInt32LE(4 + announcedBytes, 4)
  bytes.write('AVI ', 8, 'latin1')
  return bytes
}

/** EBML header of 4 bytes content, then a Segment whose size has the given bytes. */
const matroska = (sizeBytes: number[], contentBytes: number): Buffer =>
  Buffer.concat([Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0x84, 0, 0, 0, 0, 0x18, 0x53, 0x80, 0x67, ...sizeBytes]), Buffer.alloc(contentBytes)])

test.each([
  ['whole movie', [box('ftyp', 16), box('moov', 100), box('mdat', 5000)], null],
  ['movie cut in its pictures', [box('ftyp', 16), box('moov', 100), box('mdat', 5000, 9000)], { part: 'mdat', missingBytes: 4000 }],
  ['large movie cut', [box('ftyp', 16), box('moov', 100), largeBox('mdat', 5000, 2 ** 33)], { part: 'mdat', missingBytes: 2 ** 33 - 5000 }],
  ['movie cut before its index', [box('ftyp', 16), box('mdat', 5000)], { part: 'moov', missingBytes: null }],
  [
    'pictures of unknown length before an index that never came',
    [box('ftyp', 16), box('mdat', 5000, -8)],
    { part: 'moov', missingBytes: null },
  ],
  ['rubbish behind a whole movie', [box('ftyp', 16), box('moov', 100), box('mdat', 5000), box('\x7f\x7f\x7f\x7f', 20, 1e9)], null],
  ['a few bytes counted too many', [box('ftyp', 16), box('moov', 100), box('mdat', 5000, 5100)], null],
  ['photograph', [still('heic'), box('meta', 100), box('mdat', 100)], null],
  ['whole AVI', [avi(5000, 5000)], null],
  ['AVI cut', [avi(5000, 9000)], { part: 'RIFF', missingBytes: 4000 }],
  ['AVI never finished, which says 0', [avi(5000, -4)], null],
  ['whole Matroska', [matroska([0x53, 0x88], 5000)], null],
  ['Matroska cut', [matroska([0x01, 0, 0, 0, 0, 0, 0x23, 0x28], 5000)], { part: 'Segment', missingBytes: 4000 }],
  ['Matroska recorded live', [matroska([0x01, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], 5000)], null],
  ['text', [Buffer.from('Dear colleague, this is no video at all.')], null],
  ['three bytes', [Buffer.from('abc')], null],
] as const)('%s', async (name, parts, missing) => {
  const path = join(folder, name)
  writeFileSync(path, Buffer.concat(parts))
  expect(await inspectContainer(path)).toEqual({ missing, isStillPicture: name === 'photograph' })
})
