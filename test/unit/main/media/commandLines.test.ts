// What must hold for every command line: no network, no option smuggled in by a file name, frames passed through, lines that survive a shell.
import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  frameTableArgs,
  packetTableArgs,
  pictureArgs,
  probeArgs,
  proxyArgs,
  quoteCommand,
  rawDecodeArgs,
  seekCheckArgs,
} from '@main/media/commandLines'

const path = '/videos/-i http:%03d "quoted"\'s\nline.mp4'
const source = { path, container: 'mov,mp4,m4a,3gp,3g2,mj2', hasAudio: true }
const size = { width: 64, height: 48 }
const codecs = { video: 'libvpx-vp9', audio: 'libopus' } as const

function allArgs(dialect: { hasFpsMode: boolean }): string[][] {
  return [
    probeArgs(path, dialect),
    frameTableArgs(source, dialect),
    frameTableArgs({ ...source, container: 'mpegts' }, dialect),
    rawDecodeArgs(path, dialect, { startFrame: 0 }, size),
    rawDecodeArgs(path, dialect, { startFrame: 9, seek: { seekSeconds: 1, firstFrameSeconds: 2 } }, size),
    seekCheckArgs(path, dialect, { startFrame: 9, boundarySeconds: 0.3 }),
    pictureArgs(path, dialect, { startFrame: 9 }, size, 'jpeg'),
    proxyArgs(source, '/tmp/out.webm', dialect, codecs, size, 2),
    packetTableArgs(path),
  ]
}

describe('every command line', () => {
  test('never asks, reads local files only, and names the file as a URL', () => {
    for (const args of allArgs({ hasFpsMode: true })) {
      expect(args).toContain('-nostdin')
      const input = args.indexOf('-i')
      expect(args[input + 1]).toBe(`file:${path}`)
      expect(args.slice(0, input).join(' ')).toContain('-protocol_whitelist file,pipe')
    }
  })

  test('passes frames through in the words the binary knows', () => {
    for (const [hasFpsMode, word, other] of [
      [true, '-fps_mode', '-vsync'],
      [false, '-vsync', '-fps_mode'],
    ] as const) {
      for (const args of allArgs({ hasFpsMode }).slice(0, -1)) {
        expect(args[args.indexOf(word) + 1]).toBe('passthrough')
        expect(args).not.toContain(other)
      }
    }
  })
})

test('a start frame is chosen by time where it can be, by count where it cannot, and frame 0 needs neither', () => {
  const filterOf = (args: string[]) => args[args.indexOf('-vf') + 1]
  const dialect = { hasFpsMode: true }
  expect(filterOf(rawDecodeArgs(path, dialect, { startFrame: 0 }, size))).not.toContain('select')
  expect(filterOf(rawDecodeArgs(path, dialect, { startFrame: 9 }, size))).toContain(String.raw`select=gte(n\,9)`)
  expect(filterOf(rawDecodeArgs(path, dialect, { startFrame: 9, boundarySeconds: 0.34 }, size))).toContain(
    String.raw`gte(t-start_t\,0.340000)`,
  )
  const seeking = rawDecodeArgs(path, dialect, { startFrame: 9, seek: { seekSeconds: 1.5, firstFrameSeconds: 2.5 } }, size)
  expect(filterOf(seeking)).toContain(String.raw`gte(t\,2.500000)`)
  expect(seeking.indexOf('-ss')).toBeLessThan(seeking.indexOf('-i'))
  expect(seeking).toContain('-copyts')
})

test('only containers whose clock a browser shows keep their own times', () => {
  expect(frameTableArgs(source, { hasFpsMode: true })).toContain('-copyts')
  expect(frameTableArgs({ ...source, container: 'matroska,webm' }, { hasFpsMode: true })).toContain('-copyts')
  expect(frameTableArgs({ ...source, container: 'mpegts' }, { hasFpsMode: true })).not.toContain('-copyts')
})

test.skipIf(process.platform === 'win32')('a quoted command survives a POSIX shell word for word', () => {
  const word = fc
    .string({ unit: 'grapheme', maxLength: 20 })
    .filter((text) => !text.includes('\0') && Buffer.from(text).toString() === text)
  fc.assert(
    fc.property(fc.array(fc.oneof(word, fc.constantFrom("it's", '$HOME', '`id`', 'a\nb', '', '-n', '*')), { maxLength: 6 }), (words) => {
      const printed = execFileSync('/bin/sh', ['-c', quoteCommand('printf', [String.raw`%s\0`, ...words, 'end'])]).toString()
      expect(printed.split('\0').slice(0, -1)).toEqual([...words, 'end'])
    }),
    { numRuns: 25 },
  )
})
