// Which frames are caught next around the one on screen.
import { describe, expect, it } from 'vitest'
import { isStillWanted, nextStretch } from '@renderer/features/coding/frames/stretch'

describe('the next stretch', () => {
  const all = (): boolean => true
  it('looks where the coder is going', () => {
    expect(nextStretch(500, 1, 10_000, all)).toEqual({ from: 500, to: 564 })
    expect(nextStretch(500, -1, 10_000, all)).toEqual({ from: 436, to: 500 })
  })
  it('stays inside the video', () => {
    expect(nextStretch(3, -1, 100, all)).toEqual({ from: 0, to: 3 })
    expect(nextStretch(98, 1, 100, all)).toEqual({ from: 98, to: 100 })
  })
  it('begins at what is missing and turns to the other side when a side is complete', () => {
    expect(nextStretch(50, 1, 1000, (frame) => frame > 60)).toEqual({ from: 61, to: 114 })
    expect(nextStretch(50, 1, 1000, (frame) => frame < 45)).toEqual({ from: 38, to: 44 })
    expect(nextStretch(50, -1, 1000, (frame) => frame < 40 && frame > 30)).toEqual({ from: 31, to: 39 })
    expect(nextStretch(50, 0, 1000, () => false)).toBeNull()
  })
})

describe('a run under way', () => {
  it('is left to end while it brings what lies ahead', () => {
    expect(isStillWanted({ from: 32, to: 65 }, 1, 1)).toBe(true)
    expect(isStillWanted({ from: 32, to: 65 }, 66, 1)).toBe(false)
    expect(isStillWanted({ from: 32, to: 65 }, 70, -1)).toBe(true)
    expect(isStillWanted({ from: 500, to: 560 }, 499, -1)).toBe(false)
    expect(isStillWanted({ from: 500, to: 560 }, 10, 0)).toBe(false)
  })
})
