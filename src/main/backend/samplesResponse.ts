// Tells the window which bytes of a video hold which frame, so that it decodes single frames itself. Leaves the bytes to the media responses.
import { readSampleTable } from '@main/media/index'
import type { ProjectStore } from '@main/store/index'
import type { SamplesHeader } from '@shared/dataUrls'
import { readableVideo } from './videoReading'

/** Names of what proxies are written in; a generous level, since nothing depends on it. */
const PROXY_CODECS: Readonly<Record<string, string>> = { V_VP9: 'vp09.00.50.08', V_VP8: 'vp8' }

/** Without content where the container does not tell, frame by frame, which bytes are which frame. @throws AppError VIDEO_NOT_FOUND, VIDEO_MISSING */
export async function samplesResponse(store: ProjectStore, videoId: string, variant: 'source' | 'proxy'): Promise<Response> {
  const { source, clock } = readableVideo(store, videoId)
  const { proxyPath } = store.videos.source(videoId)
  const isProxy = variant === 'proxy'
  const path = isProxy ? proxyPath : source.path
  const isMatroska = isProxy || /\bmatroska\b/.test(source.container)
  const table = path === null ? null : await readSampleTable(path, isMatroska, clock)
  const named = /codecs="([^",]+)/.exec(store.videos.get(videoId).mimeType)?.[1]
  const codec = isProxy ? PROXY_CODECS[table?.codecId ?? ''] : named
  if (!table || codec === undefined) return new Response(null, { status: 204 })
  const { offsets, sizes, frames, keys, turn, description } = table
  const header: SamplesHeader = {
    count: offsets.length,
    codec,
    description: description === null ? null : Buffer.from(description).toString('base64'),
    turn,
  }
  const body = Buffer.concat([offsets, sizes, frames, keys].map((array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength)))
  return new Response(body, {
    headers: { 'content-type': 'application/octet-stream', 'cache-control': 'no-store', 'x-samples': JSON.stringify(header) },
  })
}
