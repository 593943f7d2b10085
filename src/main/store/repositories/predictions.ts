// Probabilities per frame and AU, by video, model and face track, stored by chunk. NaN where a frame has no value.
import { AppError } from '@shared/errors'
import { toBlob, toFloat32 } from '../arrays'
import { canonicalJson } from '../canonicalJson'
import type { StoreContext } from '../context'

/** Track of a prediction of a video in which no face was found. */
export const NO_TRACK = -1

export interface Prediction {
  id: string
  videoId: string
  modelId: string
  /** Face track that was looked at, {@link NO_TRACK} when the video has none. */
  track: number
  /** Columns of the probabilities, in order. */
  aus: number[]
  /** Whatever decides the values besides model and video, such as the neutral span used. */
  settings: unknown
  framesDone: number
  chunkCount: number
  isComplete: boolean
  startedAt: string
  completedAt: string | null
}

export interface NewPrediction {
  videoId: string
  modelId: string
  aus: readonly number[]
  settings: unknown
}

export interface PredictionChunk {
  /** Index of the chunk, from 0. */
  chunk: number
  startFrame: number
  frameCount: number
  /** (frameCount, AUs), row by row. */
  probabilities: Float32Array
}

interface Row {
  id: string
  video_id: string
  model_id: string
  track: number
  aus_json: string
  settings_json: string
  frames_done: number
  chunk_count: number
  started_at: string
  completed_at: string | null
}

export class PredictionRepository {
  constructor(private readonly context: StoreContext) {}

  /** The prediction of a model for the video's main track, null when there is none. */
  find(videoId: string, modelId: string): Prediction | null {
    const row = this.context.db.get<Row>(
      'SELECT * FROM prediction WHERE video_id = ? AND model_id = ? AND track = ?',
      videoId,
      modelId,
      this.mainTrack(videoId),
    )
    return row ? toPrediction(row) : null
  }

  /** Predictions of every model for a video's main track. */
  ofVideo(videoId: string): Prediction[] {
    return this.context.db
      .all<Row>('SELECT * FROM prediction WHERE video_id = ? AND track = ? ORDER BY started_at, id', videoId, this.mainTrack(videoId))
      .map(toPrediction)
  }

  get(id: string): Prediction {
    const row = this.context.db.get<Row>('SELECT * FROM prediction WHERE id = ?', id)
    if (!row) throw new Error(`there is no prediction ${id}`)
    return toPrediction(row)
  }

  /** Starts a prediction of the video's main track, or returns the one there is when AUs and settings are the same; otherwise the former values are dropped. */
  begin(prediction: NewPrediction): Prediction {
    const { db, newId, now } = this.context
    return db.transaction(() => {
      const { videoId, modelId } = prediction
      const existing = this.find(videoId, modelId)
      const settings = canonicalJson(prediction.settings ?? null)
      const aus = JSON.stringify(prediction.aus)
      if (existing && JSON.stringify(existing.aus) === aus && canonicalJson(existing.settings) === settings) return existing
      if (existing) this.remove(existing.id)
      if (!db.get('SELECT 1 FROM video WHERE id = ?', videoId)) {
        throw new AppError('VIDEO_NOT_FOUND', `There is no video with the id ${videoId} in this project.`, { videoId })
      }
      const id = newId()
      db.run(
        'INSERT INTO prediction (id, video_id, model_id, track, aus_json, settings_json, started_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
        id,
        videoId,
        modelId,
        this.mainTrack(videoId),
        aus,
        settings,
        now().toISOString(),
      )
      return this.get(id)
    })
  }

