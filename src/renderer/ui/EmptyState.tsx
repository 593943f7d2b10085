// What a screen shows before there is anything: one sentence and the next step.
import type { ReactNode } from 'react'
import './emptyState.css'

export function EmptyState({
  icon,
  title,
  children,
  action,
}: {
  icon?: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
}) {
  return (
    <div className="empty-state">
      {icon ? (
        <div className="empty-icon" aria-hidden>
          {icon}
        </div>
      ) : null}
      <h2>{title}</h2>
      {children ? <div className="soft empty-text">{children}</div> : null}
      {action ? <div className="row wrap">{action}</div> : null}
    </div>
  )
}

export function Loading({ label }: { label: string }) {
  return (
    <div className="loading" role="status">
      <span className="spinner" aria-hidden />
      {label}
    </div>
  )
}
