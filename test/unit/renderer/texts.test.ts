// Figures and small readings of text that people typed.
import { describe, expect, it } from 'vitest'
import { formatBytes } from '@shared/formatBytes'
import type { Video } from '@shared/project'
import { jobShare, overallShare } from '@renderer/features/jobs/jobProgress'
import { parseAuList } from '@renderer/features/models/auList'
import { filterVideos, guessSubject } from '@renderer/features/projects/videoFilter'
import { coderLooks } from '@renderer/features/coding/labels/coders'
import { labelsAt } from '@renderer/features/coding/labels/labelsAt'
import { cropOf, fitRect, zoomStage, zoomToFace } from '@renderer/features/coding/stage/geometry'
import { formatDuration, formatRemaining, formatTime, plural } from '@renderer/ui/format'
import type { JobRow } from '@shared/jobs'
import type { LabelSpan } from '@shared/labels'

describe('figures', () => {
  it('writes times to the millisecond', () => {
    expect(formatTime(12.48)).toBe('00:12.480')
    expect(formatTime(59.9996)).toBe('01:00.000')
    expect(formatTime(3661.5)).toBe('1:01:01.500')
    expect(formatTime(-1)).toBe('00:00.000')
    expect(formatDuration(19.7)).toBe('0:20')
    expect(formatDuration(3600)).toBe('1:00:00')
  })
  it('writes sizes, rests and counts', () => {
    expect(formatBytes(0)).toBe('0 B')
    expect(formatBytes(999)).toBe('999 B')
    expect(formatBytes(1_234_000)).toBe('1.2 MB')
    expect(formatBytes(999_950_000)).toBe('1.0 GB')
    expect(formatRemaining(0.2)).toBe('1 s')
    expect(formatRemaining(3700)).toBe('1 h 2 min')
    expect(plural(1, 'frame')).toBe('1 frame')
    expect(plural(1412, 'frame')).toBe('1,412 frames')
  })
})

describe('typed lists of AUs', () => {
  it.each([
    ['1, 2 AU4;au12', [1, 2, 4, 12]],
    ['', []],
    ['06 17', [6, 17]],
  ])('%s', (text, aus) => expect(parseAuList(text)).toEqual(aus))
  it.each(['1, x', '0', '1 1', '123', '-4'])('refuses %s', (text) => expect(parseAuList(text)).toBeNull())
})

describe('videos', () => {
  const video = (more: Partial<Video>) =>
    ({
      fileName: 'a.mp4',
      subjectCode: 'S01',
      condition: null,
      session: null,
      analysis: 'none',
      prediction: 'none',
      labelCount: 0,
      isMissing: false,
      ...more,
    }) as Video
  it('filters by words and state', () => {
    const all = [video({ condition: 'Stress' }), video({ fileName: 'b.mp4', analysis: 'done' })]
    expect(filterVideos(all, 's01 stress', 'all')).toHaveLength(1)
    expect(filterVideos(all, '', 'unanalysed')).toHaveLength(1)
    expect(filterVideos(all, 'zzz', 'all')).toHaveLength(0)
  })
  it.each([
    ['S04_interview.mp4', 'S04'],
    ['study-P12 baseline.mov', 'P12'],
    ['synthetic_S01.mp4', 'S01'],
    ['interview.mp4', ''],
    ['mp4.mp4', ''],
  ])('guesses the subject of %s', (name, subject) => expect(guessSubject(name)).toBe(subject))
})

describe('jobs', () => {
  const job = (more: Partial<JobRow>) => ({ status: 'running', progress: null, ...more }) as JobRow
  it('knows shares only where the extent is known', () => {
    const half = job({ progress: { done: 5, total: 10, unit: 'frames', phase: '', remainingSeconds: null } })
    expect(jobShare(half)).toBe(0.5)
    expect(jobShare(job({}))).toBeNull()
    expect(overallShare([job({})])).toBeNull()
    expect(overallShare([half, job({ status: 'queued' })])).toBe(0.25)
  })
})

describe('labels and pictures', () => {
  it('gives one coder the same colour whatever the order', () => {
    expect(coderLooks(['b', 'a']).get('a')).toEqual(coderLooks(['a', 'b']).get('a'))
  })
  it('finds labels at both ends of their spans', () => {
    const span = { au: 12, coder: 'AB', startFrame: 3, endFrame: 5 } as LabelSpan
    expect(labelsAt([span], 3, 'AB').has(12)).toBe(true)
    expect(labelsAt([span], 5, 'AB').has(12)).toBe(true)
    expect(labelsAt([span], 6, 'AB').has(12)).toBe(false)
    expect(labelsAt([span], 4, 'CD').has(12)).toBe(false)
  })
  it('fits the picture, crops by the rule of the models and zooms about the pointer', () => {
    expect(fitRect({ width: 640, height: 360 }, { width: 640, height: 480 })).toEqual({ x: 0, y: 60, width: 640, height: 360 })
    expect(cropOf({ x: 100, y: 100, width: 100, height: 100 })).toEqual({
      x: 95,
      y: 85,
      width: 110.00000000000001,
      height: 114.99999999999999,
    })
    const zoomed = zoomStage({ scale: 1, x: 0, y: 0 }, 2, { x: 50, y: 0 })
    expect(zoomed).toEqual({ scale: 2, x: -50, y: 0 })
    expect(zoomStage(zoomed, 0.1, { x: 0, y: 0 })).toEqual({ scale: 1, x: 0, y: 0 })
    const face = zoomToFace(
      { x: 300, y: 160, width: 40, height: 40 },
      { width: 640, height: 360 },
      { x: 0, y: 0, width: 640, height: 360 },
      { width: 640, height: 360 },
    )
    expect(face.scale).toBeCloseTo(6.3)
  })
})
