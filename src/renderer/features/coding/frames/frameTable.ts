// Which frame a moment of the player's clock belongs to, and where to seek for a frame. Pure; the table's times are the truth, a frame rate is never used.

/** Presentation times of one video. */
export interface FrameTable {
  /** Seconds of each frame from the first, ascending. */
  seconds: Float64Array
  /** Presentation time of the first frame on the media element's clock, seconds. */
  startSeconds: number
}

export interface FrameMatch {
  frame: number
  /** Distance between the moment and the frame's own time, seconds. */
  errorSeconds: number
}

/** Length given to the last frame, or to the only one, when there is nothing to measure it by. */
const FALLBACK_INTERVAL = 0.04

const at = (table: FrameTable, frame: number): number => table.seconds[frame] ?? 0

/** Last frame whose time is at or before `seconds` (from the first frame); 0 for earlier moments. */
export function frameAtOrBefore(table: FrameTable, seconds: number): number {
  let low = 0
  let high = table.seconds.length - 1
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (at(table, middle) <= seconds) low = middle
    else high = middle - 1
  }
  return Math.max(0, low)
}

/** The frame whose time is nearest to a presented frame's `mediaTime`, and how far off it is. */
export function matchFrame(table: FrameTable, mediaTime: number): FrameMatch {
  const seconds = mediaTime - table.startSeconds
  const before = frameAtOrBefore(table, seconds)
  const after = Math.min(before + 1, table.seconds.length - 1)
  const errorBefore = Math.abs(seconds - at(table, before))
  const errorAfter = Math.abs(at(table, after) - seconds)
  return errorAfter < errorBefore ? { frame: after, errorSeconds: errorAfter } : { frame: before, errorSeconds: errorBefore }
}

/** Seconds that a frame stays on screen; the last one as long as the one before it. */
export function frameInterval(table: FrameTable, frame: number): number {
  const last = table.seconds.length - 1
  if (last < 1) return FALLBACK_INTERVAL
  const index = Math.min(frame, last - 1)
  return at(table, index + 1) - at(table, index)
}

/** Moment on the media element's clock that shows a frame: the middle of its interval, so that rounding on either side cannot miss it. */
export function seekTime(table: FrameTable, frame: number): number {
  return table.startSeconds + at(table, frame) + frameInterval(table, frame) / 2
}

/** Whether a match is the frame itself: players round times to microseconds, containers to milliseconds, neither to half an interval. */
export function isExactMatch(table: FrameTable, match: FrameMatch): boolean {
  const neighbour = Math.min(frameInterval(table, match.frame), match.frame > 0 ? frameInterval(table, match.frame - 1) : Infinity)
  return match.errorSeconds <= Math.max(0.0011, neighbour * 0.25)
}

/** Seconds of a frame from the first. */
export const frameSeconds = (table: FrameTable, frame: number): number => at(table, Math.max(0, Math.min(frame, table.seconds.length - 1)))

/** Seconds that frames `start` to `end`, both included, last together. */
export function spanSeconds(table: FrameTable, start: number, end: number): number {
  return frameSeconds(table, end) - frameSeconds(table, start) + frameInterval(table, end)
}

/** Reads `299` as a frame and `0:12.48`, `12.48s` or `1:02:03` as a time; null when it is neither. Times beyond the end give the last frame. */
export function parseMoment(text: string, table: FrameTable): number | null {
  const trimmed = text.trim()
  const last = table.seconds.length - 1
  if (/^\d+$/.test(trimmed)) return Math.min(Number(trimmed), last)
  const time = /^(?:(?:(\d+):)?(\d+):)?(\d+(?:\.\d+)?)\s*s?$/.exec(trimmed)
  if (!time) return null
  const seconds = Number(time[1] ?? 0) * 3600 + Number(time[2] ?? 0) * 60 + Number(time[3])
  // Half a millisecond of grace, because times are shown rounded to milliseconds.
  return frameAtOrBefore(table, seconds + 0.0005)
}
