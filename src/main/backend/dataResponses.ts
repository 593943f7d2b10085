// Everything that travels by URL: playable media, arrays, pictures, written exports. Paths are built from ids only; see shared/dataUrls.ts.
import { join, normalize, sep } from 'node:path'
import { decodePicture } from '@main/media/index'
import type { ProjectStore } from '@main/store/index'
import { FACE_SUMMARY_FIELDS, type FacesOfFrames } from '@shared/dataUrls'
import { AppError } from '@shared/errors'
import { TRUST_REASONS } from '@shared/faces'
import { cropPicture } from './cropPicture'
import type { BackendContext } from './context'
import { PretrainingRuns } from './pretraining/pretrainingRuns'
import { fileResponse } from './rangeResponse'
import { peaksResponse } from './peaksResponse'
import { samplesResponse } from './samplesResponse'
import { readableVideo } from './videoReading'

const MAX_LANDMARK_FRAMES = 512
const MAX_PICTURE_HEIGHT = 2160

/** @throws AppError for ids that are not there and ranges that make no sense */
export async function answerData(context: BackendContext, request: Request): Promise<Response> {
  const url = new URL(request.url)
  const [, , projectId = '', second = '', kind = '', ...rest] = url.pathname.split('/').map(decodeURIComponent)
  const { store } = context.projects.get(projectId)
  if (second === 'exports') return exportFile(store, [kind, ...rest], request)
  if (second === 'runs') return fileResponse(new PretrainingRuns(store).picture(kind, Number(rest[0])), 'image/jpeg', request)
  switch (kind) {
    case 'source':
      return fileResponse(store.videos.requirePath(second), store.videos.get(second).mimeType.split(';')[0] ?? 'video/mp4', request)
    case 'proxy':
      return proxy(store, second, request)
    case 'samples':
      return samplesResponse(store, second, rest[0] === 'proxy' ? 'proxy' : 'source')
    case 'peaks':
      return peaksResponse(context, store, second, request)
    case 'timestamps':
      return binary(store.frameTimes.secondsFromFirst(second), {
        'x-start-seconds': String(store.videos.source(second).startMicroseconds / 1e6),
      })
    case 'predictions':
      return predictions(store, second, rest[0] ?? '')
    case 'faces':
      return binary(faceSummaries(store, second))
    case 'landmarks':
      return Response.json(landmarks(store, second, Number(url.searchParams.get('from')), Number(url.searchParams.get('to'))))
    case 'picture':
      return picture(context, store, second, rest, Number(url.searchParams.get('height') ?? 240))
    default:
      throw new AppError('FILE_NOT_FOUND', 'There is nothing at this address.')
  }
}

function binary(values: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>, headers: Record<string, string> = {}): Response {
  return new Response(values, { headers: { 'content-type': 'application/octet-stream', 'cache-control': 'no-store', ...headers } })
}

function proxy(store: ProjectStore, videoId: string, request: Request): Promise<Response> {
  const { proxyPath } = store.videos.source(videoId)
  if (proxyPath === null) throw new AppError('FILE_NOT_FOUND', 'There is no playable copy of this video yet.')
  return fileResponse(proxyPath, 'video/webm', request)
}

function predictions(store: ProjectStore, videoId: string, modelId: string): Response {
  store.videos.get(videoId)
  const found = store.predictions.find(videoId, modelId)
  if (!found) throw new AppError('NOT_ANALYSED', 'This model has not predicted this video yet.', { videoId, modelId })
  const { aus, probabilities } = store.predictions.readAll(found.id)
  return binary(probabilities, { 'x-aus': aus.join(','), 'x-frames-done': String(found.framesDone) })
}

/** (frames, FACE_SUMMARY_FIELDS) of the main track; of the largest face while analysis has not ended. */
function faceSummaries(store: ProjectStore, videoId: string): Float32Array<ArrayBuffer> {
  const { frameCount, mainTrack } = store.videos.get(videoId)
  const width = FACE_SUMMARY_FIELDS.length
  const rows = new Float32Array(frameCount * width).fill(Number.NaN)
  for (const face of store.analyses.summaries(videoId)) {
    const known = rows[face.frame * width + 2] ?? Number.NaN
    if (mainTrack === null ? known >= face.box.width : face.track !== mainTrack) continue
    const { x, y, width: w, height: h } = face.box
    rows.set(
      [x, y, w, h, face.score, face.flag, face.pose.pitch, face.pose.yaw, face.pose.roll, TRUST_REASONS.indexOf(face.trust)],
      face.frame * width,
    )
  }
  return rows
}

function landmarks(store: ProjectStore, videoId: string, from: number, to: number): FacesOfFrames {
  const { mainTrack } = store.videos.get(videoId)
  if (!Number.isInteger(from) || !Number.isInteger(to) || from < 0 || to < from || to - from >= MAX_LANDMARK_FRAMES) {
    throw new AppError('RANGE_INVALID', `Landmarks are given for 1 to ${MAX_LANDMARK_FRAMES} frames at a time.`)
  }
  const rounded = (value: number): number => Math.round(value * 100) / 100
  return {
    faces: store.analyses.readFaces(videoId, from, to).map((face) => ({
      frame: face.frame,
      track: face.track,
      isMain: face.track === mainTrack,
      box: [face.box.x, face.box.y, face.box.width, face.box.height],
      score: face.score,
      landmarks: Array.from(face.landmarks, rounded),
    })),
  }
}

async function picture(
  context: BackendContext,
  store: ProjectStore,
  videoId: string,
  [what, frameText]: string[],
  height: number,
): Promise<Response> {
  const { source, clock } = readableVideo(store, videoId)
  const frame = Number(frameText)
  const wanted = Math.min(MAX_PICTURE_HEIGHT, Math.max(16, Math.round(height) || 240))
  const options = { ffmpeg: await context.ffmpeg() }
  const isCrop = what === 'crop'
  const maxSide = Math.ceil((wanted * Math.max(source.width, source.height)) / source.height)
  const key = [store.root, videoId, isCrop ? `crop of ${store.videos.get(videoId).mainTrack}` : 'frame', frame, wanted].join('|')
  // Askers who go away do not stop a picture that others may be waiting for, so no signal is passed on.
  const jpeg = await context.pictures.get(key, () =>
    isCrop
      ? cropPicture(store, videoId, source, clock, frame, wanted, options)
      : decodePicture(source, clock, frame, { ...options, maxSide, format: 'jpeg' }),
  )
  return new Response(new Uint8Array(jpeg), {
    headers: { 'content-type': 'image/jpeg', 'cache-control': `private, max-age=${isCrop ? 60 : 3600}` },
  })
}

function exportFile(store: ProjectStore, segments: string[], request: Request): Promise<Response> {
  const root = join(store.root, 'exports')
  const path = normalize(join(root, ...segments))
  if (!path.startsWith(root + sep)) throw new AppError('FILE_NOT_FOUND', 'There is no such export.')
  const name = encodeURIComponent(segments.at(-1) ?? 'export')
  return fileResponse(path, path.endsWith('.json') ? 'application/json' : 'text/csv; charset=utf-8', request, {
    'content-disposition': `attachment; filename*=UTF-8''${name}`,
  })
}
