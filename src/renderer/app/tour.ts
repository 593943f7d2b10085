// Where the guided tour stands. The steps and their card are in features/help.
import { create } from 'zustand'

const KEY = 'auw.tour'

interface TourState {
  /** Step on screen, null while no tour runs. */
  step: number | null
  goTo(step: number): void
  /** Ends it, at its last step or before; it does not start by itself again. */
  end(): void
}

export const useTour = create<TourState>((set) => ({
  step: null,
  goTo: (step) => set({ step }),
  end() {
    localStorage.setItem(KEY, 'done')
    set({ step: null })
  },
}))

/** Whether somebody has been through the tour in this window's settings, or ended it. */
export const hasSeenTour = (): boolean => localStorage.getItem(KEY) === 'done'
