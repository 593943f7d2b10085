// Which steps of the log this window made itself: their hints bring nothing new, since the answers said what they did.

interface Steps {
  /** Answered and not yet hinted at; hints arrive within a second, so the set stays small. */
  answered: Set<number>
  newest: number
  /** Changes asked for and not yet answered. */
  waiting: number
  /** Steps made by this window, and those that other windows made while it was open. */
  made: Set<number>
  others: Set<number>
}

const projects = new Map<string, Steps>()
/** Hints that were lost with the connection leave their steps behind; beyond this many they are forgotten, which costs one question. */
const MOST = 1000

function stepsOf(project: string): Steps {
  const known = projects.get(project)
  if (known) return known
  const steps: Steps = { answered: new Set(), newest: 0, waiting: 0, made: new Set(), others: new Set() }
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
  steps.others.delete(revision)
  steps.newest = Math.max(steps.newest, revision)
}

/** Whose step a hint is about. `unknown`: it may be one that this window waits for; answers come in order, so a step older than the newest is another's. */
export function ownerOf(project: string, revision: number | null): 'own' | 'other' | 'unknown' {
  const steps = stepsOf(project)
  if (revision === null) return 'other'
  if (steps.answered.delete(revision)) return 'own'
  if (steps.waiting > 0 && revision > steps.newest) return 'unknown'
  if (!steps.made.has(revision)) steps.others.add(revision)
  return 'other'
}

/** Whether another window made a step while this one was open; undoing it is for a person to decide. */
export const isOthers = (project: string, step: number): boolean => projects.get(project)?.others.has(step) === true

/** Says that a person wants to undo or redo another window's step. */
export const allowOthers = (project: string, step: number): void => void projects.get(project)?.others.delete(step)
