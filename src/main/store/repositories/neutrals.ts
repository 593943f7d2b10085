// The span of frames that a person chose as a subject's neutral face; one per subject.
import { AppError } from '@shared/errors'
import type { NeutralSpan } from '@shared/project'
import type { StoreContext } from '../context'

export class NeutralRepository {
  constructor(private readonly context: StoreContext) {}

  /** Null when none was chosen. */
  find(subjectId: string): NeutralSpan | null {
    return (
      this.context.db.get<NeutralSpan>(
        'SELECT video_id AS videoId, start_frame AS startFrame, end_frame AS endFrame FROM neutral WHERE subject_id = ?',
        subjectId,
      ) ?? null
    )
  }

  /** Chooses frames [startFrame, endFrame] in place of the former ones. Throws VIDEO_NOT_FOUND, RANGE_INVALID, or INPUT_INVALID for another subject's video. */
  set(subjectId: string, span: NeutralSpan): NeutralSpan {
    const { db, now } = this.context
    return db.transaction(() => {
      const video = db.get<{ subject_id: string; frame_count: number }>(
        'SELECT subject_id, frame_count FROM video WHERE id = ?',
        span.videoId,
      )
      if (!video)
        throw new AppError('VIDEO_NOT_FOUND', `There is no video with the id ${span.videoId} in this project.`, { videoId: span.videoId })
      if (video.subject_id !== subjectId)
        throw new AppError('INPUT_INVALID', "A subject's neutral face is chosen from the subject's own videos.", { videoId: span.videoId })
      assertFrameRange(span, video.frame_count)
      db.run(
        'INSERT OR REPLACE INTO neutral (subject_id, video_id, start_frame, end_frame, set_at) VALUES (?, ?, ?, ?, ?)',
        subjectId,
        span.videoId,
        span.startFrame,
        span.endFrame,
        now().toISOString(),
      )
      return span
    })
  }

  /** False when there was none. */
  clear(subjectId: string): boolean {
    return this.context.db.run('DELETE FROM neutral WHERE subject_id = ?', subjectId) > 0
  }
}

/** Throws RANGE_INVALID unless 0 <= startFrame <= endFrame < frameCount, all whole. */
export function assertFrameRange(range: { startFrame: number; endFrame: number }, frameCount: number): void {
  const { startFrame, endFrame } = range
  if (!Number.isInteger(startFrame) || !Number.isInteger(endFrame) || startFrame < 0 || endFrame < startFrame) {
    throw new AppError(
      'RANGE_INVALID',
      `Frames ${startFrame} to ${endFrame} are not a range; the first must not be after the last and both count from 0.`,
      { startFrame, endFrame },
    )
  }
  if (endFrame >= frameCount) {
    throw new AppError(
      'RANGE_INVALID',
      `The video has ${frameCount} frames, 0 to ${frameCount - 1}; frame ${endFrame} is beyond its end.`,
      { startFrame, endFrame, frameCount },
    )
  }
}
