// Faces found in videos, stored by chunk so that an interrupted analysis continues where it stopped.
import { AppError } from '@shared/errors'
import type { AnalysisSettings, FaceObservation, FaceTrack } from '@shared/faces'
import { canonicalJson } from '../canonicalJson'
import type { StoreContext } from '../context'
import { decodeFaces, decodeSummaries, encodeFaces, type FaceSummary } from '../faceBlobs'

/** How far an analysis has come and what it was told. */
export interface Analysis {
  videoId: string
  settings: AnalysisSettings
  /** Frames stored so far, from frame 0 without gaps. */
  framesDone: number
  /** Chunks stored so far; the next chunk has this index. */
  chunkCount: number
  /** Empty until complete. */
  tracks: FaceTrack[]
  mainTrack: number | null
  /** True when a person chose the main track. */
  isMainTrackChosen: boolean
  isComplete: boolean
  /** Whatever the tracker gave with the last chunk; it needs it to continue. */
  trackerState: unknown
}

/** Faces of consecutive frames. Frames without a face are simply not among the faces. */
export interface FaceChunk {
  /** Index of the chunk, from 0. */
  chunk: number
  startFrame: number
  frameCount: number
  faces: readonly FaceObservation[]
  /** JSON of the tracker after the last frame of this chunk. */
  trackerState: unknown
}

interface Row {
  settings_json: string
  frames_done: number
  chunk_count: number
  tracks_json: string
  main_track: number | null
  is_main_track_chosen: number
  tracker_state_json: string | null
  completed_at: string | null
}

interface ChunkRow {
  start_frame: number
  frame_count: number
  summary: Buffer
  landmarks: Buffer
}

export class AnalysisRepository {
  constructor(private readonly context: StoreContext) {}

  /** Null when the video was never analysed. */
  find(videoId: string): Analysis | null {
    const row = this.context.db.get<Row>(
      `SELECT settings_json, frames_done, chunk_count, tracks_json, main_track, is_main_track_chosen, tracker_state_json, completed_at
       FROM analysis WHERE video_id = ?`,
      videoId,
    )
    if (!row) return null
    return {
      videoId,
      settings: JSON.parse(row.settings_json) as AnalysisSettings,
      framesDone: row.frames_done,
      chunkCount: row.chunk_count,
      tracks: JSON.parse(row.tracks_json) as FaceTrack[],
      mainTrack: row.main_track,
      isMainTrackChosen: row.is_main_track_chosen === 1,
      isComplete: row.completed_at !== null,
      trackerState: row.tracker_state_json === null ? null : (JSON.parse(row.tracker_state_json) as unknown),
    }
  }

  /** A complete analysis. Throws NOT_ANALYSED. */
  require(videoId: string): Analysis {
    const analysis = this.find(videoId)
    if (analysis?.isComplete) return analysis
    throw new AppError('NOT_ANALYSED', 'The faces of this video have not been analysed yet. Run the analysis first.', { videoId })
  }

  /** Starts an analysis, or returns the one there is when it has the same settings. With other settings, what was found before is dropped with all that rests on it. */
  begin(videoId: string, settings: AnalysisSettings): Analysis {
    const { db, now } = this.context
    return db.transaction(() => {
      const existing = this.find(videoId)
      if (existing && canonicalJson(existing.settings) === canonicalJson(settings)) return existing
      if (existing) this.invalidate(videoId)
      this.assertVideo(videoId)
      db.run(
        'INSERT INTO analysis (video_id, settings_json, started_at) VALUES (?, ?, ?)',
        videoId,
        canonicalJson(settings),
        now().toISOString(),
      )
      return this.mustFind(videoId)
    })
  }

  /** Stores the next chunk. A chunk that is already there is left alone and false returned; one that would leave a gap is an error. */
  appendChunk(videoId: string, chunk: FaceChunk): boolean {
    const { db } = this.context
    return db.transaction(() => {
      const analysis = this.mustFind(videoId)
      if (chunk.chunk < analysis.chunkCount) return false
      if (chunk.chunk > analysis.chunkCount || chunk.startFrame !== analysis.framesDone || analysis.isComplete) {
        throw new Error(
          `chunk ${chunk.chunk} at frame ${chunk.startFrame} does not follow ${analysis.chunkCount} chunks of ${analysis.framesDone} frames`,
        )
      }
      const endFrame = chunk.startFrame + chunk.frameCount
      const stray = chunk.faces.find((face) => face.frame < chunk.startFrame || face.frame >= endFrame)
      if (stray) throw new Error(`a face of frame ${stray.frame} is not in chunk ${chunk.chunk}`)
      const { summary, landmarks } = encodeFaces(chunk.faces, chunk.startFrame, chunk.frameCount)
      db.run(
        'INSERT INTO face_chunk (video_id, chunk, start_frame, frame_count, face_count, summary, landmarks) VALUES (?, ?, ?, ?, ?, ?, ?)',
        videoId,
        chunk.chunk,
        chunk.startFrame,
        chunk.frameCount,
        chunk.faces.length,
        summary,
        landmarks,
      )
      db.run(
        'UPDATE analysis SET frames_done = ?, chunk_count = ?, tracker_state_json = ? WHERE video_id = ?',
        endFrame,
        chunk.chunk + 1,
        JSON.stringify(chunk.trackerState ?? null),
        videoId,
      )
      return true
    })
  }

