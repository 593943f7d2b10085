// One face crop as a picture to look at. What models are fed is cropped in the compute process; this is for eyes.
import { decodeFrame, type DecodeSource, type FrameClock, type MediaOptions } from '@main/media/index'
import type { ProjectStore } from '@main/store/index'
import { fmaeCropBox } from '@shared/cropRule'
import { AppError } from '@shared/errors'

/** JPEG of the main track's crop in a frame, `size` pixels square. @throws AppError NOT_ANALYSED where there is no face */
export async function cropPicture(
  store: ProjectStore,
  videoId: string,
  source: DecodeSource,
  clock: FrameClock,
  frame: number,
  size: number,
  options: MediaOptions,
): Promise<Buffer> {
  const { mainTrack } = store.videos.get(videoId)
  const faces = [...store.analyses.summaries(videoId, frame, frame)]
  const face = faces.find((one) => one.track === mainTrack) ?? faces.sort((a, b) => b.box.width - a.box.width)[0]
  if (!face) throw new AppError('NOT_ANALYSED', `No face was found in frame ${frame}.`, { videoId, frame })
  // Loaded when first needed: it takes a third of the time in which a command starts.
  const { createCanvas, ImageData } = await import('@napi-rs/canvas')
  const { rgb, width, height } = await decodeFrame(source, clock, frame, options)
  const whole = createCanvas(width, height)
  const rgba = new Uint8ClampedArray(width * height * 4)
  for (let pixel = 0; pixel < width * height; pixel++) {
    rgba[pixel * 4] = rgb[pixel * 3] ?? 0
    rgba[pixel * 4 + 1] = rgb[pixel * 3 + 1] ?? 0
    rgba[pixel * 4 + 2] = rgb[pixel * 3 + 2] ?? 0
    rgba[pixel * 4 + 3] = 255
  }
  whole.getContext('2d').putImageData(new ImageData(rgba, width, height), 0, 0)
  const crop = createCanvas(size, size)
  const box = fmaeCropBox(face.box)
  const context = crop.getContext('2d')
  context.imageSmoothingQuality = 'high'
  context.drawImage(whole, box.x, box.y, box.width, box.height, 0, 0, size, size)
  return crop.encode('jpeg', 90)
}
