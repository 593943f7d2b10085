// How far videos have come in coding, and what that took: shares of frames by AU, states for marks, minutes of work per minute of video. Pure.
import type { CodingTime } from '@shared/coding'
import type { LabelCoverage, StageState, Video } from '@shared/project'

export interface CodedShare {
  /** Share of the video's frames that somebody looked at, 0-1. */
  coded: number
  /** Share of those on which the AU is present, 0-1; null where none was looked at. */
  baseRate: number | null
}

/** Coverage by video, then by AU. */
export type Coverage = ReadonlyMap<string, ReadonlyMap<number, LabelCoverage>>

export function coverageByVideo(rows: readonly LabelCoverage[]): Coverage {
  const found = new Map<string, Map<number, LabelCoverage>>()
  for (const row of rows) {
    const ofVideo = found.get(row.videoId) ?? new Map<number, LabelCoverage>()
    found.set(row.videoId, ofVideo.set(row.au, row))
  }
  return found
}

export function codedShare(coverage: Coverage, video: Pick<Video, 'id' | 'frameCount'>, au: number): CodedShare {
  const cell = coverage.get(video.id)?.get(au)
  if (!cell || cell.codedFrames === 0 || video.frameCount === 0) return { coded: 0, baseRate: null }
  return { coded: Math.min(1, cell.codedFrames / video.frameCount), baseRate: cell.presentFrames / cell.codedFrames }
}

/** `done` where every AU of the project is coded on every frame. */
export function codedState(coverage: Coverage, video: Pick<Video, 'id' | 'frameCount' | 'labelCount'>, aus: readonly number[]): StageState {
  if (video.labelCount === 0) return 'none'
  return aus.length > 0 && aus.every((au) => codedShare(coverage, video, au).coded === 1) ? 'done' : 'partial'
}

/** Share of frames on which an AU is present, over all videos; null where nobody looked. */
export function baseRate(coverage: Coverage, videos: readonly Pick<Video, 'id'>[], au: number): number | null {
  let coded = 0
  let present = 0
  for (const video of videos) {
    const cell = coverage.get(video.id)?.get(au)
    coded += cell?.codedFrames ?? 0
    present += cell?.presentFrames ?? 0
  }
  return coded === 0 ? null : present / coded
}

export interface WorkTime {
  seconds: number
  /** Minutes of work per minute of the videos worked on. */
  perMinute: number
  videoCount: number
}

/** Time spent on videos, of everybody, optionally only with (`true`) or without (`false`) predictions in view; null where none was measured. */
export function workTime(
  times: readonly CodingTime[],
  videos: readonly Pick<Video, 'id' | 'durationSeconds'>[],
  isAssisted?: boolean,
): WorkTime | null {
  const durations = new Map(videos.map((video) => [video.id, video.durationSeconds]))
  let seconds = 0
  const worked = new Set<string>()
  for (const time of times) {
    if (!durations.has(time.videoId) || (isAssisted !== undefined && time.isAssisted !== isAssisted)) continue
    seconds += time.seconds
    worked.add(time.videoId)
  }
  const videoSeconds = [...worked].reduce((sum, id) => sum + (durations.get(id) ?? 0), 0)
  return seconds === 0 || videoSeconds === 0 ? null : { seconds, perMinute: seconds / videoSeconds, videoCount: worked.size }
}
