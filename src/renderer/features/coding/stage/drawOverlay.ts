// Draws face boxes and landmarks over the picture. Coordinates are pixels of the upright frame, scaled by the caller's rectangle.
import type { FaceRow } from '../videoData'
import type { Rect } from './geometry'
import type { FaceOnFrame } from './landmarkCache'

export interface OverlayPicture {
  rect: Rect
  frameWidth: number
  /** Stage zoom, so that lines keep their thickness. */
  zoom: number
  main: FaceRow | null
  faces: readonly FaceOnFrame[] | null
  hasBox: boolean
  hasMesh: boolean
  accent: string
}

function corners(context: CanvasRenderingContext2D, x: number, y: number, w: number, h: number): void {
  const arm = Math.min(w, h) * 0.18
  context.beginPath()
  for (const [cx, cy, dx, dy] of [
    [x, y, 1, 1],
    [x + w, y, -1, 1],
    [x, y + h, 1, -1],
    [x + w, y + h, -1, -1],
  ] as const) {
    context.moveTo(cx + dx * arm, cy)
    context.lineTo(cx, cy)
    context.lineTo(cx, cy + dy * arm)
  }
  context.stroke()
}

export function drawOverlay(context: CanvasRenderingContext2D, size: { width: number; height: number }, picture: OverlayPicture): void {
  context.clearRect(0, 0, size.width, size.height)
  const scale = picture.rect.width / Math.max(1, picture.frameWidth)
  const px = (x: number): number => picture.rect.x + x * scale
  const py = (y: number): number => picture.rect.y + y * scale
  // On a large picture points and lines grow with it, at most to twice their size.
  const growth = Math.min(2, Math.max(1, picture.rect.height / 480))
  const line = (1.5 * growth) / picture.zoom
  context.lineWidth = line
  if (picture.hasMesh && picture.faces) {
    for (const face of picture.faces) {
      context.fillStyle = face.isMain ? picture.accent : '#ffffff'
      context.globalAlpha = face.isMain ? 0.95 : 0.5
      const dot = (2.2 * growth) / Math.sqrt(picture.zoom)
      for (let index = 0; index + 2 < face.landmarks.length; index += 3) {
        context.fillRect(px(face.landmarks[index] ?? 0) - dot / 2, py(face.landmarks[index + 1] ?? 0) - dot / 2, dot, dot)
      }
      context.globalAlpha = 1
    }
  }
  if (!picture.hasBox) return
  for (const face of picture.faces ?? []) {
    if (face.isMain) continue
    const [x, y, w, h] = face.box
    context.strokeStyle = '#ffffff99'
    context.setLineDash([4 / picture.zoom, 4 / picture.zoom])
    context.strokeRect(px(x), py(y), w * scale, h * scale)
    context.setLineDash([])
  }
  if (picture.main) {
    const { x, y, width, height, trust } = picture.main
    context.strokeStyle = picture.accent
    // An untrusted face gets a dashed box: what is computed on it is kept, not believed.
    if (trust !== 'none') context.setLineDash([5 / picture.zoom, 4 / picture.zoom])
    corners(context, px(x), py(y), width * scale, height * scale)
    context.setLineDash([])
  }
}
