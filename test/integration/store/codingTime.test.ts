// Time spent adds up per video, coder and assistance; bookmarks stay with their video; reviewing is a fact that can be taken back.
import { expect, it } from 'vitest'
import { addVideo, closing, newProject } from './projectFixture'

it('adds up and goes with the video', () => {
  const store = closing(newProject())
  const id = addVideo(store)
  store.codingTimes.add({ videoId: id, coder: 'AB', isAssisted: true, seconds: 10 })
  store.codingTimes.add({ videoId: id, coder: 'AB', isAssisted: true, seconds: 5.5 })
  store.codingTimes.add({ videoId: id, coder: 'AB', isAssisted: false, seconds: 1 })
  expect(store.codingTimes.list().map(({ isAssisted, seconds }) => [isAssisted, seconds])).toEqual([
    [false, 1],
    [true, 15.5],
  ])
  const mark = store.bookmarks.add({ videoId: id, frame: 2, coder: null, note: 'smile?' })
  expect(() => store.bookmarks.add({ videoId: id, frame: 10_000, coder: null, note: '' })).toThrow(/no frame 10000/)
  expect(store.bookmarks.list(id)).toEqual([mark])
  expect(store.bookmarks.remove(mark.id)).toBe(true)
  expect(store.bookmarks.remove(mark.id)).toBe(false)
  expect(store.videos.update(id, { isReviewed: true }).isReviewed).toBe(true)
  expect(store.videos.update(id, { isReviewed: false }).isReviewed).toBe(false)
})
