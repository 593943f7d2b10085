// Buttons of every screen: text, text with icon, and icon alone with a tooltip that names it and its key.
import type { ButtonHTMLAttributes, ReactNode } from 'react'
import { Tip } from './Tip'
import './button.css'

type Tone = 'plain' | 'primary' | 'quiet' | 'danger'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  tone?: Tone
  icon?: ReactNode
  isBusy?: boolean
}

export function Button({ tone = 'plain', icon, isBusy = false, children, className = '', disabled, ...rest }: ButtonProps) {
  return (
    <button type="button" {...rest} className={`button ${tone} ${className}`} disabled={disabled || isBusy} aria-busy={isBusy || undefined}>
      {isBusy ? <span className="spinner" aria-hidden /> : icon}
      {children}
    </button>
  )
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  /** Accessible name and tooltip. */
  label: string
  /** Key shown in the tooltip. */
  keys?: string
  isPressed?: boolean
}

export function IconButton({ label, keys, isPressed, children, className = '', ...rest }: IconButtonProps) {
  return (
    <Tip text={label} keys={keys}>
      <button type="button" {...rest} className={`icon-button ${className}`} aria-label={label} aria-pressed={isPressed}>
        {children}
      </button>
    </Tip>
  )
}
