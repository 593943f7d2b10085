// Colours of what is painted on the coding screen, in the current theme, as pixels and as canvas text need them.
import { useMemo } from 'react'
import { useTheme } from '../../../../app/theme'
import type { Colour } from './pixels'

const NAMES = {
  background: '--bg-0',
  lane: '--bg-1',
  line: '--line',
  text: '--text',
  softText: '--text-2',
  dim: '--text-3',
  accent: '--accent',
  accentSoft: '--accent-soft',
  curve: '--curve-fill',
  curveHot: '--curve',
  corrected: '--curve-corrected',
  threshold: '--threshold',
  playhead: '--playhead',
  warn: '--warn',
} as const

type ColourName = keyof typeof NAMES

export type TimelineColours = Readonly<Record<ColourName, Colour>> & {
  /** The same as CSS. */
  css: Readonly<Record<ColourName, string>>
  font: string
}

const known = new Map<string, Colour>()

/** Any CSS colour as parts; asked of the browser once for each. */
export function parseColour(css: string): Colour {
  const found = known.get(css)
  if (found) return found
  const context = new OffscreenCanvas(1, 1).getContext('2d')
  if (!context) return { red: 128, green: 128, blue: 128, alpha: 1 }
  context.fillStyle = css
  context.fillRect(0, 0, 1, 1)
  const [red = 0, green = 0, blue = 0, alpha = 255] = context.getImageData(0, 0, 1, 1).data
  const colour = { red, green, blue, alpha: alpha / 255 }
  known.set(css, colour)
  return colour
}

function readColours(element: Element): TimelineColours {
  const style = getComputedStyle(element)
  const names = Object.keys(NAMES) as ColourName[]
  const css = Object.fromEntries(names.map((name) => [name, style.getPropertyValue(NAMES[name]).trim()])) as Record<ColourName, string>
  const parts = Object.fromEntries(names.map((name) => [name, parseColour(css[name])])) as Record<ColourName, Colour>
  return { ...parts, css, font: style.getPropertyValue('--font-ui').trim() }
}

/** Colours follow the theme; read after the page has it. */
export function useColours(): TimelineColours {
  const theme = useTheme((state) => state.theme)
  return useMemo(() => {
    void theme
    return readColours(document.documentElement)
  }, [theme])
}
