// Shares of coded frames, states and minutes of work per minute of video, as the project screen shows them.
import { expect, it } from 'vitest'
import { baseRate, codedShare, codedState, coverageByVideo, workTime } from '@renderer/features/projects/progressOfVideos'

const coverage = coverageByVideo([
  { videoId: 'a', au: 1, codedFrames: 100, presentFrames: 25 },
  { videoId: 'a', au: 12, codedFrames: 50, presentFrames: 50 },
  { videoId: 'b', au: 1, codedFrames: 100, presentFrames: 75 },
])
const a = { id: 'a', frameCount: 100, labelCount: 3, durationSeconds: 120 }
const b = { id: 'b', frameCount: 200, labelCount: 1, durationSeconds: 60 }

it('says how much is coded and how often the AU is present in that', () => {
  expect(codedShare(coverage, a, 1)).toEqual({ coded: 1, baseRate: 0.25 })
  expect(codedShare(coverage, a, 12)).toEqual({ coded: 0.5, baseRate: 1 })
  expect(codedShare(coverage, b, 12)).toEqual({ coded: 0, baseRate: null })
  expect(baseRate(coverage, [a, b], 1)).toBe(0.5)
  expect(baseRate(coverage, [a, b], 4)).toBeNull()
})

it('calls a video coded only when every AU of the project is coded to the last frame', () => {
  expect(codedState(coverage, a, [1])).toBe('done')
  expect(codedState(coverage, a, [1, 12])).toBe('partial')
  expect(codedState(coverage, { ...a, labelCount: 0 }, [1])).toBe('none')
})

it('relates work to the minutes of the videos worked on, with and without predictions apart', () => {
  const times = [
    { videoId: 'a', coder: 'AB', isAssisted: true, seconds: 240 },
    { videoId: 'b', coder: 'AB', isAssisted: false, seconds: 600 },
    { videoId: 'gone', coder: 'AB', isAssisted: false, seconds: 600 },
  ]
  expect(workTime(times, [a, b], true)).toEqual({ seconds: 240, perMinute: 2, videoCount: 1 })
  expect(workTime(times, [a, b], false)).toEqual({ seconds: 600, perMinute: 10, videoCount: 1 })
  expect(workTime(times, [a, b])).toMatchObject({ seconds: 840, videoCount: 2 })
  expect(workTime([], [a, b])).toBeNull()
})
