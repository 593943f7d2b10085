// The atlas has a picture of every AU that the demo tables hold; the tour's card stays in the window and off its control.
import fc from 'fast-check'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from 'vitest'
import { placeCard } from '@renderer/features/help/tourSteps'
import facts from '@renderer/features/help/pictures/pictures.json'

const root = resolve(import.meta.dirname, '../../..')
const folder = join(root, 'src/renderer/features/help/pictures')

describe('pictures of the atlas', () => {
  it('exist for every AU that a demo subject shows, at the frame that the table names', () => {
    const tables = new Map(
      Object.keys(facts.neutralFrames).map((subject) => {
        const [header = '', ...lines] = readFileSync(join(root, `resources/demo/synthetic_${subject}.csv`), 'utf8')
          .trim()
          .split(/\r?\n/)
        return [subject, { columns: header.split(','), rows: lines.map((line) => line.split(',')) }]
      }),
    )
    const names = new Set(readdirSync(folder))
    const [any] = tables.values()
    expect(facts.pictures).toHaveLength((any?.columns.length ?? 0) - 1)
    for (const { au, subject, frame, intensity } of facts.pictures) {
      const table = tables.get(subject)
      const column = table?.columns.indexOf(`AU${String(au).padStart(2, '0')}`) ?? -1
      expect(Number(table?.rows[frame]?.[column])).toBe(intensity)
      expect(intensity).toBeGreaterThanOrEqual(0.3)
      expect(names.has(`au${au}.webp`) && names.has(`neutral-${subject}.webp`)).toBe(true)
    }
    for (const [subject, frame] of Object.entries(facts.neutralFrames))
      expect(
        tables
          .get(subject)
          ?.rows[frame]?.slice(1)
          .every((value) => Number(value) === 0),
      ).toBe(true)
  })

  it('are small', () => {
    const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0)
    expect(bytes).toBeLessThan(1_500_000)
  })
})

describe('placeCard', () => {
  const card = { width: 330, height: 210 }
  it('keeps the card inside the window, and off the control where there is room beside it', () => {
    fc.assert(
      fc.property(
        fc.record({ width: fc.integer({ min: 800, max: 3000 }), height: fc.integer({ min: 600, max: 2000 }) }),
        fc.tuple(
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.double({ min: 0, max: 1, noNaN: true }),
          fc.double({ min: 0.01, max: 1, noNaN: true }),
          fc.double({ min: 0.01, max: 1, noNaN: true }),
        ),
        (view, [x, y, w, h]) => {
          const target = { left: x * view.width * (1 - w), top: y * view.height * (1 - h), width: w * view.width, height: h * view.height }
          const { left, top } = placeCard(target, card, view)
          expect(left).toBeGreaterThanOrEqual(0)
          expect(top).toBeGreaterThanOrEqual(0)
          expect(left + card.width).toBeLessThanOrEqual(view.width)
          expect(top + card.height).toBeLessThanOrEqual(view.height)
          const hasRoom = view.width - target.left - target.width >= card.width + 24
          if (hasRoom) expect(left).toBeGreaterThanOrEqual(target.left + target.width)
        },
      ),
    )
  })
})
