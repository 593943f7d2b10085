// Which steps of the log this window made itself: their hints bring nothing new, since the answers said what they did.
import type { EditSummary } from '@shared/labels'

interface Steps {
  /** Answered and not yet hinted at; hints arrive within a second, so the set stays small. */
  answered: Set<number>
  newest: number
  /** Changes asked for and not yet answered. */
  waiting: number
  /** Steps made by this window, and those of others that a person here has decided to take back. */
  made: Set<number>
}

const projects = new Map<string, Steps>()
/** Hints that were lost with the connection leave their steps behind; beyond this many they are forgotten, which costs one question. */
const MOST = 1000

function stepsOf(project: string): Steps {
  const known = projects.get(project)
  if (known) return known
  const steps: Steps = { answered: new Set(), newest: 0, waiting: 0, made: new Set() }
  projects.set(project, steps)
  return steps
}

/** Says that a change is on its way to the backend. Each call is followed by one of `noteAnswer`. */
export function noteRequest(project: string): void {
  stepsOf(project).waiting++
}

/** @param revision the step that the answer named; null where nothing was changed or the change was refused */
export function noteAnswer(project: string, revision: number | null): void {
  const steps = stepsOf(project)
  steps.waiting--
  if (revision === null) return
  if (steps.answered.size >= MOST) steps.answered.clear()
  steps.answered.add(revision)
  steps.made.add(revision)
  steps.newest = Math.max(steps.newest, revision)
}

/** Whose step a hint is about. `unknown`: it may be one that this window waits for; answers come in order, so a step older than the newest is another's. */
export function ownerOf(project: string, revision: number | null): 'own' | 'other' | 'unknown' {
  const steps = stepsOf(project)
  if (revision === null) return 'other'
  if (steps.answered.delete(revision)) return 'own'
  return steps.waiting > 0 && revision > steps.newest ? 'unknown' : 'other'
}

/**
 * Whether another window, or a command, made a step since this window opened; undoing it is for a person to decide. By the step's own time and not by hints, which
 * may come late: the backend runs on the same machine, so there is one clock.
 */
export const isOthers = (project: string, { id, madeAt }: Pick<EditSummary, 'id' | 'madeAt'>): boolean =>
  !stepsOf(project).made.has(id) && Date.parse(madeAt) > performance.timeOrigin

/** Counts a step as this window's: one that was made without {@link noteRequest}, or another's that a person wants to undo or redo all the same. */
export const countAsOwn = (project: string, step: number): void => void stepsOf(project).made.add(step)
