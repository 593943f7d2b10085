// The wheel over the lanes: zooms at the pointer, sideways or with Shift it scrolls through time, with Alt through the lanes.
import { useEffect, type RefObject } from 'react'
import { useCoding } from '../codingStore'
import { panView, xToPosition, zoomView } from './scale'

/** Zoom of one pixel of wheel, as an exponent; a notch of 100 pixels zooms by a quarter. */
const ZOOM_PER_PIXEL = 0.0022

export function useWheel(element: RefObject<HTMLElement | null>): void {
  // React listens to wheels passively; zooming must keep the page still.
  useEffect(() => {
    const target = element.current
    if (!target) return
    const onWheel = (event: WheelEvent): void => {
      if (event.altKey) return
      const state = useCoding.getState()
      const width = target.clientWidth
      const framesPerPixel = (state.view.end - state.view.start) / Math.max(1, width)
      event.preventDefault()
      const isSideways = Math.abs(event.deltaX) > Math.abs(event.deltaY)
      if (isSideways || event.shiftKey) {
        state.setView(panView(state.view, (isSideways ? event.deltaX : event.deltaY) * framesPerPixel, state.frameCount))
        return
      }
      const anchor = xToPosition(state.view, width, event.clientX - target.getBoundingClientRect().left)
      state.setView(zoomView(state.view, Math.exp(-event.deltaY * ZOOM_PER_PIXEL), anchor, state.frameCount))
    }
    target.addEventListener('wheel', onWheel, { passive: false })
    return () => target.removeEventListener('wheel', onWheel)
  }, [element])
}
