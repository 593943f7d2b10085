// A tooltip that names a control and its key. It is a picture and nothing more: it takes no focus and no keys, so Escape always reaches what it is meant for.
import { Slot } from 'radix-ui'
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { create } from 'zustand'
import './tip.css'

type Side = 'top' | 'right' | 'bottom' | 'left'

interface Shown {
  of: HTMLElement
  text: ReactNode
  keys: string | undefined
  side: Side
}

/** Rest on a control before its tip appears; shorter while tips are being read one after the other. */
const DELAY_MS = 450
const NEXT_MS = 60
const STILL_READING_MS = 300
const TIP_ID = 'tip'

const useShown = create<{ shown: Shown | null }>(() => ({ shown: null }))
let timer: ReturnType<typeof setTimeout> | undefined
let hiddenAt = -Infinity

function hide(): void {
  clearTimeout(timer)
  if (useShown.getState().shown) hiddenAt = performance.now()
  useShown.setState({ shown: null })
}

function showSoon(tip: Shown, delay: number): void {
  clearTimeout(timer)
  const wait = performance.now() - hiddenAt < STILL_READING_MS ? NEXT_MS : delay
  timer = setTimeout(() => tip.of.isConnected && useShown.setState({ shown: tip }), wait)
}

export function Tip({ text, keys, side = 'top', children }: { text: ReactNode; keys?: string; side?: Side; children: ReactNode }) {
  return (
    <Slot.Root
      onPointerEnter={(event) => event.pointerType !== 'touch' && showSoon({ of: event.currentTarget, text, keys, side }, DELAY_MS)}
      onPointerLeave={hide}
      onPointerDown={hide}
      onFocus={(event) =>
        event.currentTarget.matches(':focus-visible') && showSoon({ of: event.currentTarget, text, keys, side }, DELAY_MS)
      }
      onBlur={hide}
    >
      {children}
    </Slot.Root>
  )
}

const GAP = 6
const MARGIN = 8

/** Where a tip goes: on its side, on the other where there is no room, and always inside the window. */
function place(of: DOMRect, tip: DOMRect, side: Side): { left: number; top: number } {
  const isAcross = side === 'left' || side === 'right'
  const spots: Record<Side, number> = {
    top: of.top - tip.height - GAP,
    bottom: of.bottom + GAP,
    left: of.left - tip.width - GAP,
    right: of.right + GAP,
  }
  const room = isAcross ? window.innerWidth - tip.width - MARGIN : window.innerHeight - tip.height - MARGIN
  const other: Record<Side, Side> = { top: 'bottom', bottom: 'top', left: 'right', right: 'left' }
  const along = spots[side] < MARGIN || spots[side] > room ? spots[other[side]] : spots[side]
  const centre = isAcross ? of.top + (of.height - tip.height) / 2 : of.left + (of.width - tip.width) / 2
  const most = isAcross ? window.innerHeight - tip.height - MARGIN : window.innerWidth - tip.width - MARGIN
  const across = Math.max(MARGIN, Math.min(most, centre))
  return isAcross ? { left: along, top: across } : { left: across, top: along }
}

/** The one tip of the window. */
function TipLayer() {
  const shown = useShown((state) => state.shown)
  const element = useRef<HTMLDivElement>(null)
  const [at, setAt] = useState({ left: 0, top: 0 })
  useLayoutEffect(() => {
    if (!shown || !element.current) return
    setAt(place(shown.of.getBoundingClientRect(), element.current.getBoundingClientRect(), shown.side))
    const before = shown.of.getAttribute('aria-describedby')
    if (before === null) shown.of.setAttribute('aria-describedby', TIP_ID)
    return () => {
      if (before === null) shown.of.removeAttribute('aria-describedby')
    }
  }, [shown])
  useEffect(() => {
    if (!shown) return
    // What is done with a key is seen without the tip; the key itself goes on to where it is meant for.
    const ends = ['keydown', 'wheel', 'blur'] as const
    for (const name of ends) window.addEventListener(name, hide, { capture: true, passive: true })
    return () => {
      for (const name of ends) window.removeEventListener(name, hide, { capture: true })
    }
  }, [shown])
  if (!shown) return null
  return createPortal(
    <div ref={element} id={TIP_ID} className="tip" role="tooltip" style={at}>
      {shown.text}
      {shown.keys ? <kbd>{shown.keys}</kbd> : null}
    </div>,
    document.body,
  )
}

export const TipProvider = ({ children }: { children: ReactNode }) => (
  <>
    {children}
    <TipLayer />
  </>
)
