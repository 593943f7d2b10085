// Pictures beside the player: kept within memory, the farthest dropped and closed, the one on screen never.
import { expect, it } from 'vitest'
import { PictureStore } from '@renderer/features/coding/frames/pictureStore'
import type { Picture } from '@renderer/features/coding/frames/stills'

const closed: string[] = []
const picture = (name: string, bytes = 10): Picture =>
  ({ source: { close: () => closed.push(name) }, width: 1, height: 1, bytes }) as unknown as Picture
const from = (centre: number) => (frame: number) => Math.abs(frame - centre)

it('drops the farthest from where the coder is, closes it and says which', () => {
  const store = new PictureStore(30)
  for (const frame of [4, 5, 6]) expect(store.keep(frame, picture(`${frame}`), from(5))).toEqual([])
  expect(store.keep(9, picture('9'), from(8))).toEqual([4])
  expect(store.keep(10, picture('10', 20), from(8))).toEqual([5, 6])
  expect([4, 5, 6, 9, 10].filter((frame) => store.has(frame))).toEqual([9, 10])
  expect(closed.splice(0)).toEqual(['4', '5', '6'])
  store.clear()
  expect(store.get(9)).toBeNull()
  expect(closed.splice(0)).toEqual(['9', '10'])
})

it('keeps a picture that alone is larger than the bound, and closes one that is replaced', () => {
  const store = new PictureStore(30)
  expect(store.keep(1, picture('small'), from(1))).toEqual([])
  expect(store.keep(1, picture('large', 50), from(1))).toEqual([])
  expect(closed.splice(0)).toEqual(['small'])
  expect(store.has(1)).toBe(true)
})
