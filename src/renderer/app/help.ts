// The help panel: whether it is open and what it shows. Any screen may open it; what it looks like is features/help.
import { create } from 'zustand'

export type HelpTopic = 'atlas' | 'guide'

interface HelpState {
  isOpen: boolean
  topic: HelpTopic
  /** AU whose entry is shown, null for the list. */
  au: number | null
  /** AU at work on the screen, which F1 opens; null where there is none. */
  contextAu: number | null
  patch(change: Partial<Omit<HelpState, 'patch'>>): void
}

export const useHelp = create<HelpState>((set) => ({
  isOpen: false,
  topic: 'guide',
  au: null,
  contextAu: null,
  patch: (change) => set(change),
}))

/** Opens or closes the help, at the AU at work where there is one. */
export function toggleHelp(): void {
  const { isOpen, contextAu, patch } = useHelp.getState()
  if (isOpen) patch({ isOpen: false })
  else if (contextAu !== null) openAtlas(contextAu)
  else patch({ isOpen: true })
}

/** Opens the help at the atlas: at the entry of an AU, or at the list. The address `#/help/12` does the same. */
export function openAtlas(au: number | null = null): void {
  useHelp.getState().patch({ isOpen: true, topic: 'atlas', au })
}
