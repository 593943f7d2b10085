// Dark or light as state, for the controls that change it.
import { create } from 'zustand'
import { rememberedTheme, rememberTheme, type Theme } from './appliedTheme'

interface ThemeState {
  theme: Theme
  setTheme(theme: Theme): void
}

export const useTheme = create<ThemeState>((set) => ({
  theme: rememberedTheme(),
  setTheme(theme) {
    rememberTheme(theme)
    set({ theme })
  },
}))
