// Sizes of files and of memory as people read them, in the window and the terminal alike.

/** Decimal units, as file managers show them: `0 B`, `1.2 MB`, `147 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB']
  let value = bytes
  let index = 0
  while (value >= 999.5 && index < units.length - 1) {
    value /= 1000
    index++
  }
  return `${index === 0 || value >= 99.5 ? Math.round(value) : value.toFixed(1)} ${units[index] ?? 'B'}`
}
