// The list behind the command palette: each screen adds what can be done on it while it is shown.
import { useEffect } from 'react'
import { create } from 'zustand'

export interface Command {
  id: string
  label: string
  group: string
  /** Key as shown, for example `Ctrl Z`. The palette does not bind it. */
  keys?: string
  isDisabled?: boolean
  run(): void
}

interface CommandState {
  bySource: ReadonlyMap<string, readonly Command[]>
  isPaletteOpen: boolean
  register(source: string, commands: readonly Command[]): void
  unregister(source: string): void
  setPaletteOpen(isOpen: boolean): void
}

export const useCommandStore = create<CommandState>((set) => ({
  bySource: new Map(),
  isPaletteOpen: false,
  register: (source, commands) => set((state) => ({ bySource: new Map(state.bySource).set(source, commands) })),
  unregister: (source) =>
    set((state) => {
      const next = new Map(state.bySource)
      next.delete(source)
      return { bySource: next }
    }),
  setPaletteOpen: (isPaletteOpen) => set({ isPaletteOpen }),
}))

/** Keeps a screen's commands in the palette while it is mounted. Give a memoised list. */
export function useCommands(source: string, commands: readonly Command[]): void {
  useEffect(() => {
    useCommandStore.getState().register(source, commands)
    return () => useCommandStore.getState().unregister(source)
  }, [source, commands])
}
