// Pure parts of the training screen: lines of metrics as series, settings by path, figures as text.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { metricKey, oneSeries, seriesOf, thinned } from '@renderer/features/training/runSeries'
import { figureText, intervalText, signedText } from '@renderer/ui/figureText'
import { configurationOf, editorOf, groupOf, PLAIN_SETTINGS, valueAt } from '@renderer/features/training/settingFields'
import { trainingStrings } from '@renderer/app/trainingStrings'
import { DEFAULT_TRAINING, trainingConfig } from '@shared/training'
import type { RunMetric } from '@shared/runMetrics'
import { TRAINING_SETTINGS } from '@shared/trainingSettings'

const step = (fold: number, at: number, auLoss: number, identityLoss: number | null = null): RunMetric => ({
  kind: 'step',
  fold,
  step: at,
  epoch: at / 10,
  auLoss,
  identityLoss,
  rate: 1e-3,
  gradientNorm: 1,
  samplesPerSecond: 5,
  at: '', // prettier-ignore
})

describe('series', () => {
  it('are one a fold, in order, without what was not measured', () => {
    const series = seriesOf([
      step(1, 10, 0.5),
      step(0, 10, 0.7, 0.2),
      step(0, 20, 0.6, 0.1),
      { kind: 'evaluation', fold: 0, step: 20, epoch: 2, validationF1: 0.4, testF1: null, at: '' },
      { kind: 'phase', fold: 1, phase: 'Fold 2 started', at: '' },
    ])
    expect(series.auLoss.map(({ fold, points }) => [fold, points.length])).toEqual([[0, 2], [1, 1]]) // prettier-ignore
    expect(series.identityLoss.map(({ fold }) => fold)).toEqual([0])
    expect(series.testF1).toEqual([])
    expect(series.validationF1[0]?.points).toEqual([{ x: 2, y: 0.4 }])
    expect(series).toMatchObject({ phase: 'Fold 2 started', last: { step: 20 } })
  })

  it('of a run without folds are one, without what was not measured, or none', () => {
    expect(oneSeries([{ epoch: 1, value: 0.5 }, { epoch: 2, value: null }])).toEqual([{ fold: 0, points: [{ x: 1, y: 0.5 }] }]) // prettier-ignore
    expect(oneSeries([{ epoch: 1, value: null }])).toEqual([])
  })

  it('know a step that a resumed run computed again', () => {
    expect(metricKey(step(0, 10, 0.5))).toBe(metricKey(step(0, 10, 0.4)))
    expect(metricKey(step(0, 10, 0.5))).not.toBe(metricKey(step(1, 10, 0.5)))
  })

  it('thinned keep their end and their range, and are never longer than asked', () => {
    const points = fc.array(fc.record({ x: fc.nat(1000), y: fc.double({ min: -5, max: 5, noNaN: true }) }), {
      minLength: 1,
      maxLength: 300,
    })
    fc.assert(
      fc.property(points, fc.integer({ min: 1, max: 50 }), (list, most) => {
        const kept = thinned(list, most)
        expect(kept.length).toBeLessThanOrEqual(Math.max(most, 1))
        expect(kept.at(-1)).toEqual(list.at(-1))
        const ys = list.map(({ y }) => y)
        for (const { y } of kept) {
          expect(y).toBeGreaterThanOrEqual(Math.min(...ys) - 1e-9)
          expect(y).toBeLessThanOrEqual(Math.max(...ys) + 1e-9)
        }
      }),
    )
  })
})

describe('settings', () => {
  it('can all be edited, and stand in a named group', () => {
    for (const { path } of TRAINING_SETTINGS) {
      expect(editorOf(path), path).not.toBeNull()
      expect(trainingStrings.groups[groupOf(path) as keyof typeof trainingStrings.groups], path).toBeTruthy()
      expect(valueAt(DEFAULT_TRAINING, path), path).not.toBeUndefined()
    }
    for (const path of PLAIN_SETTINGS) expect(TRAINING_SETTINGS.map((one) => one.path)).toContain(path)
  })

  it('lay changes by path into what the backend takes', () => {
    const changes = { 'identity.lambda': 2, 'optimisation.epochs': 5, 'optimisation.warmupEpochs': 1, seed: 7 }
    expect(configurationOf(changes)).toEqual({ identity: { lambda: 2 }, optimisation: { epochs: 5, warmupEpochs: 1 }, seed: 7 })
    const config = trainingConfig(configurationOf(changes))
    for (const [path, value] of Object.entries(changes)) expect(valueAt(config, path)).toBe(value)
  })

  it('offer only choices that have words', () => {
    for (const { path } of TRAINING_SETTINGS) {
      const editor = editorOf(path)
      if (editor?.kind !== 'choice') continue
      for (const value of editor.values) expect(trainingStrings.choices[String(value) as keyof typeof trainingStrings.choices]).toBeTruthy()
    }
  })
})

describe('figures', () => {
  it('say undefined with a dash and carry a true minus sign', () => {
    expect([figureText(null), figureText(0.456), figureText(-0.16), figureText(-0.001)]).toEqual(['–', '0.46', '−0.16', '0.00'])
    expect([signedText(0.08), signedText(-0.031), signedText(-0.001)]).toEqual(['+0.08', '−0.03', '0.00'])
    const below = intervalText({ low: -0.05, high: -0.001 })
    expect([intervalText(null), intervalText({ low: 0.511, high: 0.7249 }), below]).toEqual(['', '0.51–0.72', '−0.05 to 0.00'])
  })
})
