// Lets a screen put its own things into the bar at the top of the window.
import { useSyncExternalStore, type ReactNode } from 'react'
import { createPortal } from 'react-dom'

let slot: HTMLElement | null = null
const listeners = new Set<() => void>()

/** Called by the frame with the element that holds a screen's things. */
export function provideSlot(element: HTMLElement | null): void {
  slot = element
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function BarSlot({ children }: { children: ReactNode }) {
  const element = useSyncExternalStore(subscribe, () => slot)
  return element ? createPortal(children, element) : null
}
