// A bar between two panels that is dragged or moved by arrow keys; sizes are remembered on this machine.
import { useCallback, useEffect, useState, type KeyboardEvent, type PointerEvent } from 'react'
import { strings } from '../../../app/strings'

/** Calls for another rendering when the window's size changes. */
function useWindowSize(): void {
  const [, setSize] = useState('')
  useEffect(() => {
    const onResize = (): void => setSize(`${window.innerWidth} ${window.innerHeight}`)
    window.addEventListener('resize', onResize)
    return () => window.removeEventListener('resize', onResize)
  }, [])
}

/** A remembered number of pixels within bounds; until somebody has moved the bar it is what `first` says of the present window. */
export function usePanelSize(name: string, first: () => number, least: () => number, most: () => number): [number, (size: number) => void] {
  const key = `auw.panel.${name}`
  const [size, setSize] = useState(() => Number(localStorage.getItem(key)) || null)
  useWindowSize()
  const change = useCallback(
    (next: number) => {
      const kept = Math.round(Math.max(least(), Math.min(most(), next)))
      localStorage.setItem(key, String(kept))
      setSize(kept)
    },
    [key, least, most],
  )
  return [Math.max(least(), Math.min(most(), size ?? first())), change]
}

interface SplitterProps {
  orientation: 'horizontal' | 'vertical'
  size: number
  onSize(size: number): void
}

/** The panel that is sized lies after the bar: dragging towards the start makes it larger. */
export function Splitter({ orientation, size, onSize }: SplitterProps) {
  const move = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.buttons !== 1) return
    onSize(size - (orientation === 'vertical' ? event.movementX : event.movementY))
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: 16, ArrowUp: 16, ArrowRight: -16, ArrowDown: -16 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    onSize(size + step)
  }
  return (
    <div
      className={`splitter ${orientation}`}
      role="separator"
      aria-orientation={orientation}
      aria-label={strings.coding.panelResize}
      aria-valuenow={size}
      tabIndex={0}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={move}
      onKeyDown={onKeyDown}
    />
  )
}
