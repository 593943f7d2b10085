// How coders look: the Okabe-Ito palette, told apart in colour-blind vision as well, with a pattern beside each colour.
import type { Colour } from '../timeline/paint/pixels'
import type { CoderLook, CoderPattern } from '../timeline/paint/lanesPicture'

/** Okabe and Ito (2008), without black; the order is theirs. */
export const OKABE_ITO = ['#e69f00', '#56b4e9', '#009e73', '#f0e442', '#0072b2', '#d55e00', '#cc79a7'] as const
const PATTERNS: readonly CoderPattern[] = ['solid', 'dashes', 'dots', 'pairs']

/** Parts of `#rrggbb`. */
function partsOf(hex: string): Colour {
  const value = Number.parseInt(hex.slice(1), 16)
  return { red: value >> 16, green: (value >> 8) & 255, blue: value & 255, alpha: 1 }
}

/** A look per coder. Coders are sorted, so that a colour does not depend on who coded first in this video; beyond seven the colours repeat with other patterns. */
export function coderLooks(coders: Iterable<string>): ReadonlyMap<string, CoderLook> {
  const sorted = [...new Set(coders)].sort((a, b) => a.localeCompare(b))
  return new Map(
    sorted.map((coder, index) => {
      const css = OKABE_ITO[index % OKABE_ITO.length] ?? OKABE_ITO[0]
      return [coder, { css, colour: partsOf(css), pattern: PATTERNS[index % PATTERNS.length] ?? 'solid' }]
    }),
  )
}
