// Frames to pixels and back, zooming and panning. Pure. Frame i covers [i, i + 1) of the axis, so a view may show parts of frames.

/** Visible part of the axis, in frames; `end` is not included. */
export interface View {
  start: number
  end: number
}

/** Fewest frames that fill the width. */
export const MIN_VISIBLE_FRAMES = 8

export const frameToX = (view: View, width: number, frame: number): number => ((frame - view.start) / (view.end - view.start)) * width

/** Position on the axis, in fractional frames. */
export const xToPosition = (view: View, width: number, x: number): number => view.start + (x / Math.max(1, width)) * (view.end - view.start)

/** Frame under a pixel, kept within the video. */
export function xToFrame(view: View, width: number, x: number, frameCount: number): number {
  return Math.max(0, Math.min(frameCount - 1, Math.floor(xToPosition(view, width, x))))
}

/** Keeps a view inside the video without changing its length unless it is longer than the video or shorter than the least. */
export function clampView(view: View, frameCount: number): View {
  const total = Math.max(1, frameCount)
  const length = Math.max(Math.min(MIN_VISIBLE_FRAMES, total), Math.min(view.end - view.start, total))
  const start = Math.max(0, Math.min(view.start, total - length))
  return { start, end: start + length }
}

/** Zooms by a factor (above 1 zooms in) so that the frame position under `anchor` stays where it is. */
export function zoomView(view: View, factor: number, anchor: number, frameCount: number): View {
  const start = anchor - (anchor - view.start) / factor
  const length = (view.end - view.start) / factor
  return clampView({ start, end: start + length }, frameCount)
}

export function panView(view: View, frames: number, frameCount: number): View {
  return clampView({ start: view.start + frames, end: view.end + frames }, frameCount)
}

/** The view moved so that a frame is in it, with a margin of a tenth; unchanged when it is. */
export function revealFrame(view: View, frame: number, frameCount: number): View {
  if (frame >= view.start && frame + 1 <= view.end) return view
  const length = view.end - view.start
  const start = frame < view.start ? frame - length * 0.1 : frame + 1 - length * 0.9
  return clampView({ start, end: start + length }, frameCount)
}

/** Seconds between ticks of a ruler, so that labels are at least `minPixels` apart. */
export function tickSeconds(secondsPerPixel: number, minPixels: number): number {
  const least = secondsPerPixel * minPixels
  const steps = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600]
  return steps.find((step) => step >= least) ?? 7200
}

/** Frames between ticks, 1-2-5 steps. */
export function tickFrames(framesPerPixel: number, minPixels: number): number {
  const least = Math.max(1, framesPerPixel * minPixels)
  const power = 10 ** Math.floor(Math.log10(least))
  for (const step of [1, 2, 5, 10]) if (step * power >= least) return step * power
  return 10 * power
}

/** The view that a span fills, with a tenth of its length on either side. */
export function viewOf(span: { startFrame: number; endFrame: number }): View {
  const length = span.endFrame - span.startFrame + 1
  return { start: span.startFrame - length * 0.1, end: span.endFrame + 1 + length * 0.1 }
}

/** The view that shows a span with its surroundings; unchanged when the span is in sight and not tiny. */
export function revealSpan(view: View, startFrame: number, endFrame: number, frameCount: number): View {
  const length = endFrame - startFrame + 1
  const visible = view.end - view.start
  if (startFrame >= view.start && endFrame + 1 <= view.end && length * 12 >= visible) return view
  const wanted = Math.max(MIN_VISIBLE_FRAMES, Math.min(visible, length * 6))
  const middle = (startFrame + endFrame + 1) / 2
  return clampView({ start: middle - wanted / 2, end: middle + wanted / 2 }, frameCount)
}
