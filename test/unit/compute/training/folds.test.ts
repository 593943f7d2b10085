// Folds keep whole subjects apart, whatever the plan; a subject on both sides is refused by name and by the content of a video, before anything is written.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { assertNoLeak, planFolds } from '@compute/training/folds'
import { trainRun } from '@compute/training/trainRun'
import type { FoldPlan } from '@shared/training'
import type { PlanFoldsSpec } from '@shared/trainingCommands'
import type { Fold } from '@shared/trainingRun'
import { runConfig, runData } from './runParts'

const RESOURCES = 'resources'
const codes = (count: number): string[] => Array.from({ length: count }, (_, index) => `S${String(index + 1).padStart(2, '0')}`)

function spec(plan: FoldPlan, subjects: string[], more: Partial<PlanFoldsSpec> = {}): PlanFoldsSpec {
  const videos = subjects.map((subject) => ({ subject, contentHash: `video of ${subject}` }))
  return { plan, subjects, videos, validationShare: 0.2, seed: 1, parentSubjects: [], parentName: null, ...more }
}

function expectExclusive(folds: readonly Fold[], subjects: readonly string[]): void {
  for (const { test, train, validation } of folds) {
    const sides = [...test, ...train, ...validation]
    expect(new Set(sides).size).toBe(sides.length)
    expect([...sides].sort()).toEqual([...subjects].sort())
    expect(train.length).toBeGreaterThan(0)
    expect(validation.length).toBeGreaterThan(0)
  }
}

