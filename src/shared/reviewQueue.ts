// What to look at next: segments ordered by what a correction of them would teach. Pure scoring over one video at a time; reading is the backend's.
import type { Proposal } from './proposals'

/** Why a segment is worth a look, the strongest first. */
export type ReviewReason = 'coders' | 'disagreement' | 'uncertain' | 'novelty' | 'rare-au' | 'new-subject' | 'doubtful-event'

export interface ReviewItem {
  /** Stable for the same segment: video, AU and first frame. */
  id: string
  videoId: string
  au: number
  startFrame: number
  endFrame: number
  /** Frame to show. */
  peakFrame: number
  reason: ReviewReason
  /** 0-1; larger teaches more. */
  score: number
  /** One phrase that says the reason with its figures. */
  explanation: string
}

export interface ReviewInput {
  videoId: string
  subjectCode: string
  au: number
  threshold: number
  /** One value a frame, NaN where there is none. */
  probabilities: ArrayLike<number>
  /** Another model's decisions, 1 or 0, NaN where it has none; null without another model. */
  otherDecisions: ArrayLike<number> | null
  /** 1 where one coder says present and another absent, this coder included; null where nobody else has coded. */
  isDisputed: ArrayLike<number> | null
  /** How unlike the frames coded so far each frame is; null before anything is coded. */
  novelty: { distances: ArrayLike<number>; columns: ArrayLike<number> } | null
  /** Column of this AU in `novelty.columns`. */
  column: number
  /** 1 where a face is trusted. */
  isTrusted: ArrayLike<number>
  /** 1 where the coder has coded this AU. */
  isCoded: ArrayLike<number>
  proposals: readonly Proposal[]
  /** Frames coded present for this AU in the whole project. */
  presentFrames: number
  /** Frames coded for this subject, any AU, and the mean over subjects. */
  subjectCodedFrames: number
  meanCodedFrames: number
}

/** Half-width of the band around the threshold that counts as uncertain, as a share of the way to 0 or 1. */
const UNCERTAIN_BAND = 0.35
/** Shorter segments are no use to look at. */
const MIN_FRAMES = 4
/**
 * Root mean square difference of probabilities, over all AUs, from which a face counts as unlike the coded ones. Under the starter model a demo subject's faces at
 * rest differ by up to 0.13, expressions from rest by 0.17 to 0.31.
 */
const NOVEL_DISTANCE = 0.2
/** Frames of a video that are compared, spread evenly; those between are taken for the one before. Keeps an hour of video to some milliseconds. */
const MOST_COMPARED = 5000
/** What being unlike adds to the score of any other reason. */
const NOVEL_BONUS = 0.1
/** No other reason comes before a contradiction between people. */
const MOST_OTHERWISE = 0.95
/** An AU with fewer present frames than this counts as rare. */
const RARE_FRAMES = 300

/** Segments of one video and AU, unordered. Untrusted frames are never in one, and coded ones only where coders disagree. */
export function reviewSegments(input: ReviewInput): ReviewItem[] {
  const items = [...disputes(input), ...disagreements(input), ...uncertainRuns(input), ...novelRuns(input), ...eventsToConfirm(input)]
  // A segment that two reasons name is kept under the stronger one.
  items.sort((a, b) => b.score - a.score)
  const kept: ReviewItem[] = []
  for (const item of items)
    if (!kept.some((other) => other.startFrame <= item.endFrame && item.startFrame <= other.endFrame)) kept.push(item)
  return kept
}

/** Orders segments of all videos: by score, but never many of one AU or video in a row, so that a short session covers much. */
export function orderQueue(items: readonly ReviewItem[], limit: number): ReviewItem[] {
  const rest = [...items].sort((a, b) => b.score - a.score || a.id.localeCompare(b.id))
  const seen = new Map<string, number>()
  const ordered: ReviewItem[] = []
  while (rest.length > 0 && ordered.length < limit) {
    let best = 0
    let bestValue = -Infinity
    // Only the head can win: everything behind it has a lower score and at best the same discount.
    for (let i = 0; i < Math.min(rest.length, 64); i++) {
      const item = rest[i]
      if (!item) continue
      const value = item.score * 0.85 ** ((seen.get(`au ${item.au}`) ?? 0) + (seen.get(item.videoId) ?? 0))
      if (value > bestValue) {
        bestValue = value
        best = i
      }
    }
    const [item] = rest.splice(best, 1)
    if (!item) break
    ordered.push(item)
    for (const key of [`au ${item.au}`, item.videoId]) seen.set(key, (seen.get(key) ?? 0) + 1)
  }
  return ordered
}

