// How a project's list of videos is looked at (filter, list or matrix), remembered per project.
import { useState } from 'react'
import type { StateFilter } from './videoFilter'

export interface ProjectView {
  text: string
  state: StateFilter
  layout: 'list' | 'matrix'
}

const key = (project: string): string => `auw.project.${project}`
const FIRST: ProjectView = { text: '', state: 'all', layout: 'list' }

function remembered(project: string): ProjectView {
  try {
    return { ...FIRST, ...(JSON.parse(localStorage.getItem(key(project)) ?? '{}') as Partial<ProjectView>) }
  } catch {
    return FIRST
  }
}

export function useProjectView(project: string): [ProjectView, (change: Partial<ProjectView>) => void] {
  const [view, setView] = useState(() => remembered(project))
  const change = (part: Partial<ProjectView>): void => {
    const next = { ...view, ...part }
    localStorage.setItem(key(project), JSON.stringify(next))
    setView(next)
  }
  return [view, change]
}
