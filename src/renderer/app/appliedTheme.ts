// Which theme this machine's windows use, and putting it on the page. Apart from theme.ts, whose store reads it once when it is loaded.
export type Theme = 'dark' | 'light'

const KEY = 'auw.theme'

/** Dark unless chosen otherwise. */
export const rememberedTheme = (): Theme => (localStorage.getItem(KEY) === 'light' ? 'light' : 'dark')

/** Puts a theme on the page, by default the remembered one. */
export function applyTheme(theme: Theme = rememberedTheme()): void {
  document.documentElement.dataset.theme = theme
}

export function rememberTheme(theme: Theme): void {
  localStorage.setItem(KEY, theme)
  applyTheme(theme)
}
