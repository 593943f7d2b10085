// Pictures of AUs on the synthetic demo subjects, with where each comes from. Made by scripts/atlasPictures.mjs.
import facts from './pictures/pictures.json'

const urls = import.meta.glob<string>('./pictures/*.webp', { eager: true, query: '?url&no-inline', import: 'default' })

export interface AtlasPicture {
  /** Address of the picture of the AU, and of the same subject at rest. */
  url: string
  neutralUrl: string
  subject: string
  frame: number
  /** Known intensity, 0-1. */
  intensity: number
  /** Other AUs present in the frame, strongest first. */
  also: readonly { au: number; intensity: number }[]
}

/** The picture of an AU; null where no demo subject shows it. */
export function atlasPicture(au: number): AtlasPicture | null {
  const found = facts.pictures.find((picture) => picture.au === au)
  const url = urls[`./pictures/au${au}.webp`]
  const neutralUrl = urls[`./pictures/neutral-${found?.subject ?? ''}.webp`]
  if (!found || !url || !neutralUrl) return null
  const also = [...found.also].sort((a, b) => b.intensity - a.intensity)
  return { url, neutralUrl, subject: found.subject, frame: found.frame, intensity: found.intensity, also }
}
