// Whether the jobs drawer is open; any screen may open it.
import { create } from 'zustand'

export const useJobsDrawer = create<{ isOpen: boolean; setOpen(isOpen: boolean): void }>((set) => ({
  isOpen: false,
  setOpen: (isOpen) => set({ isOpen }),
}))