  /** Stores the next chunk. A chunk that is already there is left alone and false returned; one that would leave a gap is an error. */
  appendChunk(id: string, chunk: PredictionChunk): boolean {
    const { db } = this.context
    return db.transaction(() => {
      const prediction = this.get(id)
      if (chunk.chunk < prediction.chunkCount) return false
      if (chunk.chunk > prediction.chunkCount || chunk.startFrame !== prediction.framesDone || prediction.isComplete) {
        throw new Error(
          `chunk ${chunk.chunk} at frame ${chunk.startFrame} does not follow ${prediction.chunkCount} chunks of ${prediction.framesDone} frames`,
        )
      }
      if (chunk.probabilities.length !== chunk.frameCount * prediction.aus.length) {
        throw new Error(`${chunk.probabilities.length} probabilities are not ${chunk.frameCount} frames of ${prediction.aus.length} AUs`)
      }
      db.run(
        'INSERT INTO prediction_chunk (prediction_id, chunk, start_frame, frame_count, probabilities) VALUES (?, ?, ?, ?, ?)',
        id,
        chunk.chunk,
        chunk.startFrame,
        chunk.frameCount,
        toBlob(chunk.probabilities),
      )
      db.run(
        'UPDATE prediction SET frames_done = ?, chunk_count = ? WHERE id = ?',
        chunk.startFrame + chunk.frameCount,
        chunk.chunk + 1,
        id,
      )
      return true
    })
  }

  /** Records that every frame has its row. */
  complete(id: string): Prediction {
    this.context.db.run('UPDATE prediction SET completed_at = ? WHERE id = ?', this.context.now().toISOString(), id)
    return this.get(id)
  }

  remove(id: string): void {
    this.context.db.run('DELETE FROM prediction WHERE id = ?', id)
  }

  /** Drops every prediction of a model, or those of one video. Returns how many. */
  removeOf(filter: { modelId: string } | { videoId: string }): number {
    const { db } = this.context
    return 'modelId' in filter
      ? db.run('DELETE FROM prediction WHERE model_id = ?', filter.modelId)
      : db.run('DELETE FROM prediction WHERE video_id = ?', filter.videoId)
  }

  /** Chunks that hold frames from `fromFrame` on, one in memory at a time. Chunks may be committed meanwhile. */
  *chunks(id: string, fromFrame = 0): Generator<PredictionChunk> {
    let from = fromFrame
    for (;;) {
      const row = this.context.db.get<{ chunk: number; start_frame: number; frame_count: number; probabilities: Buffer }>(
        `SELECT chunk, start_frame, frame_count, probabilities FROM prediction_chunk
         WHERE prediction_id = ? AND start_frame <= ? ORDER BY start_frame DESC LIMIT 1`,
        id,
        from,
      )
      if (!row || row.start_frame + row.frame_count <= from) return
      yield { chunk: row.chunk, startFrame: row.start_frame, frameCount: row.frame_count, probabilities: toFloat32(row.probabilities) }
      from = row.start_frame + row.frame_count
    }
  }

  /** All probabilities (frames of the video, AUs); NaN from where the prediction has not come to. */
  readAll(id: string): { aus: number[]; frameCount: number; probabilities: Float32Array<ArrayBuffer> } {
    const { aus, videoId } = this.get(id)
    const frameCount = this.context.db.get<{ frame_count: number }>('SELECT frame_count FROM video WHERE id = ?', videoId)?.frame_count ?? 0
    const probabilities = new Float32Array(frameCount * aus.length).fill(NaN)
    for (const chunk of this.chunks(id)) probabilities.set(chunk.probabilities, chunk.startFrame * aus.length)
    return { aus, frameCount, probabilities }
  }

  private mainTrack(videoId: string): number {
    return (
      this.context.db.get<{ main_track: number | null }>('SELECT main_track FROM analysis WHERE video_id = ?', videoId)?.main_track ??
      NO_TRACK
    )
  }
}

function toPrediction(row: Row): Prediction {
  return {
    id: row.id,
    videoId: row.video_id,
    modelId: row.model_id,
    track: row.track,
    aus: JSON.parse(row.aus_json) as number[],
    settings: JSON.parse(row.settings_json) as unknown,
    framesDone: row.frames_done,
    chunkCount: row.chunk_count,
    isComplete: row.completed_at !== null,
    startedAt: row.started_at,
    completedAt: row.completed_at,
  }
}
