// Colours of coders: the Okabe-Ito palette, told apart in colour-blind vision as well; a coder's letters always stand beside the colour.

/** Okabe and Ito (2008), without black; the order is theirs. */
export const OKABE_ITO = ['#e69f00', '#56b4e9', '#009e73', '#f0e442', '#0072b2', '#d55e00', '#cc79a7'] as const

/** A colour per coder. Coders are sorted, so that a colour does not depend on who coded first in this video; beyond seven the colours repeat. */
export function coderColours(coders: Iterable<string>): ReadonlyMap<string, string> {
  const sorted = [...new Set(coders)].sort((a, b) => a.localeCompare(b))
  return new Map(sorted.map((coder, index) => [coder, OKABE_ITO[index % OKABE_ITO.length] ?? OKABE_ITO[0]]))
}
