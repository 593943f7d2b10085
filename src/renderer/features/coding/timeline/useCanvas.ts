// A canvas that is as sharp as the screen, as large as its box, and redrawn at most once a frame of the screen.
import { useEffect, useRef, useState, type RefObject } from 'react'

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

/** Draws whenever `paint` changes; give a memoised function. Coordinates are CSS pixels. */
export function useCanvas(size: CanvasSize, paint: (context: CanvasRenderingContext2D) => void): RefObject<HTMLCanvasElement | null> {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const element = canvas.current
    if (!element || size.width === 0 || size.height === 0) return
    const handle = requestAnimationFrame(() => {
      const scale = window.devicePixelRatio || 1
      const width = Math.round(size.width * scale)
      const height = Math.round(size.height * scale)
      if (element.width !== width || element.height !== height) {
        element.width = width
        element.height = height
      }
      const context = element.getContext('2d')
      if (!context) return
      context.setTransform(scale, 0, 0, scale, 0, 0)
      paint(context)
    })
    return () => cancelAnimationFrame(handle)
  }, [size, paint])
  return canvas
}
