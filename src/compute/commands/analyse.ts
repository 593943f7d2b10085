// `analyse`: every face of every frame, in chunks that can be continued from.
import { join } from 'node:path'
import type { AnalyseSpec } from '@shared/compute'
import { AppError } from '@shared/errors'
import { encodeFaces } from '@shared/faceCodec'
import { CHUNK_FRAMES, type FaceObservation } from '@shared/faces'
import { openFaceNetworks } from '@vision/faceNetworks'
import { FaceTracker, type FaceNetworks, type TrackerState } from '@vision/faceTracker'
import type { CommandContext } from '../command'
import { FrameSource } from '../frameSource'

/** Opened once per process: they hold 30 MB, and a project's videos are analysed one after another. */
let networks: Promise<FaceNetworks> | null = null

export async function analyse(spec: AnalyseSpec, _payload: Uint8Array, context: CommandContext): Promise<{ frames: number }> {
  const { decode, settings, state } = spec
  if (decode.startFrame % CHUNK_FRAMES !== 0) throw new AppError('INTERNAL', `Analysis cannot start at frame ${decode.startFrame}.`)
  networks ??= openFaceNetworks(join(context.resourcesDirectory, 'models', 'faces'))
  const opened = await networks.catch((error: unknown) => {
    networks = null
    throw error
  })
  const tracker = new FaceTracker(opened, settings, state === null ? undefined : (JSON.parse(state) as TrackerState))
  const source = new FrameSource(decode, context.signal)
  const total = decode.totalFrames - decode.startFrame
  let chunkStart = decode.startFrame
  let faces: FaceObservation[] = []
  let faceFrames = 0
  try {
    for (let next = await source.next(); next; next = await source.next()) {
      const { frame, pixels } = next
      const found = await tracker.next(frame, { width: decode.width, height: decode.height, data: pixels! })
      faces.push(...found)
      if (found.length > 0) faceFrames++
      const after = frame + 1
      if (after === decode.totalFrames || after - chunkStart === CHUNK_FRAMES) {
        const frameCount = after - chunkStart
        const bytes = encodeFaces(faces, chunkStart, frameCount)
        await context.emit({ startFrame: chunkStart, frameCount, state: JSON.stringify(tracker.state), faceFrames }, bytes)
        chunkStart = after
        faces = []
        faceFrames = 0
      }
      context.progress({ done: after - decode.startFrame, total })
    }
  } finally {
    await source.close()
  }
  return { frames: total }
}
