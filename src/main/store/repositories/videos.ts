// Videos: what is known of each file, where it is, how far its processing has come. Frame times are added with the video and read in frameTimes.ts.
import { rmSync } from 'node:fs'
import { basename, join } from 'node:path'
import { AppError } from '@shared/errors'
import type { Video } from '@shared/project'
import { toBlob } from '../arrays'
import type { StoreContext } from '../context'
import { storedPath } from '../videoPaths'
import { proxyFile, SELECT, toVideo, videoFile, type VideoRow } from './videoRows'

/** A video as import found it. Everything is written in one transaction, so a video is there with all its frame times or not at all. */
export interface NewVideo {
  subjectId: string
  condition: string | null
  session: string | null
  /** Absolute path of the file. */
  path: string
  /** Lower-case hexadecimal SHA-256 of the file. */
  contentHash: string
  bytes: number
  /** Upright size in pixels. */
  width: number
  height: number
  durationSeconds: number
  nominalFrameRate: number | null
  isVariableFrameRate: boolean
  hasAudio: boolean
  codec: string
  mimeType: string
  /** ffmpeg's demuxer names, and when the container's earliest stream starts: decoding from the middle needs both. */
  container: string
  containerStartSeconds: number
  /** Of the video stream, such as `1/12800`. */
  timeBase: string
  /** Presentation time of every decoded frame in microseconds, ascending; its length is the frame count. */
  frameTimesMicroseconds: BigInt64Array
}

/** What the backend needs to read a video; never leaves the main process. */
export interface VideoSource {
  id: string
  /** Null when the file is missing. */
  path: string | null
  /** Path of the proxy, null when there is none. */
  proxyPath: string | null
  contentHash: string
  bytes: number
  container: string
  containerStartSeconds: number
  timeBase: string
  /** Presentation time of the first frame. */
  startMicroseconds: number
}

export class VideoRepository {
  constructor(private readonly context: StoreContext) {}

  /** Every video by subject code and file name, optionally of one subject. */
  list(filter: { subjectId?: string } = {}): Video[] {
    const { db } = this.context
    const order = 'ORDER BY s.code, v.file_name, v.added_at, v.id'
    const rows =
      filter.subjectId === undefined
        ? db.all<VideoRow>(`${SELECT} ${order}`)
        : db.all<VideoRow>(`${SELECT} WHERE v.subject_id = ? ${order}`, filter.subjectId)
    return rows.map((row) => toVideo(this.context.root, row))
  }

  /** Throws VIDEO_NOT_FOUND. */
  get(id: string): Video {
    return toVideo(this.context.root, this.row(id))
  }

  /** Throws VIDEO_NOT_FOUND. */
  source(id: string): VideoSource {
    const row = this.row(id)
    return {
      id,
      path: videoFile(this.context.root, row),
      proxyPath: proxyFile(this.context.root, row),
      contentHash: row.content_hash,
      bytes: row.bytes,
      container: row.container,
      containerStartSeconds: row.container_start_seconds,
      timeBase: row.time_base,
      startMicroseconds: row.start_microseconds,
    }
  }

  /** Path of a video's file. Throws VIDEO_NOT_FOUND, or VIDEO_MISSING when it is not where it was. */
  requirePath(id: string): string {
    const row = this.row(id)
    const path = videoFile(this.context.root, row)
    if (path !== null) return path
    throw new AppError('VIDEO_MISSING', `The file of ${row.file_name} is not where it was. Say where it is now with "relocate".`, {
      videoId: id,
      fileName: row.file_name,
    })
  }

  findByHash(contentHash: string): Video | null {
    const row = this.context.db.get<VideoRow>(`${SELECT} WHERE v.content_hash = ?`, contentHash)
    return row ? toVideo(this.context.root, row) : null
  }

