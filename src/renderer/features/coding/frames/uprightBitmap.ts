// A decoded frame as a bitmap of the stage's width, turned as the file says that it is to be shown.
import type { Picture } from './stills'

/** @param width and height of the bitmap, as shown; `turn` in degrees clockwise, a multiple of 90. The frame stays the caller's to close. */
export async function uprightBitmap(
  output: VideoFrame,
  turn: number,
  { width, height }: { width: number; height: number },
): Promise<Picture> {
  const bytes = width * height * 4
  if (turn === 0) return { source: await createImageBitmap(output, { resizeWidth: width, resizeHeight: height }), width, height, bytes }
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  context?.translate(width / 2, height / 2)
  context?.rotate((turn * Math.PI) / 180)
  const [across, down] = turn === 90 || turn === 270 ? [height, width] : [width, height]
  context?.drawImage(output, -across / 2, -down / 2, across, down)
  return { source: canvas.transferToImageBitmap(), width, height, bytes }
}
