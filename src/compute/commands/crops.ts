// `crops`: JPEG pictures of the subject's face in chosen frames, by a model's crop rule.
import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas'
import type { CropsSpec } from '@shared/compute'
import { AppError } from '@shared/errors'
import type { CommandContext } from '../command'
import { FrameSource } from '../frameSource'
import { SubjectFaces } from '../subjectFaces'

/** High enough that training does not see the blocks; ten times smaller than raw pixels. */
const JPEG_QUALITY = 92
const CROPS_PER_CHUNK = 64

export async function crops(spec: CropsSpec, _payload: Uint8Array, context: CommandContext): Promise<{ crops: number }> {
  const { frames, tracks, cropRule } = spec
  if (frames.length === 0) return { crops: 0 }
  // the decoder may run to the video's end, but nothing after the last wanted frame is read
  const decode = spec.decode
  const lastFrame = frames.at(-1)!
  if (frames[0]! < decode.startFrame || lastFrame >= decode.totalFrames) {
    throw new AppError(
      'RANGE_INVALID',
      `Crops of frames ${frames[0]} to ${lastFrame} were asked of frames ${decode.startFrame} to ${decode.totalFrames - 1}.`,
    )
  }
  const wanted = new Set(frames)
  const source = new FrameSource(decode, context.signal, cropRule)
  const encode = jpegEncoder(cropRule.size)
  let chunk: { frame: number; jpeg: Uint8Array | null }[] = []
  let done = 0
  const send = async (): Promise<void> => {
    const header = { crops: chunk.map(({ frame, jpeg }) => ({ frame, bytes: jpeg?.length ?? null })) }
    await context.emit(header, Buffer.concat(chunk.flatMap(({ jpeg }) => (jpeg ? [jpeg] : []))))
    chunk = []
  }
  try {
    const faces = new SubjectFaces(
      context.want,
      tracks,
      decode,
      (start, boxes) => source.giveBoxes(start, boxes),
      (frame) => wanted.has(frame),
    )
    await faces.reach(decode.startFrame)
    for (let next = await source.next(); next && next.frame <= lastFrame; next = await source.next()) {
      const { frame, pixels } = next
      await faces.reach(frame)
      if (!wanted.has(frame)) continue
      chunk.push({ frame, jpeg: pixels ? await encode(pixels) : null })
      context.progress({ done: ++done, total: frames.length })
      if (chunk.length === CROPS_PER_CHUNK || frame === lastFrame) await send()
      if (frame === lastFrame) break
    }
  } finally {
    await source.close()
  }
  return { crops: done }
}

/** Encodes (size, size, 3) bytes; one canvas is kept for all. */
export function jpegEncoder(size: number): (pixels: Uint8Array) => Promise<Uint8Array> {
  const canvas = createCanvas(size, size)
  const drawing: SKRSContext2D = canvas.getContext('2d')
  const image = drawing.createImageData(size, size)
  image.data.fill(255)
  return async (pixels) => {
    for (let i = 0, p = 0; p < pixels.length; i += 4, p += 3) {
      image.data[i] = pixels[p]!
      image.data[i + 1] = pixels[p + 1]!
      image.data[i + 2] = pixels[p + 2]!
    }
    drawing.putImageData(image, 0, 0)
    return canvas.encode('jpeg', JPEG_QUALITY)
  }
}
