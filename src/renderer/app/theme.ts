// Dark or light, remembered on this machine. Dark unless chosen otherwise.
import { create } from 'zustand'

export type Theme = 'dark' | 'light'
const KEY = 'auw.theme'

const stored = (): Theme => (localStorage.getItem(KEY) === 'light' ? 'light' : 'dark')

interface ThemeState {
  theme: Theme
  setTheme(theme: Theme): void
}

export const useTheme = create<ThemeState>((set) => ({
  theme: stored(),
  setTheme(theme) {
    localStorage.setItem(KEY, theme)
    document.documentElement.dataset.theme = theme
    set({ theme })
  },
}))

/** Puts the remembered theme on the page; called once before the first paint. */
export function applyTheme(): void {
  document.documentElement.dataset.theme = stored()
}
