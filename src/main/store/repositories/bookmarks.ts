// Places in videos that somebody wants to find again. Not part of the label history: a bookmark says nothing of a face.
import type { Bookmark } from '@shared/coding'
import { AppError } from '@shared/errors'
import type { StoreContext } from '../context'

interface Row {
  id: string
  video_id: string
  frame: number
  coder: string | null
  note: string
  created_at: string
}

export class BookmarkRepository {
  constructor(private readonly context: StoreContext) {}

  /** By frame. */
  list(videoId: string): Bookmark[] {
    return this.context.db
      .all<Row>('SELECT * FROM bookmark WHERE video_id = ? ORDER BY frame, created_at', videoId)
      .map((row) => ({ id: row.id, videoId: row.video_id, frame: row.frame, coder: row.coder, note: row.note, createdAt: row.created_at }))
  }

  /** Throws VIDEO_NOT_FOUND, or RANGE_INVALID for a frame that the video has not. */
  add(bookmark: Omit<Bookmark, 'id' | 'createdAt'>): Bookmark {
    const { db, newId, now } = this.context
    return db.transaction(() => {
      const video = db.get<{ frame_count: number }>('SELECT frame_count FROM video WHERE id = ?', bookmark.videoId)
      if (!video) throw new AppError('VIDEO_NOT_FOUND', `There is no video with the id ${bookmark.videoId} in this project.`)
      if (bookmark.frame >= video.frame_count)
        throw new AppError('RANGE_INVALID', `The video has frames 0 to ${video.frame_count - 1}; there is no frame ${bookmark.frame}.`)
      const added = { ...bookmark, id: newId(), createdAt: now().toISOString() }
      db.run(
        'INSERT INTO bookmark (id, video_id, frame, coder, note, created_at) VALUES (?, ?, ?, ?, ?, ?)',
        added.id,
        added.videoId,
        added.frame,
        added.coder,
        added.note,
        added.createdAt,
      )
      return added
    })
  }

  /** False when there was none. */
  remove(id: string): boolean {
    return this.context.db.run('DELETE FROM bookmark WHERE id = ?', id) > 0
  }
}