/**
 * How unlike a set of frames every frame is, by the probabilities of all AUs.
 * @param probabilities (F, A) F frames, A AUs, rows after each other @param references (R, A) coded frames
 * @returns `distances` (F) root mean square difference to the nearest reference, NaN where values are missing; `columns` (F) the AU that differs most
 */
export function noveltyOf(
  probabilities: ArrayLike<number>,
  auCount: number,
  references: ArrayLike<number>,
): { distances: Float32Array; columns: Int16Array } {
  const frameCount = auCount === 0 ? 0 : Math.floor(probabilities.length / auCount)
  const referenceCount = auCount === 0 ? 0 : Math.floor(references.length / auCount)
  const distances = new Float32Array(frameCount).fill(Number.NaN)
  const columns = new Int16Array(frameCount)
  const step = Math.max(1, Math.ceil(frameCount / MOST_COMPARED))
  for (let frame = 0; frame < frameCount; frame += step) {
    let nearest = Infinity
    let nearestReference = -1
    for (let reference = 0; reference < referenceCount; reference++) {
      let sum = 0
      for (let au = 0; au < auCount && sum < nearest; au++) {
        const difference = (probabilities[frame * auCount + au] ?? Number.NaN) - (references[reference * auCount + au] ?? Number.NaN)
        sum += difference * difference
      }
      if (sum < nearest) [nearest, nearestReference] = [sum, reference]
    }
    if (nearestReference < 0) continue
    let most = -1
    let column = 0
    for (let au = 0; au < auCount; au++) {
      const difference = Math.abs((probabilities[frame * auCount + au] ?? 0) - (references[nearestReference * auCount + au] ?? 0))
      if (difference > most) [most, column] = [difference, au]
    }
    distances.fill(Math.sqrt(nearest / auCount), frame, frame + step)
    columns.fill(column, frame, frame + step)
  }
  return { distances, columns }
}

/** Where coders contradict each other, whether this coder is one of them or not. */
function disputes(input: ReviewInput): ReviewItem[] {
  const { isDisputed } = input
  if (!isDisputed) return []
  return runsWhere(input, (frame) => input.isTrusted[frame] === 1 && isDisputed[frame] === 1).map((run) =>
    itemOf(
      input,
      run,
      'coders',
      MOST_OTHERWISE + (1 - MOST_OTHERWISE) * lengthShare(run),
      `coders disagree over ${run.end - run.start + 1} frames`,
    ),
  )
}

function novelRuns(input: ReviewInput): ReviewItem[] {
  const { novelty, column } = input
  if (!novelty) return []
  const isNovel = (frame: number): boolean => (novelty.distances[frame] ?? 0) >= NOVEL_DISTANCE && novelty.columns[frame] === column
  return openRuns(input, isNovel).map((run) => {
    let peak = run.start
    for (let frame = run.start; frame <= run.end; frame++)
      if ((novelty.distances[frame] ?? 0) > (novelty.distances[peak] ?? 0)) peak = frame
    const score = Math.min(0.85, 0.35 + 0.8 * (novelty.distances[peak] ?? 0) + weightOf(input))
    return itemOf(input, { ...run, peak }, 'novelty', score, 'the face is unlike every frame coded so far, most in this AU')
  })
}

function disagreements(input: ReviewInput): ReviewItem[] {
  const { otherDecisions, probabilities, threshold } = input
  if (!otherDecisions) return []
  const differs = (frame: number): boolean => {
    const other = otherDecisions[frame] ?? Number.NaN
    return !Number.isNaN(other) && probabilities[frame] !== undefined && other !== ((probabilities[frame] ?? 0) >= threshold ? 1 : 0)
  }
  return openRuns(input, differs).map((run) =>
    itemOf(input, run, 'disagreement', 0.75 + 0.2 * lengthShare(run), `two models disagree over ${run.end - run.start + 1} frames`),
  )
}

