// Streams the outline of a video's sound while it is made, and keeps it in the project beside the proxies: a cache that can always be made again.
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { readPeaks } from '@main/media/index'
import { peaksPath, type ProjectStore } from '@main/store/index'
import type { BackendContext } from './context'
import { fileResponse } from './rangeResponse'
import { readableVideo } from './videoReading'

const CONTENT_TYPE = 'application/octet-stream'

/** Without content where the video has no sound. @throws AppError VIDEO_NOT_FOUND, VIDEO_MISSING */
export async function peaksResponse(context: BackendContext, store: ProjectStore, videoId: string, request: Request): Promise<Response> {
  if (!store.videos.get(videoId).hasAudio) return new Response(null, { status: 204 })
  const kept = peaksPath(store.paths.proxies, videoId)
  if (existsSync(kept)) return fileResponse(kept, CONTENT_TYPE, request)
  const { source } = readableVideo(store, videoId)
  const ffmpeg = await context.ffmpeg()
  const abort = new AbortController()
  const chunks: Uint8Array[] = []
  const body = new ReadableStream<Uint8Array>({
    async start(controller) {
      try {
        await readPeaks(
          source,
          (peaks) => {
            const bytes = new Uint8Array(peaks.buffer)
            chunks.push(bytes)
            if (bytes.length > 0) controller.enqueue(bytes)
          },
          { ffmpeg, signal: abort.signal },
        )
        if (store.isWritable) await keep(kept, Buffer.concat(chunks)).catch((error: unknown) => context.ports.log(String(error)))
        controller.close()
      } catch (error) {
        // A reader that went away is no longer told.
        if (!abort.signal.aborted) controller.error(error)
      }
    },
    cancel: () => abort.abort(),
  })
  return new Response(body, { headers: { 'content-type': CONTENT_TYPE, 'cache-control': 'no-store' } })
}

/** To the disk, then to its name. */
async function keep(path: string, bytes: Uint8Array): Promise<void> {
  const partial = `${path}.part-${randomBytes(6).toString('hex')}`
  try {
    {
      await using file = await open(partial, 'w')
      await file.writeFile(bytes)
      await file.sync()
    }
    await rename(partial, path)
  } catch (error) {
    await rm(partial, { force: true })
    throw error
  }
}
