// Pictures are made once, a few at a time, and failures are not remembered.
import { expect, it } from 'vitest'
import { PictureCache } from '@main/backend/pictureCache'

it('makes a picture once for many askers, and keeps it', async () => {
  const cache = new PictureCache()
  let made = 0
  const make = async (): Promise<Buffer> => {
    made++
    await new Promise((done) => setTimeout(done, 5))
    return Buffer.from('jpeg')
  }
  await Promise.all([cache.get('a', make), cache.get('a', make)])
  expect(String(await cache.get('a', make))).toBe('jpeg')
  expect(made).toBe(1)
})

it('makes two at once and no more', async () => {
  const cache = new PictureCache()
  let active = 0
  let most = 0
  const make = async (): Promise<Buffer> => {
    most = Math.max(most, ++active)
    await new Promise((done) => setTimeout(done, 5))
    active--
    return Buffer.alloc(1)
  }
  await Promise.all(Array.from({ length: 7 }, (_, i) => cache.get(String(i), make)))
  expect(most).toBe(2)
})

it('forgets failures, and the least used pictures when full', async () => {
  const cache = new PictureCache()
  await expect(cache.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(String(await cache.get('a', () => Promise.resolve(Buffer.from('yes'))))).toBe('yes')
  const large = (): Promise<Buffer> => Promise.resolve(Buffer.alloc(30 << 20))
  await cache.get('x', large)
  await cache.get('y', large)
  let wasMadeAgain = false
  await cache.get('x', () => {
    wasMadeAgain = true
    return large()
  })
  expect(wasMadeAgain).toBe(true)
})
