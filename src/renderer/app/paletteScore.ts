// Which entries of the palette answer what was typed, and which come first. Pure.

/** How well an entry answers what was typed, 0 for not at all: all words must occur, and it counts more where one begins with them. */
export function paletteScore(entry: string, typed: string): number {
  const text = entry.toLowerCase()
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean)
  if (!words.every((word) => text.includes(word))) return 0
  const begun = words.filter((word) => text.startsWith(word) || text.includes(` ${word}`)).length
  return (1 + begun + (text.startsWith(words[0] ?? '') ? 1 : 0)) / (2 + words.length)
}
