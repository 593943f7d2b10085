// What synthetic faces do: contradictions are settled, time runs smoothly from onset to offset, and the shortcut is planted in training subjects alone.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drawPropensities } from '@compute/synthetic/subjectTruth'
import { Random } from '@ml/random'
import { DEFAULT_SYNTH, synthConfig, type SynthConfig } from '@shared/synth'
import { lipsPart, settleContradictions, SYNTHETIC_AUS, strongerSide, type FaceAction } from '@vision/synthetic/actionUnits'
import { drawCombination, drawExpression } from '@vision/synthetic/expressions'
import { drawTimeline } from '@vision/synthetic/timeline'

const share = fc.double({ min: 0, max: 1, noNaN: true })
const action = fc
  .uniqueArray(fc.record({ au: fc.constantFrom(...SYNTHETIC_AUS), left: share, right: share }), { selector: ({ au }) => au, maxLength: 21 })
  .map((list): FaceAction => new Map(list.map(({ au, left, right }) => [au, { left, right }])))

describe('contradictions', () => {
  it('only ever lowers intensities, keeps them within 0 and 1, and leaves nothing impossible', () => {
    fc.assert(
      fc.property(action, (given) => {
        const before = structuredClone(given)
        settleContradictions(given)
        for (const [au, { left, right }] of given) {
          const old = before.get(au)!
          expect(left).toBeGreaterThanOrEqual(0)
          expect(left).toBeLessThanOrEqual(old.left)
          expect(right).toBeLessThanOrEqual(old.right)
        }
        const strongest = (au: number): number => strongerSide(given.get(au) ?? { left: 0, right: 0 })
        // a mouth whose corners go fully up does not go down, and pressed lips do not part
        if (strongest(12) === 1) expect(strongest(15)).toBe(0)
        if (strongest(24) === 1) expect(strongest(25)).toBe(0)
      }),
    )
  })

  it('measures parted lips from 0 at rest to 1, and never beyond', () => {
    expect(lipsPart(0.2, 0.2)).toBe(0)
    expect(lipsPart(5, 0)).toBe(1)
    expect(lipsPart(0.5, 0)).toBeGreaterThan(0.3)
  })
})

describe('time', () => {
  const style = {
    seconds: 20,
    expression: { intensity: { from: 0.5, to: 1 }, oneSidedShare: 0.1, asymmetry: 0.1 },
    eventsPerMinute: 30,
    blinksPerMinute: 20,
    idleMovement: 0.5,
    pose: { yaw: 0.1, pitch: 0.1, roll: 0.05, drift: 0.1 },
    occlusionsPerMinute: 6,
    occluderKinds: ['bar', 'hand'] as const,
  }
  const timeline = (seed: number) =>
    drawTimeline(Random.seeded(seed), { ...style, occluderKinds: [...style.occluderKinds] }, new Map(), [200, 160, 140])

  it('rises and falls without jumps, blinks included, and gives the same for the same seed', () => {
    const line = timeline(3)
    const again = timeline(3)
    let shown = 0
    for (let frame = 1; frame < 20 * 100; frame++) {
      const [now, before] = [line.at(frame / 100), line.at((frame - 1) / 100)]
      expect(again.at(frame / 100)).toEqual(now)
      for (const au of SYNTHETIC_AUS) {
        const step =
          strongerSide(now.action.get(au) ?? { left: 0, right: 0 }) - strongerSide(before.action.get(au) ?? { left: 0, right: 0 })
        // a blink closes within 70 ms, so a hundredth of a second moves it by a quarter at most
        expect(Math.abs(step), `AU${au} at ${frame / 100} s`).toBeLessThan(0.3)
        if ((now.action.get(au)?.left ?? 0) > 0.3) shown++
      }
      expect(Math.abs(now.pose.yaw - before.pose.yaw)).toBeLessThan(0.02)
    }
    expect(shown).toBeGreaterThan(100)
  })

  it('shows a face at rest when nothing was asked for', () => {
    const still = drawTimeline(
      Random.seeded(1),
      { ...style, occluderKinds: ['bar'], eventsPerMinute: 0, blinksPerMinute: 0, occlusionsPerMinute: 0 },
      new Map(),
      [200, 160, 140],
    )
    for (let second = 0; second < 20; second++) {
      expect([...still.at(second).action.values()].every(({ left, right }) => left === 0 && right === 0)).toBe(true)
      expect(still.at(second).occluder).toBeNull()
    }
  })
})

describe('shortcut', () => {
  const config = (strength: number): SynthConfig => synthConfig({ seed: 4, shortcut: { strength, aus: [1, 4, 12], factor: 8 } })

  it('is drawn for training subjects alone, and grows with its strength', () => {
    expect(drawPropensities(config(0), { role: 'train', index: 1 }).size).toBe(0)
    expect(drawPropensities(config(1), { role: 'held-out', index: 1 }).size).toBe(0)
    const seen = new Set<number>()
    for (let index = 1; index <= 20; index++)
      for (const factor of drawPropensities(config(1), { role: 'train', index }).values()) seen.add(factor)
    expect([...seen].sort()).toEqual([1 / 8, 8])
    const half = [...drawPropensities(config(0.5), { role: 'train', index: 1 }).values()]
    expect(half.every((factor) => Math.abs(Math.abs(Math.log(factor)) - Math.log(Math.sqrt(8))) < 1e-9)).toBe(true)
  })

  it('makes an AU frequent or rare, both in combinations and in single pictures', () => {
    const rate = (propensity: number, draw: (chance: Random, of: ReadonlyMap<number, number>) => boolean): number => {
      const chance = Random.seeded(2)
      let count = 0
      for (let i = 0; i < 3000; i++) count += Number(draw(chance, new Map([[4, propensity]])))
      return count / 3000
    }
    const inCombination = (chance: Random, of: ReadonlyMap<number, number>): boolean => drawCombination(chance, of).aus.includes(4)
    const inPicture = (chance: Random, of: ReadonlyMap<number, number>): boolean =>
      drawExpression(chance, { intensity: { from: 0.5, to: 1 }, oneSidedShare: 0, asymmetry: 0 }, of).has(4)
    for (const draw of [inCombination, inPicture]) {
      expect(rate(8, draw)).toBeGreaterThan(1.8 * rate(1, draw))
      expect(rate(1 / 8, draw)).toBeLessThan(0.5 * rate(1, draw))
    }
  })
})

describe('settings', () => {
  it('refuses what is out of range and says where, and takes any part', () => {
    expect(synthConfig({ video: { seconds: 3 } })).toMatchObject({ video: { seconds: 3, size: DEFAULT_SYNTH.video.size } })
    expect(() => synthConfig({ video: { size: 33 } })).toThrow(/video\.size/)
    expect(() => synthConfig({ shortcut: { strength: 2 } })).toThrow(/shortcut\.strength/)
    expect(() => synthConfig({ subjects: { train: 0, heldOut: 0 } })).toThrow(/No subjects/)
    expect(() => synthConfig({ colour: 3 })).toThrow()
  })
})
