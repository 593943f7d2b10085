// File tokens: windows name only what they were given.
import { resolve } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { Grants } from '@main/backend/grants'
import { safeFileName } from '@main/backend/uploads'

it('resolves granted tokens only, where paths are not allowed', () => {
  const grants = new Grants(false)
  const token = grants.grant('/tmp/a.mp4')
  expect(token).not.toContain('a.mp4')
  expect(grants.grant('/tmp/a.mp4')).toBe(token)
  expect(grants.resolve(token)).toBe(resolve('/tmp/a.mp4'))
  expect(() => grants.resolve('/etc/passwd')).toThrow(/choose or drop it again/)
  expect(() => grants.resolve('grant:unknown')).toThrow(/choose or drop it again/)
})

it('takes plain paths from the command line', () => {
  const grants = new Grants(true)
  expect(grants.resolve('a file.mp4')).toBe(resolve('a file.mp4'))
  expect(() => grants.resolve('a\0b')).toThrow(/character/)
  expect(() => grants.resolve('grant:unknown')).toThrow()
})

it('makes upload names safe without losing what they say', () => {
  expect(safeFileName('Gespräch 1.mp4')).toBe('Gespräch 1.mp4')
  expect(safeFileName('../../etc/passwd')).toBe('passwd')
  expect(safeFileName('C:\\videos\\a.mp4')).toBe('a.mp4')
  expect(safeFileName('.hidden')).toBe('hidden')
  expect(safeFileName('a\nb?.mp4')).toBe('a_b_.mp4')
  expect(safeFileName('')).toBe('video')
})

it('keeps upload names within what file systems take, in bytes and in whole characters', () => {
  expect(safeFileName(`${'표'.repeat(150)}.mp4`)).toBe(`${'표'.repeat(65)}.mp4`)
  expect(safeFileName(`a${'😀'.repeat(100)}.mp4`)).toBe(`${'😀'.repeat(49)}.mp4`)
  // a combining mark stays with its letter, and a dot in front would hide the file
  expect(safeFileName(`${'x'.repeat(100)}e\u0301${'y'.repeat(194)}.mp4`)).toBe(`${'y'.repeat(194)}.mp4`)
  expect(safeFileName(`take.${'z'.repeat(195)}.mp4`)).toBe(`${'z'.repeat(195)}.mp4`)
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 400 }), (name) => {
      const safe = safeFileName(`${name}.mp4`)
      expect(Buffer.byteLength(safe)).toBeLessThanOrEqual(200)
      expect(safe.isWellFormed()).toBe(true)
      expect(safe).toMatch(/^(?!\.).*mp4$/su)
    }),
  )
})
