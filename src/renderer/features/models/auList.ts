// Reads a list of AU numbers as people type it. Pure.

/** `1, 2 AU4` gives [1, 2, 4], in the order typed; empty text gives []; null when something is no AU number or stands twice. */
export function parseAuList(text: string): number[] | null {
  const words = text.split(/[\s,;]+/).filter(Boolean)
  const aus = words.map((word) => (/^(?:au)?0*\d{1,2}$/i.test(word) ? Number(word.replace(/\D/g, '')) : 0))
  return aus.every((au) => au >= 1) && new Set(aus).size === aus.length ? aus : null
}
