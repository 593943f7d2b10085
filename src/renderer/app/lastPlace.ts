// Remembers the screen of this window, so that closing and opening comes back to it.
const KEY = 'auw.place'

/** Addresses that only lead on to a screen. */
const isPassage = (path: string): boolean => path === '/' || path.startsWith('/help')

export function rememberPlace(path: string): void {
  if (!isPassage(path)) localStorage.setItem(KEY, path)
}

/** The remembered path, or null when there is none. */
export function lastPlace(): string | null {
  return localStorage.getItem(KEY)
}
