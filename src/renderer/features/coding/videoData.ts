// The arrays of one video, fetched by URL: frame times, probabilities, face summary. Kept until the backend says they changed.
import { useQuery } from '@tanstack/react-query'
import { FACE_SUMMARY_FIELDS, faceSummaryUrl, predictionsUrl, timestampsUrl } from '@shared/dataUrls'
import { AppError } from '@shared/errors'
import { TRUST_REASONS, type TrustReason } from '@shared/faces'
import type { Video } from '@shared/project'
import { dataKey } from '../../app/projectState'
import { fetchData } from '../../bridge/dataUrl'
import type { FrameTable } from './frames/frameTable'

/** Probabilities of one model on one video. */
export interface Predictions {
  modelId: string
  /** AUs in column order. */
  aus: number[]
  /** (frames, AUs), NaN where there is no value. */
  values: Float32Array
}

/** One row per frame of the main face. */
export interface FaceSummary {
  values: Float32Array
}

export interface FaceRow {
  x: number
  y: number
  width: number
  height: number
  pitch: number
  yaw: number
  roll: number
  trust: TrustReason
}

const FIELD_COUNT = FACE_SUMMARY_FIELDS.length
const column = (name: (typeof FACE_SUMMARY_FIELDS)[number]): number => FACE_SUMMARY_FIELDS.indexOf(name)
const [X, Y, WIDTH, HEIGHT, PITCH, YAW, ROLL, TRUST] = (['x', 'y', 'width', 'height', 'pitch', 'yaw', 'roll', 'trust'] as const).map(
  column,
) as [number, number, number, number, number, number, number, number]

/** The main face of a frame, or null where there is none. */
export function faceRow(faces: FaceSummary, frame: number): FaceRow | null {
  const base = frame * FIELD_COUNT
  const get = (field: number): number => faces.values[base + field] ?? Number.NaN
  if (frame < 0 || Number.isNaN(get(X))) return null
  return {
    x: get(X),
    y: get(Y),
    width: get(WIDTH),
    height: get(HEIGHT),
    pitch: get(PITCH),
    yaw: get(YAW),
    roll: get(ROLL),
    trust: TRUST_REASONS[get(TRUST)] ?? 'none',
  }
}

/** Frames on either side over which the face is averaged, so that following it does not shake. */
const CALM_FRAMES = 8
/** How far the nearest known face may be, frames. */
const NEAR_FRAMES = 100

/** Where the main face is about a frame, calmly; the nearest known one where the frame has none. Null where there is none near. */
export function faceAround(faces: FaceSummary, frame: number): Pick<FaceRow, 'x' | 'y' | 'width' | 'height'> | null {
  const sum = { x: 0, y: 0, width: 0, height: 0 }
  let count = 0
  for (let near = frame - CALM_FRAMES; near <= frame + CALM_FRAMES; near++) {
    const row = faceRow(faces, near)
    if (!row) continue
    count++
    for (const field of ['x', 'y', 'width', 'height'] as const) sum[field] += row[field]
  }
  if (count > 0) return { x: sum.x / count, y: sum.y / count, width: sum.width / count, height: sum.height / count }
  for (let away = CALM_FRAMES + 1; away <= NEAR_FRAMES; away++) {
    const row = faceRow(faces, frame - away) ?? faceRow(faces, frame + away)
    if (row) return row
  }
  return null
}

export function useFrameTable(project: string, videoId: string) {
  return useQuery({
    queryKey: [...dataKey('timestamps', project, videoId)],
    async queryFn({ signal }): Promise<FrameTable> {
      const response = await fetchData(timestampsUrl(project, videoId), signal)
      const startSeconds = Number(response.headers.get('x-start-seconds') ?? 0)
      return { seconds: new Float64Array(await response.arrayBuffer()), startSeconds: Number.isFinite(startSeconds) ? startSeconds : 0 }
    },
    staleTime: Infinity,
  })
}

/** @param isKnownEmpty true where the backend has said that there are none, so that nothing is asked for */
export function usePredictions(project: string, video: Pick<Video, 'id'> | undefined, modelId: string | undefined, isKnownEmpty: boolean) {
  return useQuery({
    queryKey: [...dataKey('predictions', project, video?.id ?? ''), modelId ?? ''],
    enabled: video !== undefined && modelId !== undefined && !isKnownEmpty,
    async queryFn({ signal }): Promise<Predictions | null> {
      if (!video || !modelId) return null
      const response = await fetchData(predictionsUrl(project, video.id, modelId), signal).catch((error: unknown) => {
        // A video without predictions has no such array; that is a state, not a failure.
        if (isAbsent(error)) return null
        throw error
      })
      if (!response) return null
      const aus = (response.headers.get('x-aus') ?? '').split(',').filter(Boolean).map(Number)
      const values = new Float32Array(await response.arrayBuffer())
      return aus.length === 0 || values.length === 0 ? null : { modelId, aus, values }
    },
  })
}

export function useFaces(project: string, video: Video | undefined) {
  return useQuery({
    queryKey: [...dataKey('faces', project, video?.id ?? '')],
    enabled: video !== undefined && video.analysis !== 'none',
    async queryFn({ signal }): Promise<FaceSummary | null> {
      if (!video) return null
      const response = await fetchData(faceSummaryUrl(project, video.id), signal).catch((error: unknown) => {
        if (isAbsent(error)) return null
        throw error
      })
      return response ? { values: new Float32Array(await response.arrayBuffer()) } : null
    },
  })
}

function isAbsent(error: unknown): boolean {
  return error instanceof AppError && error.code === 'NOT_ANALYSED'
}
