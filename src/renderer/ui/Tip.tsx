// A tooltip that names a control and its key. The control keeps its own accessible name.
import { Tooltip } from 'radix-ui'
import type { ReactNode } from 'react'
import './tip.css'

export function Tip({
  text,
  keys,
  side = 'top',
  children,
}: {
  text: ReactNode
  keys?: string
  side?: 'top' | 'right' | 'bottom' | 'left'
  children: ReactNode
}) {
  return (
    <Tooltip.Root>
      <Tooltip.Trigger asChild>{children}</Tooltip.Trigger>
      <Tooltip.Portal>
        <Tooltip.Content className="tip" side={side} sideOffset={6} collisionPadding={8}>
          {text}
          {keys ? <kbd>{keys}</kbd> : null}
        </Tooltip.Content>
      </Tooltip.Portal>
    </Tooltip.Root>
  )
}

export const TipProvider = ({ children }: { children: ReactNode }) => (
  <Tooltip.Provider delayDuration={450} skipDelayDuration={200}>
    {children}
  </Tooltip.Provider>
)
