// One section of the settings.
import type { ReactNode } from 'react'

export function Section({ id, title, children, action }: { id: string; title: string; children: ReactNode; action?: ReactNode }) {
  return (
    <section id={id} className="card settings-section" aria-label={title}>
      <header className="spread">
        <h2>{title}</h2>
        {action}
      </header>
      {children}
    </section>
  )
}
