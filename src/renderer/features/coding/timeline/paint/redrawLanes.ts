// Draws the lanes anew or, where they were only scrolled, moves what is drawn and draws the bare edge: most pictures of a scroll cost a strip.
import { fillLanes } from './drawLanes'
import type { LanesPicture } from './lanesPicture'
import type { PixelLayer } from './pixels'

/** A move this close to whole pixels, in pixels, is one; views are frames as fractions, so the last digits tell nothing. */
const ALMOST = 1e-3

/** Brings a layer from the picture that it holds to another one. @param before what the layer holds, null for nothing of use */
export function redrawLanes(layer: PixelLayer, before: LanesPicture | null, picture: LanesPicture): void {
  const move = before && scrolledBy(before, picture, layer.width)
  const bare = move ? layer.scroll(move.dx, move.dy) : [layer.whole]
  for (const box of bare) {
    layer.clip = box
    fillLanes(layer, picture)
  }
  layer.clip = layer.whole
}

/** Whole device pixels from one picture to another that shows the same at another place; null where anything else is different. */
function scrolledBy(before: LanesPicture, now: LanesPicture, width: number): { dx: number; dy: number } | null {
  for (const key of Object.keys(now) as (keyof LanesPicture)[]) {
    if (key === 'view' || key === 'scrollTop' || (key === 'frame' && now.openEvents.size === 0)) continue
    if (!Object.is(before[key], now[key])) return null
  }
  // A rubber band stays where it is in the view.
  if (now.band) return null
  const length = now.view.end - now.view.start
  const lengthBefore = before.view.end - before.view.start
  if (Math.abs(length - lengthBefore) > length * 1e-9) return null
  const across = ((now.view.start - before.view.start) / length) * width
  const down = (now.scrollTop - before.scrollTop) * now.scale
  const dx = Math.round(across)
  const dy = Math.round(down)
  return Math.abs(across - dx) < ALMOST && Math.abs(down - dy) < ALMOST ? { dx, dy } : null
}
