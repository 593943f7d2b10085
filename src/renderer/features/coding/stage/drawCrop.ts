// Draws the models' crop of a face from the picture on screen, so that it is always the frame on screen.
import type { FramePlayer } from '../frames/framePlayer'
import type { FaceRow } from '../videoData'
import { cropOf } from './geometry'

/** Clears the canvas where there is no face. */
export function drawCrop(canvas: HTMLCanvasElement, player: FramePlayer | null, face: FaceRow | null, videoWidth: number): void {
  const context = canvas.getContext('2d')
  if (!context) return
  context.clearRect(0, 0, canvas.width, canvas.height)
  if (!face || !player || player.picture.width === 0) return
  const { source, width } = player.picture
  const crop = cropOf(face)
  // What is on screen may be smaller than the source; boxes are in pixels of the source.
  const scale = width / videoWidth
  context.drawImage(source, crop.x * scale, crop.y * scale, crop.width * scale, crop.height * scale, 0, 0, canvas.width, canvas.height)
}