  /** Records that every frame was looked at, the tracks found, and the one proposed as the subject's. */
  complete(videoId: string, tracks: readonly FaceTrack[], mainTrack: number | null): Analysis {
    const { db, now } = this.context
    return db.transaction(() => {
      this.mustFind(videoId)
      db.run(
        'UPDATE analysis SET tracks_json = ?, main_track = ?, is_main_track_chosen = 0, tracker_state_json = NULL, completed_at = ? WHERE video_id = ?',
        JSON.stringify(tracks),
        mainTrack,
        now().toISOString(),
        videoId,
      )
      return this.mustFind(videoId)
    })
  }

  /** Makes another track the subject's. Predictions belong to a track: those of the former one are kept and come back with it. Throws NOT_ANALYSED, TRACK_NOT_FOUND. */
  setMainTrack(videoId: string, track: number): Analysis {
    const { db } = this.context
    return db.transaction(() => {
      const analysis = this.require(videoId)
      if (!analysis.tracks.some((each) => each.track === track)) {
        throw new AppError(
          'TRACK_NOT_FOUND',
          `There is no face track ${track} in this video; it has ${analysis.tracks.length}, counted from 0.`,
          { videoId, track },
        )
      }
      db.run('UPDATE analysis SET main_track = ?, is_main_track_chosen = 1 WHERE video_id = ?', track, videoId)
      return this.mustFind(videoId)
    })
  }

  /** Drops the faces of a video and the predictions made from them. Crops are the caller's to drop. */
  invalidate(videoId: string): void {
    const { db } = this.context
    db.transaction(() => {
      db.run('DELETE FROM prediction WHERE video_id = ?', videoId)
      db.run('DELETE FROM analysis WHERE video_id = ?', videoId)
    })
  }

  /** Faces of frames [fromFrame, toFrame] with landmarks, by frame and track. */
  readFaces(videoId: string, fromFrame: number, toFrame: number): FaceObservation[] {
    return [...this.faces(videoId, fromFrame, toFrame)]
  }

  /** Faces of frames [fromFrame, toFrame] one chunk in memory at a time. */
  *faces(videoId: string, fromFrame = 0, toFrame = Number.MAX_SAFE_INTEGER): Generator<FaceObservation> {
    for (const row of this.chunks(videoId, 'summary, landmarks', fromFrame, toFrame)) {
      for (const face of decodeFaces(row.summary, row.landmarks)) if (face.frame >= fromFrame && face.frame <= toFrame) yield face
    }
  }

  /** As {@link faces}, without landmarks and without reading them. */
  *summaries(videoId: string, fromFrame = 0, toFrame = Number.MAX_SAFE_INTEGER): Generator<FaceSummary> {
    for (const row of this.chunks(videoId, 'summary', fromFrame, toFrame)) {
      for (const face of decodeSummaries(row.summary)) if (face.frame >= fromFrame && face.frame <= toFrame) yield face
    }
  }

  // One query a chunk and no open cursor, so that commits may come between two chunks.
  private *chunks(videoId: string, columns: string, fromFrame: number, toFrame: number): Generator<ChunkRow> {
    let from = fromFrame
    while (from <= toFrame) {
      const row = this.context.db.get<ChunkRow>(
        `SELECT start_frame, frame_count, ${columns} FROM face_chunk
         WHERE video_id = ? AND start_frame <= ? ORDER BY start_frame DESC LIMIT 1`,
        videoId,
        from,
      )
      if (!row || row.start_frame + row.frame_count <= from) return
      yield row
      from = row.start_frame + row.frame_count
    }
  }

  private mustFind(videoId: string): Analysis {
    const analysis = this.find(videoId)
    if (!analysis) throw new AppError('NOT_ANALYSED', 'The analysis of this video has not been started.', { videoId })
    return analysis
  }

  private assertVideo(videoId: string): void {
    if (!this.context.db.get('SELECT 1 FROM video WHERE id = ?', videoId)) {
      throw new AppError('VIDEO_NOT_FOUND', `There is no video with the id ${videoId} in this project.`, { videoId })
    }
  }
}
