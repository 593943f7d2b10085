// What the palette finds: entries that hold every word, those that begin with it first; never letters scattered over a name.
import { describe, expect, it } from 'vitest'
import { paletteScore } from '../../../src/renderer/app/paletteScore'

describe('the palette', () => {
  it('finds what holds the word, and not what merely holds its letters', () => {
    expect(paletteScore('Enlarge the picture pictureIn', 'pict')).toBeGreaterThan(0)
    expect(paletteScore('AU12 Lip corner puller atlas-12', 'pict')).toBe(0)
  })
  it('needs every word', () => {
    expect(paletteScore('S03 · synthetic_S03.mp4', 's03 synth')).toBeGreaterThan(0)
    expect(paletteScore('S03 · synthetic_S03.mp4', 's03 real')).toBe(0)
  })
  it('puts first what begins with the word, then what has a word that does', () => {
    const [first, second, third] = ['Models go-models', 'All models', 'Supermodels'].map((entry) => paletteScore(entry, 'mod'))
    expect(first).toBeGreaterThan(second ?? 1)
    expect(second).toBeGreaterThan(third ?? 1)
  })
})
