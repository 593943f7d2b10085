// A dialog for the few things that need a form; closes with Escape and gives the focus back.
import X from 'lucide-react/icons/x'
import { Dialog as Radix } from 'radix-ui'
import { useRef, type ReactNode } from 'react'
import { strings } from '../app/strings'
import { IconButton } from './Button'
import { earlierFocus } from './returnFocus'
import './dialog.css'

interface DialogProps {
  title: string
  description?: string
  isOpen: boolean
  onClose(): void
  children: ReactNode
  /** Buttons at the bottom right. */
  footer?: ReactNode
  width?: number
}

export function Dialog({ title, description, isOpen, onClose, children, footer, width = 480 }: DialogProps) {
  const content = useRef<HTMLDivElement>(null)
  const opener = useRef<Element | null>(null)
  return (
    <Radix.Root open={isOpen} onOpenChange={(open) => !open && onClose()}>
      <Radix.Portal>
        <Radix.Overlay className="dialog-scrim" />
        <Radix.Content
          ref={content}
          className="dialog"
          style={{ width: `calc(${width}px * var(--scale))` }}
          onOpenAutoFocus={(event) => {
            opener.current = document.activeElement
            // Into the form rather than onto the button that closes it.
            const within = (part: string): HTMLElement | null | undefined =>
              content.current?.querySelector(`${part} :is(input, select, textarea, button, a):not([disabled])`)
            const first = within('.dialog-body') ?? within('.dialog-footer')
            if (!first || content.current?.contains(document.activeElement)) return
            event.preventDefault()
            first.focus()
          }}
          onCloseAutoFocus={(event) => {
            // An item of a menu has gone with its menu; the button that opened the menu has the focus back.
            const earlier = opener.current?.isConnected === false ? earlierFocus(content.current) : null
            if (!earlier) return
            event.preventDefault()
            earlier.focus()
          }}
          {...(description ? {} : { 'aria-describedby': undefined })}
        >
          <header className="spread">
            <Radix.Title asChild>
              <h2>{title}</h2>
            </Radix.Title>
            <Radix.Close asChild>
              <IconButton label={strings.common.close} className="small">
                <X size={16} />
              </IconButton>
            </Radix.Close>
          </header>
          {description ? <Radix.Description className="soft">{description}</Radix.Description> : null}
          <div className="dialog-body">{children}</div>
          {footer ? <footer className="row dialog-footer">{footer}</footer> : null}
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  )
}
