// Sums up the faces of a video as tracks, chunk by chunk, and proposes the main one. Keeps a few numbers per track and no faces.
import type { FaceObservation, FaceTrack } from './faces'

interface Tally {
  firstFrame: number
  lastFrame: number
  frameCount: number
  widthSum: number
  scoreSum: number
}

/** Give it every chunk of a video once, in any order. */
export class TrackTally {
  private readonly tallies = new Map<number, Tally>()

  /** Takes faces with or without landmarks. */
  add(faces: readonly Omit<FaceObservation, 'landmarks'>[]): void {
    for (const { track, frame, box, score } of faces) {
      const tally = this.tallies.get(track)
      if (!tally) {
        this.tallies.set(track, { firstFrame: frame, lastFrame: frame, frameCount: 1, widthSum: box.width, scoreSum: score })
        continue
      }
      tally.firstFrame = Math.min(tally.firstFrame, frame)
      tally.lastFrame = Math.max(tally.lastFrame, frame)
      tally.frameCount++
      tally.widthSum += box.width
      tally.scoreSum += score
    }
  }

  /** Tracks by number. @param totalFrames frames of the video */
  tracks(totalFrames: number): FaceTrack[] {
    return [...this.tallies]
      .map(([track, { firstFrame, lastFrame, frameCount, widthSum, scoreSum }]) => {
        const meanWidth = widthSum / frameCount
        const prominence = (scoreSum / frameCount) * meanWidth * (frameCount / Math.max(1, totalFrames))
        return { track, firstFrame, lastFrame, frameCount, meanWidth, prominence }
      })
      .sort((a, b) => a.track - b.track)
  }
}

/** The track to propose as the main one: the most prominent, the earliest of equals; null when there is no face in the video. */
export function proposeMainTrack(tracks: readonly FaceTrack[]): number | null {
  let best: FaceTrack | null = null
  for (const track of tracks) if (!best || track.prominence > best.prominence) best = track
  return best?.track ?? null
}
