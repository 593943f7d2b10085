// Events proposed from one AU's probabilities: smoothing, hysteresis, peaks, and onset and offset found from each peak. Pure; nothing here writes labels.

/** How events are found. Times are in seconds, so that a choice means the same at every frame rate. */
export interface ProposalSettings {
  /** Width of the moving average. */
  smoothSeconds: number
  /** A peak counts from this multiple of the model's threshold. */
  peakFactor: number
  /** An event reaches from its peak as far as the smoothed value stays above this share of the peak, or above `lowFactor` x threshold where that is more. */
  edgeShare: number
  lowFactor: number
  /** Shorter events are left out. */
  minSeconds: number
  /** Events closer together than this are one. */
  mergeSeconds: number
}

export const DEFAULT_PROPOSALS: ProposalSettings = {
  smoothSeconds: 0.12,
  peakFactor: 1,
  edgeShare: 0.4,
  lowFactor: 0.7,
  minSeconds: 0.1,
  mergeSeconds: 0.16,
}

/** A proposed event; frames from 0, both ends included. */
export interface Proposal {
  startFrame: number
  endFrame: number
  apexFrame: number
  /** Largest smoothed probability, at the apex. */
  peak: number
  /** Mean distance of the event's values above the threshold on a 0-1 scale: 0 at the threshold, 1 at probability 1. Not a probability of being right. */
  confidence: number
  /** True where the peak barely passes the threshold: look before accepting. */
  isDoubtful: boolean
}

/** Peaks less than this far from the threshold to 1, as a share, are doubtful. */
const DOUBTFUL_SHARE = 0.25
/** A valley below this share of the lower of two peaks parts them into two events. */
const VALLEY_SHARE = 0.6

/** Moving average over `width` seconds by each frame's own time; frames without a value stay without one and count for nothing. */
export function smooth(values: ArrayLike<number>, seconds: ArrayLike<number>, width: number): Float32Array {
  const smoothed = new Float32Array(values.length).fill(Number.NaN)
  let first = 0
  let end = 0
  let sum = 0
  let count = 0
  const add = (index: number, sign: 1 | -1): void => {
    const value = values[index] ?? Number.NaN
    if (Number.isNaN(value)) return
    sum += sign * value
    count += sign
  }
  for (let frame = 0; frame < values.length; frame++) {
    const centre = seconds[frame] ?? 0
    while (end < values.length && (seconds[end] ?? 0) <= centre + width / 2) add(end++, 1)
    while ((seconds[first] ?? 0) < centre - width / 2) add(first++, -1)
    if (count > 0 && !Number.isNaN(values[frame] ?? Number.NaN)) smoothed[frame] = sum / count
  }
  return smoothed
}

/** Runs of values at or above `low`, broken by missing values. */
function runsAbove(values: Float32Array, low: number): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = []
  let from = -1
  for (let frame = 0; frame <= values.length; frame++) {
    const isAbove = frame < values.length && (values[frame] ?? Number.NaN) >= low
    if (isAbove && from < 0) from = frame
    if (!isAbove && from >= 0) {
      runs.push({ from, to: frame - 1 })
      from = -1
    }
  }
  return runs
}

/** Parts of a run, one for each peak that a deep enough valley separates. */
function splitAtValleys(values: Float32Array, run: { from: number; to: number }): { from: number; to: number }[] {
  const at = (frame: number): number => values[frame] ?? 0
  const parts: { from: number; to: number }[] = []
  let from = run.from
  let peak = at(run.from)
  let valley = run.from
  for (let frame = run.from + 1; frame <= run.to; frame++) {
    if (at(frame) < at(valley)) valley = frame
    if (at(frame) > peak && at(valley) >= VALLEY_SHARE * peak) {
      peak = at(frame)
      valley = frame
    } else if (at(valley) < VALLEY_SHARE * Math.min(peak, at(frame))) {
      parts.push({ from, to: valley - 1 })
      // The lowest frame belongs to neither event.
      from = valley + 1
      peak = at(frame)
      valley = frame
    }
  }
  parts.push({ from, to: run.to })
  return parts.filter((part) => part.to >= part.from)
}

/**
 * Events of one AU.
 * @param values probability of each frame, NaN where there is none
 * @param seconds time of each frame, ascending
 * @param threshold the model's threshold for the AU
 * @returns events in order, none overlapping
 */
export function proposeEvents(
  values: ArrayLike<number>,
  seconds: ArrayLike<number>,
  threshold: number,
  settings: ProposalSettings = DEFAULT_PROPOSALS,
): Proposal[] {
  const smoothed = smooth(values, seconds, settings.smoothSeconds)
  const high = Math.min(1, threshold * settings.peakFactor)
  const low = Math.min(high, threshold * settings.lowFactor)
  const length = (from: number, to: number): number => {
    const next =
      to + 1 < seconds.length ? (seconds[to + 1] ?? 0) : (seconds[to] ?? 0) + ((seconds[to] ?? 0) - (seconds[Math.max(0, to - 1)] ?? 0))
    return next - (seconds[from] ?? 0)
  }
  const found: Proposal[] = []
  for (const run of runsAbove(smoothed, low)) {
    for (const part of splitAtValleys(smoothed, run)) {
      let apexFrame = part.from
      for (let frame = part.from; frame <= part.to; frame++) if ((smoothed[frame] ?? 0) > (smoothed[apexFrame] ?? 0)) apexFrame = frame
      const peak = smoothed[apexFrame] ?? 0
      if (peak < high) continue
      const edge = Math.max(low, peak * settings.edgeShare)
      let startFrame = apexFrame
      let endFrame = apexFrame
      while (startFrame > part.from && (smoothed[startFrame - 1] ?? 0) >= edge) startFrame--
      while (endFrame < part.to && (smoothed[endFrame + 1] ?? 0) >= edge) endFrame++
      found.push({ startFrame, endFrame, apexFrame, peak, confidence: 0, isDoubtful: false })
    }
  }
  const merged: Proposal[] = []
  for (const event of found) {
    const before = merged.at(-1)
    if (before && (seconds[event.startFrame] ?? 0) - (seconds[before.endFrame] ?? 0) <= settings.mergeSeconds) {
      before.endFrame = event.endFrame
      if (event.peak > before.peak) {
        before.peak = event.peak
        before.apexFrame = event.apexFrame
      }
    } else merged.push({ ...event })
  }
  return merged
    .filter((event) => length(event.startFrame, event.endFrame) >= settings.minSeconds - 1e-9)
    .map((event) => ({
      ...event,
      confidence: confidenceOf(smoothed, event, threshold),
      isDoubtful: event.peak - threshold < DOUBTFUL_SHARE * (1 - threshold),
    }))
}

function confidenceOf(smoothed: Float32Array, event: Proposal, threshold: number): number {
  let sum = 0
  let count = 0
  for (let frame = event.startFrame; frame <= event.endFrame; frame++) {
    const value = smoothed[frame] ?? Number.NaN
    if (Number.isNaN(value)) continue
    sum += Math.max(0, value - threshold) / Math.max(1e-6, 1 - threshold)
    count++
  }
  return count === 0 ? 0 : Math.min(1, sum / count)
}
