// File tokens: windows name only what they were given.
import { resolve } from 'node:path'
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
