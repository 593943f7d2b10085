// How far a video has come, as a small mark that shape and word tell apart, not colour alone.
import type { StageState } from '@shared/project'
import { strings } from '../app/strings'
import './stateMark.css'

const WORDS: Record<StageState, string> = {
  none: strings.project.stateNone,
  partial: strings.project.statePartial,
  done: strings.project.stateDone,
}

interface StateMarkProps {
  state: StageState
  label: string
  isBusy?: boolean
  /** Shows only the mark; the words stay for tooltips and screen readers. */
  isShort?: boolean
}

export function StateMark({ state, label, isBusy = false, isShort = false }: StateMarkProps) {
  return (
    <span className={`state-mark ${state} ${isBusy ? 'busy' : ''}`} title={`${label}: ${WORDS[state]}`}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden>
        <circle cx="6" cy="6" r="4.5" fill="none" stroke="currentColor" strokeWidth="1.5" />
        {state === 'partial' ? <path d="M6 1.5a4.5 4.5 0 0 1 0 9z" fill="currentColor" /> : null}
        {state === 'done' ? (
          <>
            <circle cx="6" cy="6" r="4.5" fill="currentColor" />
            <path d="M3.8 6.2l1.5 1.5 2.9-3.2" fill="none" stroke="var(--bg-1)" strokeWidth="1.4" />
          </>
        ) : null}
      </svg>
      <span className={isShort ? 'visually-hidden' : undefined}>{label}</span>
      <span className="visually-hidden">{WORDS[state]}</span>
    </span>
  )
}
