// Finds a key that a JSON object repeats, which JSON.parse silently resolves in favour of the last one.

/**
 * @param text JSON that JSON.parse has already accepted
 * @returns the first key found twice in one object at any depth, or null
 */
export function findDuplicateKey(text: string): string | null {
  // one set of keys per open object, null per open array
  const open: (Set<string> | null)[] = []
  let lastString: string | null = null
  for (let i = 0; i < text.length; i++) {
    const char = text[i]
    if (char === '"') {
      const start = i
      for (i++; text[i] !== '"'; i++) if (text[i] === '\\') i++
      // decoded, so that an escaped spelling of the same name counts as the same
      lastString = JSON.parse(text.slice(start, i + 1)) as string
    } else if (char === ':') {
      const keys = open.at(-1)
      if (keys && lastString !== null) {
        if (keys.has(lastString)) return lastString
        keys.add(lastString)
      }
    } else if (char === '{') open.push(new Set())
    else if (char === '[') open.push(null)
    else if (char === '}' || char === ']') open.pop()
  }
  return null
}
