// The form of a study: lists of numbers, arms with names, and what it asks of the backend.
import { describe, expect, it } from 'vitest'
import { armsOf, codersChosen, EMPTY_FORM, numbersOf, seedsOf, sharedConfiguration } from '@renderer/features/studies/studyForm'
import { studyArmSchema } from '@shared/studies'

const name = (id: string): string => `model ${id}`

describe('study form', () => {
  it('reads lists as people write them and refuses what is none', () => {
    expect(numbersOf('0, 0.5; 1 2')).toEqual([0, 0.5, 1, 2])
    expect(numbersOf('1,1,1')).toEqual([1])
    for (const text of ['', 'one', '1,-2', '1,,x']) expect(numbersOf(text)).toBeNull()
  })

  it('makes an arm of every value, each valid and named', () => {
    const { arms, problem } = armsOf(EMPTY_FORM, name)
    expect(problem).toBeNull()
    expect(arms.map(({ label }) => label)).toEqual(['lambda 0', 'lambda 0.5', 'lambda 1', 'lambda 2'])
    expect(arms[3]?.configuration).toEqual({ identity: { lambda: 2 } })
    const heads = armsOf({ ...EMPTY_FORM, kind: 'identity-head' }, name).arms
    expect(heads.map(({ configuration }) => configuration)).toEqual([1, 2, 3].map((layers) => ({ identity: { layers } })))
    const starts = armsOf({ ...EMPTY_FORM, kind: 'start', models: ['a'], sizes: ['tiny'] }, name).arms
    expect(starts).toEqual([
      { label: 'model a', configuration: {}, fromModelId: 'a' },
      { label: 'ViT-tiny from nothing', configuration: { network: { size: 'tiny' } }, fromModelId: null },
    ])
    for (const arm of [...arms, ...heads, ...starts]) expect(studyArmSchema.safeParse(arm).success).toBe(true)
  })

  it('takes whole seeds only, and drops none in silence', () => {
    expect(seedsOf('0, 1, 2')).toEqual([0, 1, 2])
    expect(seedsOf('0, 1.5')).toBeNull()
  })

  it('sends the choice of coders only while the form shows it, and only of people who are there', () => {
    const coders = { names: ['AB', 'CD'], contradictions: 3 }
    expect(codersChosen('coder:AB', coders)).toBe('coder:AB')
    expect(codersChosen('majority', coders)).toBe('majority')
    expect(codersChosen('coder:XY', coders)).toBe('')
    expect(codersChosen('majority', { ...coders, contradictions: 0 })).toBe('')
    expect(codersChosen('majority', undefined)).toBe('')
  })

  it('says why there is nothing to compare', () => {
    expect(armsOf({ ...EMPTY_FORM, lambdas: '1' }, name).problem).toMatch(/two things/)
    expect(armsOf({ ...EMPTY_FORM, lambdas: 'much' }, name).problem).toMatch(/no list/)
    expect(armsOf({ ...EMPTY_FORM, kind: 'start' }, name).problem).toMatch(/two things/)
  })

  it('leaves the test subjects to the recipe unless some are named, and refuses what it cannot read', () => {
    expect(sharedConfiguration(EMPTY_FORM)['evaluation']).not.toHaveProperty('folds')
    expect(sharedConfiguration({ ...EMPTY_FORM, folds: 'holdout:S06,S07' })['evaluation']).toMatchObject({
      folds: { kind: 'holdout', subjects: ['S06', 'S07'] },
    })
    expect(sharedConfiguration(EMPTY_FORM)).not.toHaveProperty('data')
    expect(sharedConfiguration({ ...EMPTY_FORM, coders: 'majority' })['data']).toEqual({ coders: { kind: 'majority' } })
    expect(sharedConfiguration({ ...EMPTY_FORM, coders: 'coder:majority' })['data']).toEqual({
      coders: { kind: 'coder', coder: 'majority' },
    })
    expect(() => sharedConfiguration({ ...EMPTY_FORM, folds: 'sometimes' })).toThrow(/Folds are/)
  })
})