  /**
   * Adds a video with its frame times. Throws VIDEO_DUPLICATE when a video with this content is already there (its id in `data.videoId`),
   * SUBJECT_NOT_FOUND, or MEDIA_NO_FRAMES.
   */
  add(video: NewVideo): Video {
    const { db, newId, now, root } = this.context
    const fileName = basename(video.path)
    const [start] = video.frameTimesMicroseconds
    if (start === undefined) throw new AppError('MEDIA_NO_FRAMES', `${fileName} has no frames that can be decoded.`)
    return db.transaction(() => {
      const same = this.findByHash(video.contentHash)
      if (same) {
        throw new AppError(
          'VIDEO_DUPLICATE',
          `${fileName} is already in this project as ${same.fileName} of subject ${same.subjectCode}.`,
          {
            videoId: same.id,
            fileName: same.fileName,
            subjectCode: same.subjectCode,
          },
        )
      }
      if (!db.get('SELECT 1 FROM subject WHERE id = ?', video.subjectId)) {
        throw new AppError('SUBJECT_NOT_FOUND', `There is no subject with the id ${video.subjectId} in this project.`)
      }
      const id = newId()
      const path = storedPath(root, video.path)
      db.run(
        `INSERT INTO video (id, subject_id, condition, session, file_name, path, relative_path, content_hash, bytes, width, height, duration_seconds,
           frame_count, nominal_frame_rate, is_variable_frame_rate, has_audio, codec, mime_type, container,
           container_start_seconds, time_base, start_microseconds, added_at)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        id,
        video.subjectId,
        video.condition,
        video.session,
        fileName,
        path.absolute,
        path.relative,
        video.contentHash,
        video.bytes,
        video.width,
        video.height,
        video.durationSeconds,
        video.frameTimesMicroseconds.length,
        video.nominalFrameRate,
        video.isVariableFrameRate,
        video.hasAudio,
        video.codec,
        video.mimeType,
        video.container,
        video.containerStartSeconds,
        video.timeBase,
        start,
        now().toISOString(),
      )
      db.run('INSERT INTO frame_time (video_id, microseconds) VALUES (?, ?)', id, toBlob(video.frameTimesMicroseconds))
      return this.get(id)
    })
  }

  /** Changes what is given. A neutral span leaves with its video when the subject changes. Throws VIDEO_NOT_FOUND. */
  update(id: string, change: { subjectId?: string; condition?: string | null; session?: string | null; isReviewed?: boolean }): Video {
    const { db, now } = this.context
    return db.transaction(() => {
      const row = this.row(id)
      if (change.subjectId !== undefined && change.subjectId !== row.subject_id) {
        db.run('DELETE FROM neutral WHERE video_id = ?', id)
        db.run('UPDATE video SET subject_id = ? WHERE id = ?', change.subjectId, id)
      }
      if (change.condition !== undefined) db.run('UPDATE video SET condition = ? WHERE id = ?', change.condition, id)
      if (change.session !== undefined) db.run('UPDATE video SET session = ? WHERE id = ?', change.session, id)
      if (change.isReviewed !== undefined)
        db.run('UPDATE video SET reviewed_at = ? WHERE id = ?', change.isReviewed ? now().toISOString() : null, id)
      return this.get(id)
    })
  }

  /** Records where a video's file is now. Throws VIDEO_NOT_FOUND, or VIDEO_CONTENT_DIFFERS when the hash is not the video's. */
  relocate(id: string, path: string, contentHash: string): Video {
    const { db, root } = this.context
    return db.transaction(() => {
      const row = this.row(id)
      if (row.content_hash !== contentHash) {
        throw new AppError(
          'VIDEO_CONTENT_DIFFERS',
          `${basename(path)} is not the recording that was imported as ${row.file_name}; its content differs.`,
          { videoId: id },
        )
      }
      const stored = storedPath(root, path)
      db.run(
        'UPDATE video SET file_name = ?, path = ?, relative_path = ? WHERE id = ?',
        basename(path),
        stored.absolute,
        stored.relative,
        id,
      )
      return this.get(id)
    })
  }

  /** Records the proxy, a file name inside `proxies/`, or that there is none. The file is complete before this is called. */
  setProxy(id: string, fileName: string | null): void {
    const row = this.row(id)
    this.context.db.run('UPDATE video SET proxy_file = ? WHERE id = ?', fileName, id)
    if (row.proxy_file !== null && row.proxy_file !== fileName) rmSync(join(this.context.root, 'proxies', row.proxy_file), { force: true })
  }

  /** Corrects what the browser is told about the source. */
  setMimeType(id: string, mimeType: string): void {
    this.context.db.run('UPDATE video SET mime_type = ? WHERE id = ?', mimeType, id)
  }

  private row(id: string): VideoRow {
    const row = this.context.db.get<VideoRow>(`${SELECT} WHERE v.id = ?`, id)
    if (!row) throw new AppError('VIDEO_NOT_FOUND', `There is no video with the id ${id} in this project.`, { videoId: id })
    return row
  }
}
