// Which frames to make ready around the one on screen. Pure; who makes them ready, and how, is not known here.

/** Direction in which the coder steps; 0 while unknown. */
export type Direction = -1 | 0 | 1

export interface FrameRange {
  from: number
  to: number
}

/** How many frames are kept ready. */
export interface Reach {
  /** Frames on the side towards which the coder steps; half as many on either side while that is unknown. */
  ahead: number
  /** Frames on the other side. */
  behind: number
}

export const FULL_REACH: Reach = { ahead: 64, behind: 12 }

/** The frames that should be ready when `frame` is on screen. */
export function wantedRange(frame: number, direction: Direction, lastFrame: number, { ahead, behind }: Reach = FULL_REACH): FrameRange {
  const before = direction < 0 ? ahead : direction > 0 ? behind : ahead / 2
  const after = direction > 0 ? ahead : direction < 0 ? behind : ahead / 2
  return { from: Math.max(0, Math.ceil(frame - before)), to: Math.min(lastFrame, Math.floor(frame + after)) }
}

/**
 * Which frames to catch next: the stretch nearest to `frame` that is missing, in the direction of travel first. Null when all are there.
 * @param isMissing whether a frame should be caught
 */
export function nextStretch(
  frame: number,
  direction: Direction,
  lastFrame: number,
  isMissing: (frame: number) => boolean,
  reach: Reach = FULL_REACH,
): FrameRange | null {
  const { from: first, to: last } = wantedRange(frame, direction, lastFrame, reach)
  const forward = (): FrameRange | null => {
    for (let from = frame; from <= last; from++) if (isMissing(from)) return { from, to: last }
    return null
  }
  const backward = (): FrameRange | null => {
    for (let to = frame; to >= first; to--) {
      if (!isMissing(to)) continue
      let from = to
      while (from > first && isMissing(from - 1)) from--
      return { from, to }
    }
    return null
  }
  return direction < 0 ? (backward() ?? forward()) : (forward() ?? backward())
}

/** Whether a run under way brings frames that the coder is going to need; one that does is never begun anew. */
export function isStillWanted(run: FrameRange, frame: number, direction: Direction, { ahead }: Reach = FULL_REACH): boolean {
  const isBefore = run.from <= frame && run.to >= frame - ahead
  const isAfter = run.to >= frame && run.from <= frame + ahead
  return direction < 0 ? isBefore : direction > 0 ? isAfter : isBefore || isAfter
}
