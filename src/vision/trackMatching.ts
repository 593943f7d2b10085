// Which face is whose: matching detections to tracks, and giving a face that comes back the track it had.
import type { FaceBox } from '@shared/faces'
import type { Detection } from './detector'
import { overlap } from './geometry'

/** Least overlap of a detection with a track's landmarks for them to be the same face; the detector's box covers about half of the landmarks' box. */
const SAME_FACE_OVERLAP = 0.2
/** A face that appears where a lost one was is the same person, however long ago: participants look down, cover their face, lean out and come back. */
const SAME_PLACE_OVERLAP = 0.3
/** A face lost only just may have moved by its own width. */
const SHORT_GAP_FRAMES = 30
const SHORT_GAP_SIZE_RATIO = 1.5

/** A track that ended, remembered so that its face can come back. */
export interface LostTrack {
  track: number
  box: FaceBox
  /** Last frame in which the face was seen. */
  frame: number
}

/** Pairs of indices (box, detection), best overlaps first, each used once. */
export function matchDetections(boxes: readonly FaceBox[], detections: readonly Detection[]): Map<number, number> {
  const pairs: { box: number; detection: number; overlap: number }[] = []
  boxes.forEach((box, b) => {
    detections.forEach((detection, d) => {
      const shared = overlap(box, detection.box)
      if (shared >= SAME_FACE_OVERLAP) pairs.push({ box: b, detection: d, overlap: shared })
    })
  })
  pairs.sort((a, b) => b.overlap - a.overlap || a.box - b.box || a.detection - b.detection)
  const matched = new Map<number, number>()
  const used = new Set<number>()
  for (const { box, detection } of pairs) {
    if (matched.has(box) || used.has(detection)) continue
    matched.set(box, detection)
    used.add(detection)
  }
  return matched
}

/** The lost track that a new face continues, or null when it is somebody new. */
export function findReturning(box: FaceBox, frame: number, lost: readonly LostTrack[]): LostTrack | null {
  let best: { track: LostTrack; closeness: number } | null = null
  for (const track of lost) {
    const shared = overlap(box, track.box)
    let closeness = shared >= SAME_PLACE_OVERLAP ? 1 + shared : 0
    if (closeness === 0 && frame - track.frame <= SHORT_GAP_FRAMES) {
      const ratio = Math.max(box.width / track.box.width, track.box.width / box.width)
      const distance = Math.hypot(
        box.x + box.width / 2 - track.box.x - track.box.width / 2,
        box.y + box.height / 2 - track.box.y - track.box.height / 2,
      )
      if (ratio <= SHORT_GAP_SIZE_RATIO && distance < track.box.width) closeness = 1 - distance / track.box.width
    }
    if (closeness > (best?.closeness ?? 0)) best = { track, closeness }
  }
  return best?.track ?? null
}
