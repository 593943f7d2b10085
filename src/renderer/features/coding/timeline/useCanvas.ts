// A canvas that is as sharp as the screen, as large as its box, and redrawn at most once a frame of the screen with the newest of everything.
import { useCallback, useEffect, useLayoutEffect, useRef, useState, type RefObject } from 'react'
import { PixelLayer } from './paint/pixels'

export interface CanvasSize {
  width: number
  height: number
}

/** Size of an element's content box in CSS pixels, followed. */
export function useSize(element: RefObject<HTMLElement | null>): CanvasSize {
  const [size, setSize] = useState<CanvasSize>({ width: 0, height: 0 })
  useEffect(() => {
    if (!element.current) return
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setSize({ width: Math.floor(entry.contentRect.width), height: Math.floor(entry.contentRect.height) })
    })
    observer.observe(element.current)
    return () => observer.disconnect()
  }, [element])
  return size
}

/** @param scale device pixels per CSS pixel; the context's coordinates are CSS pixels */
export type Paint = (context: CanvasRenderingContext2D, scale: number) => void

/**
 * Draws when `paint` changes (give a memoised function) and when `subscribe` calls back, which is for state that changes too often to go through React.
 * A drawing that is due is never put off by a newer change: it takes the newer state instead.
 * @param isPutAsPixels true where most of the picture comes by putImageData, so that it is kept in ordinary memory
 */
export function useCanvas(
  size: CanvasSize,
  paint: Paint,
  subscribe?: (request: () => void) => () => void,
  isPutAsPixels = false,
): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null)
  const latest = useRef({ size, paint })
  const due = useRef(0)
  const request = useCallback((): void => {
    if (due.current !== 0) return
    due.current = requestAnimationFrame(() => {
      due.current = 0
      if (canvas.current) drawOn(canvas.current, latest.current.size, latest.current.paint, isPutAsPixels)
    })
  }, [isPutAsPixels])
  useLayoutEffect(() => {
    latest.current = { size, paint }
    request()
  }, [size, paint, request])
  useEffect(() => subscribe?.(request), [subscribe, request])
  useEffect(
    () => () => {
      cancelAnimationFrame(due.current)
      due.current = 0
    },
    [],
  )
  return canvas
}

function drawOn(element: HTMLCanvasElement, size: CanvasSize, paint: Paint, isPutAsPixels: boolean): void {
  if (size.width === 0 || size.height === 0) return
  const scale = window.devicePixelRatio || 1
  const width = Math.round(size.width * scale)
  const height = Math.round(size.height * scale)
  if (element.width !== width || element.height !== height) {
    element.width = width
    element.height = height
  }
  const context = element.getContext('2d', { willReadFrequently: isPutAsPixels })
  if (!context) return
  context.setTransform(scale, 0, 0, scale, 0, 0)
  paint(context, scale)
}

export interface LayerPicture {
  layer: PixelLayer
  image: ImageData
}

/** A layer of pixels as large as a canvas; `before` is used again where it fits. */
export function layerFor(context: CanvasRenderingContext2D, before: LayerPicture | null): LayerPicture {
  const { width, height } = context.canvas
  if (before && before.layer.width === width && before.layer.height === height) return before
  const image = new ImageData(width, height)
  return { image, layer: new PixelLayer(new Uint32Array(image.data.buffer), width, height) }
}
