// The help panel: whether it is open and what it shows. Any screen may open it; what it looks like is features/help.
import { create } from 'zustand'

export type HelpTopic = 'atlas' | 'guide'

interface HelpState {
  isOpen: boolean
  topic: HelpTopic
  /** AU whose entry is shown, null for the list. */
  au: number | null
  patch(change: Partial<Omit<HelpState, 'patch'>>): void
}

export const useHelp = create<HelpState>((set) => ({
  isOpen: false,
  topic: 'guide',
  au: null,
  patch: (change) => set(change),
}))

/** Opens the help at the atlas: at the entry of an AU, or at the list. The address `#/help/12` does the same. */
export function openAtlas(au: number | null = null): void {
  useHelp.getState().patch({ isOpen: true, topic: 'atlas', au })
}
