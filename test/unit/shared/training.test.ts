// Settings of training: presets, files and single changes laid over the defaults, refused with the setting's name; folds and policies as text and back.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AppError } from '@shared/errors'
import { DEFAULT_TRAINING, foldsText, parseCoders, parseFolds, samplesPerUpdate, trainingConfig } from '@shared/training'
import { DEFAULT_PRESET_ID, TRAINING_PRESETS } from '@shared/trainingPresets'
import { TRAINING_SETTINGS } from '@shared/trainingSettings'

const refusal = (body: () => unknown): AppError => {
  try {
    body()
  } catch (error) {
    if (error instanceof AppError) return error
  }
  throw new Error('nothing was refused')
}

describe('presets', () => {
  it('are all valid over the defaults, and the first choice is one of them', () => {
    for (const { id, config } of TRAINING_PRESETS) expect(() => trainingConfig(config), id).not.toThrow()
    expect(TRAINING_PRESETS.map(({ id }) => id)).toContain(DEFAULT_PRESET_ID)
    expect(new Set(TRAINING_PRESETS.map(({ id }) => id)).size).toBe(TRAINING_PRESETS.length)
  })

  it('carry the published recipes: lambda, rate and epochs of each data set, 64 samples an update', () => {
    const facts = (id: string) => {
      const config = trainingConfig(TRAINING_PRESETS.find((one) => one.id === id)?.config)
      const { baseRate, epochs, warmupEpochs } = config.optimisation
      return [config.identity.lambda, baseRate, epochs, warmupEpochs, samplesPerUpdate(config), foldsText(config.evaluation.folds)]
    }
    expect(facts('bp4d')).toEqual([2, 5e-4, 30, 3, 64, 'published:BP4D'])
    expect(facts('bp4d+')).toEqual([1, 5e-4, 30, 3, 64, 'published:BP4D+'])
    expect(facts('disfa')).toEqual([0.5, 5e-4, 20, 2, 64, 'published:DISFA'])
    expect(facts('bp4d-fmae')).toEqual([0, 2e-4, 20, 2, 64, 'published:BP4D'])
  })
})

describe('settings laid over each other', () => {
  it('keep what is not named, and later ones win', () => {
    const config = trainingConfig({ optimisation: { epochs: 5, warmupEpochs: 1 } }, null, undefined, { optimisation: { epochs: 7 } })
    expect(config.optimisation).toEqual({ ...DEFAULT_TRAINING.optimisation, epochs: 7, warmupEpochs: 1 })
  })

  it('replace a choice as a whole', () => {
    expect(trainingConfig({ evaluation: { folds: { kind: 'holdout', subjects: ['S01'] } } }).evaluation.folds).toEqual({
      kind: 'holdout',
      subjects: ['S01'],
    })
  })

  it.each([
    [{ optimisation: { epochs: 0 } }, 'optimisation.epochs'],
    [{ optimisation: { epochs: 1.5 } }, 'optimisation.epochs'],
    [{ optimisation: { warmupEpochs: 30 } }, 'optimisation.warmupEpochs'],
    [{ optimisation: { minimumRate: 1 } }, 'optimisation.minimumRate'],
    [{ optimisation: { batch: '16' } }, 'optimisation.batch'],
    [{ identity: { lambda: -1 } }, 'identity.lambda'],
    [{ identity: { layers: 4 } }, 'identity.layers'],
    [{ augmentation: { resizedCropScale: [0.9, 0.2] } }, 'augmentation.resizedCropScale'],
    [{ augmentation: { randAugment: 'strong' } }, 'augmentation.randAugment'],
    [{ evaluation: { folds: { kind: 'kfold', count: 1 } } }, 'evaluation.folds.count'],
    [{ seed: -1 }, 'seed'],
  ])('refuse what is out of range by name: %j', (change, path) => {
    const { code, message, data } = refusal(() => trainingConfig(change))
    expect({ code, path: data['path'] }).toEqual({ code: 'CONFIG_INVALID', path })
    expect(message).toContain(path)
  })

  it('refuse settings that do not exist, so that a misspelled one is not ignored', () => {
    expect(refusal(() => trainingConfig({ optimisation: { epoch: 3 } })).message).toMatch(/epoch/)
    expect(refusal(() => trainingConfig([1])).code).toBe('CONFIG_INVALID')
  })

  it('are each explained in the form, and nothing else is', () => {
    const leaf = (value: unknown): boolean =>
      typeof value !== 'object' || value === null || Array.isArray(value) || 'kind' in value || 'part' in value
    const paths = (value: object, before = ''): string[] =>
      Object.entries(value).flatMap(([key, inner]) => (leaf(inner) ? [`${before}${key}`] : paths(inner as object, `${before}${key}.`)))
    expect(TRAINING_SETTINGS.map(({ path }) => path).sort()).toEqual(paths(DEFAULT_TRAINING).sort())
  })
})

describe('folds and policies as text', () => {
  it('come back as they were written', () => {
    const code = fc.stringMatching(/^[A-Za-z0-9_-]{1,12}$/)
    const plan = fc.oneof(
      fc.constant({ kind: 'loso' as const }),
      fc.integer({ min: 2, max: 100 }).map((count) => ({ kind: 'kfold' as const, count })),
      fc.array(code, { minLength: 1, maxLength: 5 }).map((subjects) => ({ kind: 'holdout' as const, subjects })),
      fc.constantFrom('BP4D' as const, 'BP4D+' as const, 'DISFA' as const).map((dataset) => ({ kind: 'published' as const, dataset })),
    )
    fc.assert(
      fc.property(plan, (one) => {
        expect(parseFolds(foldsText(one))).toEqual(one)
      }),
    )
  })

  it.each(['', 'kfold', 'kfold:1', 'kfold:x', 'holdout:', 'published:CK+', 'thirds'])('refuse "%s" with what there is', (text) => {
    expect(refusal(() => parseFolds(text)).message).toMatch(/loso, kfold:K/)
  })

  it('tell a coder of that name from the policy', () => {
    expect(parseCoders('majority')).toEqual({ kind: 'majority' })
    expect(parseCoders('coder:majority')).toEqual({ kind: 'coder', coder: 'majority' })
    expect(parseCoders('AB')).toEqual({ kind: 'coder', coder: 'AB' })
  })
})
