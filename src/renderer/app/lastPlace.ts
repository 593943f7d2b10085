// Remembers the screen of this window, so that closing and opening comes back to it.
const KEY = 'auw.place'

export function rememberPlace(path: string): void {
  localStorage.setItem(KEY, path)
}

/** The remembered path, or null when there is none. */
export function lastPlace(): string | null {
  return localStorage.getItem(KEY)
}
