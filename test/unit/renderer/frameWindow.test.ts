// Which frames are caught next around the one on screen.
import { describe, expect, it } from 'vitest'
import { nextStretch } from '@renderer/features/coding/frames/frameWindow'

describe('the next stretch', () => {
  const all = (): boolean => true
  it('looks where the coder is going', () => {
    expect(nextStretch(500, 1, 10_000, all)).toEqual({ from: 500, to: 548 })
    expect(nextStretch(500, -1, 10_000, all)).toEqual({ from: 452, to: 500 })
  })
  it('stays inside the video', () => {
    expect(nextStretch(3, -1, 100, all)).toEqual({ from: 0, to: 3 })
    expect(nextStretch(98, 1, 100, all)).toEqual({ from: 98, to: 100 })
  })
  it('begins at what is missing and turns to the other side when a side is complete', () => {
    expect(nextStretch(50, 1, 1000, (frame) => frame > 60)).toEqual({ from: 61, to: 98 })
    expect(nextStretch(50, 1, 1000, (frame) => frame < 45)).toEqual({ from: 38, to: 44 })
    expect(nextStretch(50, -1, 1000, (frame) => frame < 40 && frame > 30)).toEqual({ from: 31, to: 39 })
    expect(nextStretch(50, 0, 1000, () => false)).toBeNull()
  })
})