function uncertainRuns(input: ReviewInput): ReviewItem[] {
  const { probabilities, threshold } = input
  const certainty = (frame: number): number => {
    const value = probabilities[frame] ?? Number.NaN
    return value >= threshold ? (value - threshold) / Math.max(1e-6, 1 - threshold) : (threshold - value) / Math.max(1e-6, threshold)
  }
  return openRuns(input, (frame) => certainty(frame) < UNCERTAIN_BAND).map((run) => {
    let sum = 0
    for (let frame = run.start; frame <= run.end; frame++) sum += 1 - certainty(frame)
    const mean = sum / (run.end - run.start + 1)
    return itemOf(
      input,
      run,
      'uncertain',
      Math.min(0.95, 0.35 + 0.4 * mean + weightOf(input)),
      `the probability stays near the threshold of ${threshold.toFixed(2)}`,
    )
  })
}

function eventsToConfirm(input: ReviewInput): ReviewItem[] {
  const { proposals, presentFrames, subjectCodedFrames, meanCodedFrames, subjectCode } = input
  const isOpen = (frame: number): boolean => input.isTrusted[frame] === 1 && input.isCoded[frame] !== 1
  return proposals
    .filter((event) => event.endFrame - event.startFrame + 1 >= MIN_FRAMES && isOpen(event.apexFrame))
    .flatMap((event) => {
      const run = { start: event.startFrame, end: event.endFrame, peak: event.apexFrame }
      if (presentFrames < RARE_FRAMES)
        return [
          itemOf(
            input,
            run,
            'rare-au',
            0.45 + 0.4 * (1 - presentFrames / RARE_FRAMES),
            presentFrames === 0
              ? 'no frame is coded as present so far'
              : `only ${presentFrames} ${presentFrames === 1 ? 'frame is' : 'frames are'} coded as present so far`,
          ),
        ]
      if (subjectCodedFrames < 0.25 * meanCodedFrames)
        return [
          itemOf(
            input,
            run,
            'new-subject',
            0.5,
            `subject ${subjectCode} has ${subjectCodedFrames} coded frames, the others ${Math.round(meanCodedFrames)} on average`,
          ),
        ]
      if (event.isDoubtful)
        return [
          itemOf(input, run, 'doubtful-event', 0.4, `a proposed event that barely passes its threshold (peak ${event.peak.toFixed(2)})`),
        ]
      return []
    })
}

/** What rarity and an under-represented subject add to any reason. */
function weightOf({ presentFrames, subjectCodedFrames, meanCodedFrames }: ReviewInput): number {
  const rarity = Math.max(0, 1 - presentFrames / RARE_FRAMES)
  const newness = meanCodedFrames > 0 ? Math.max(0, 1 - subjectCodedFrames / meanCodedFrames) : 0
  return 0.1 * rarity + 0.05 * newness
}

interface Run {
  start: number
  end: number
  peak: number
}

/** Runs of frames that are trusted, not coded, and for which `holds`. */
const openRuns = (input: ReviewInput, holds: (frame: number) => boolean): Run[] =>
  runsWhere(
    input,
    (frame) => !Number.isNaN(input.probabilities[frame]) && input.isTrusted[frame] === 1 && input.isCoded[frame] !== 1 && holds(frame),
  )

function runsWhere(input: ReviewInput, holds: (frame: number) => boolean): Run[] {
  const runs: Run[] = []
  let start = -1
  for (let frame = 0; frame <= input.probabilities.length; frame++) {
    const isIn = frame < input.probabilities.length && holds(frame)
    if (isIn && start < 0) start = frame
    if (!isIn && start >= 0) {
      if (frame - start >= MIN_FRAMES) runs.push({ start, end: frame - 1, peak: start + ((frame - 1 - start) >> 1) })
      start = -1
    }
  }
  return runs
}

const lengthShare = ({ start, end }: Run): number => Math.min(1, (end - start + 1) / 50)

function itemOf(input: ReviewInput, run: Run, reason: ReviewReason, score: number, explanation: string): ReviewItem {
  const { videoId, au, novelty } = input
  const isAlsoNovel = reason !== 'novelty' && reason !== 'coders' && (novelty?.distances[run.peak] ?? 0) >= NOVEL_DISTANCE
  return {
    id: `${videoId} ${au} ${run.start}`,
    videoId,
    au,
    startFrame: run.start,
    endFrame: run.end,
    peakFrame: run.peak,
    reason,
    score: isAlsoNovel ? Math.min(MOST_OTHERWISE, score + NOVEL_BONUS) : score,
    explanation: isAlsoNovel ? `${explanation}; the face is unlike every frame coded so far` : explanation,
  }
}