describe('folds', () => {
  it('test every subject once and never one that is learned from or chooses, for any number of people', () => {
    const plans = fc.oneof(
      fc.constant<FoldPlan>({ kind: 'loso' }),
      fc.integer({ min: 2, max: 5 }).map((count): FoldPlan => ({ kind: 'kfold', count })),
    )
    fc.assert(
      fc.property(
        plans,
        fc.integer({ min: 5, max: 40 }),
        fc.nat(1000),
        fc.double({ min: 0.05, max: 0.5, noNaN: true }),
        (plan, count, seed, validationShare) => {
          const subjects = codes(count)
          const folds = planFolds(spec(plan, subjects, { seed, validationShare }), RESOURCES)
          expectExclusive(folds, subjects)
          expect(folds.flatMap(({ test }) => test).sort()).toEqual(subjects)
          expect(folds.at(-1)?.test).toEqual([])
          const sizes = folds.slice(0, -1).map(({ test }) => test.length)
          expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('hold out exactly the named', () => {
    const folds = planFolds(spec({ kind: 'holdout', subjects: ['S03', 'S01'] }, codes(6)), RESOURCES)
    expect(folds).toHaveLength(1)
    expect(folds[0]?.test).toEqual(['S01', 'S03'])
    expectExclusive(folds, codes(6))
  })

  it('follow the published lists, however the zeros of the names are written', () => {
    const people = ['F1', 'F2', 'F03', 'F004', 'F005', 'F010', 'M001', 'M002', 'M003', 'M018']
    const folds = planFolds(spec({ kind: 'published', dataset: 'BP4D' }, people), RESOURCES)
    expectExclusive(folds, people)
    const padded = planFolds(spec({ kind: 'published', dataset: 'BP4D' }, people.map((code) => code.replace(/\d+/, (digits) => digits.padStart(3, '0')))), RESOURCES) // prettier-ignore
    expect(folds.map(({ test }) => test.length)).toEqual(padded.map(({ test }) => test.length))
    expect(() => planFolds(spec({ kind: 'published', dataset: 'DISFA' }, ['Anna', 'Bea', 'Cleo']), RESOURCES)).toThrow(/not those of DISFA/)
  })

  it('are the same for the same seed and others for another', () => {
    const of = (seed: number): Fold[] => planFolds(spec({ kind: 'kfold', count: 3 }, codes(12), { seed }), RESOURCES)
    expect(of(4)).toEqual(of(4))
    expect(of(4)).not.toEqual(of(5))
  })

  it('refuse too few people in one sentence', () => {
    expect(() => planFolds(spec({ kind: 'loso' }, ['S01']), RESOURCES)).toThrow(/one subject only \(S01\)/)
    expect(() => planFolds(spec({ kind: 'kfold', count: 9 }, codes(4)), RESOURCES)).toThrow(/at least 9 subjects/)
    expect(() => planFolds(spec({ kind: 'holdout', subjects: codes(4) }, codes(4)), RESOURCES)).toThrow(/nobody is left/)
    expect(() => planFolds(spec({ kind: 'holdout', subjects: ['S77'] }, codes(4)), RESOURCES)).toThrow(/S77/)
  })
})

describe('a leak', () => {
  const fold: Fold = { test: ['S01'], train: ['S02', 'S03'], validation: ['S04'] }

  it.each([
    ['trained on', { ...fold, train: ['S01', 'S02'] }],
    ['choosing thresholds', { ...fold, validation: ['S01'] }],
  ])('by name is refused where the tested are also %s', (_, leaking) => {
    expect(() => assertNoLeak(leaking, [])).toThrow(expect.objectContaining({ code: 'SUBJECT_LEAK' }))
    expect(() => assertNoLeak(fold, [])).not.toThrow()
  })

  it.each(['S02', 'S04'])('by content is refused where a video of a tested person is also that of %s', (other) => {
    const videos = [
      { subject: 'S01', contentHash: 'same' },
      { subject: other, contentHash: 'same' },
    ]
    expect(() => assertNoLeak(fold, videos)).toThrow(/same video.*S01.*/)
    expect(() => planFolds(spec({ kind: 'loso' }, codes(4), { videos }), RESOURCES)).toThrow(
      expect.objectContaining({ code: 'SUBJECT_LEAK' }),
    )
  })

  it('does not mind one video twice on one side', () => {
    const videos = ['S02', 'S03'].map((subject) => ({ subject, contentHash: 'same' }))
    expect(() => assertNoLeak(fold, videos)).not.toThrow()
  })

  it('through the model that training starts from is refused', () => {
    const more = { parentSubjects: ['S02', 'X'], parentName: 'Old model' }
    expect(() => planFolds(spec({ kind: 'loso' }, codes(4), more), RESOURCES)).toThrow(/Old model.*already learned from S02/)
    expect(() => planFolds(spec({ kind: 'holdout', subjects: ['S01'] }, codes(4), more), RESOURCES)).not.toThrow()
  })

  describe('in a run folder', () => {
    const root = mkdtempSync(join(tmpdir(), 'auw-leak-'))
    afterAll(() => rmSync(root, { recursive: true, force: true }))
    const context = {
      signal: new AbortController().signal,
      resourcesDirectory: RESOURCES,
      progress: () => undefined,
    } as unknown as Parameters<typeof trainRun>[1]
    const spec = { runDirectory: root, cropsFile: join(root, 'none.sqlite'), parent: null, before: null, product: 'test' }

    it.each([
      ['name', [{ test: ['S01'], train: ['S02', 'S01'], validation: ['S03'] }], false],
      ['content', [{ test: ['S01'], train: ['S02'], validation: ['S03'] }], true],
    ] as const)('is refused by %s before anything is trained', async (_, folds, isSameVideo) => {
      const data = runData(['S01', 'S02', 'S03'], [1], [['1', '0'], ['1', '0'], ['1', '0']]) // prettier-ignore
      if (isSameVideo) for (const video of data.videos) video.contentHash = 'same'
      writeFileSync(join(root, 'config.json'), JSON.stringify(runConfig({ folds: structuredClone(folds) as unknown as Fold[] })))
      writeFileSync(join(root, 'data.json'), JSON.stringify(data))
      await expect(trainRun(spec, context)).rejects.toMatchObject({ code: 'SUBJECT_LEAK' })
      expect(readdirSync(root)).not.toContain('metrics.jsonl')
    })
  })
})
