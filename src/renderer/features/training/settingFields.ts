// How each training setting is edited: by number, choice, switch or text, with its range; and changes by path laid into a configuration. Pure; the words and
// sentences are those of `@shared/training`.
import type { TrainingConfig } from '@shared/training'

export type SettingEditor =
  | { kind: 'number'; least: number; most: number; step: number | 'any'; canBeEmpty?: boolean }
  | { kind: 'choice'; values: readonly (string | number)[] }
  | { kind: 'switch' }
  | { kind: 'text'; canBeEmpty: boolean }
  | { kind: 'range' }
  | { kind: 'trained' }
  | { kind: 'coders' }
  | { kind: 'folds' }

const whole = (least: number, most: number): SettingEditor => ({ kind: 'number', least, most, step: 1 })
const real = (least: number, most: number): SettingEditor => ({ kind: 'number', least, most, step: 'any' })

const EDITORS: Readonly<Record<string, SettingEditor>> = {
  'network.size': { kind: 'choice', values: ['tiny', 'small', 'base', 'large', 'huge'] },
  'network.imageSize': whole(16, 1024),
  trained: { kind: 'trained' },
  'identity.lambda': real(0, 100),
  'identity.loss': { kind: 'choice', values: ['bce', 'ce'] },
  'identity.rate': real(0, 1000),
  'identity.layers': { kind: 'choice', values: [1, 2, 3] },
  'optimisation.epochs': whole(1, 10_000),
  'optimisation.warmupEpochs': real(0, 10_000),
  'optimisation.batch': whole(1, 4096),
  'optimisation.microBatches': whole(1, 256),
  'optimisation.baseRate': real(0, 10),
  'optimisation.minimumRate': real(0, 10),
  'optimisation.weightDecay': real(0, 1),
  'optimisation.layerDecay': real(0, 1),
  'optimisation.stochasticDepth': real(0, 0.9),
  'optimisation.clipNorm': { kind: 'number', least: 0, most: 1e9, step: 'any', canBeEmpty: true },
  'optimisation.positiveWeight': { kind: 'choice', values: ['none', 'balanced'] },
  'augmentation.resizedCropScale': { kind: 'range' },
  'augmentation.flip': real(0, 1),
  'augmentation.randAugment': { kind: 'text', canBeEmpty: true },
  'augmentation.erasing': real(0, 1),
  'data.thinning': whole(1, 10_000),
  'data.framesPerSubject': { kind: 'number', least: 1, most: 10_000_000, step: 1, canBeEmpty: true },
  'data.sampling': { kind: 'choice', values: ['frames', 'subjects'] },
  'data.coders': { kind: 'coders' },
  'evaluation.folds': { kind: 'folds' },
  'evaluation.validationShare': real(0, 0.5),
  'evaluation.everyEpochs': whole(1, 10_000),
  'evaluation.hasPublishedProtocol': { kind: 'switch' },
  'evaluation.resamples': whole(100, 100_000),
  'evaluation.hasProbe': { kind: 'switch' },
  'evaluation.hasEpochProbe': { kind: 'switch' },
  checkpointMinutes: real(0, 1440),
  seed: whole(0, 2 ** 32 - 1),
}

/** Settings that everybody decides about, shown without unfolding. */
export const PLAIN_SETTINGS: readonly string[] = ['identity.lambda', 'trained', 'evaluation.folds']

/** How a setting is edited; null for one that this window does not know. */
export const editorOf = (path: string): SettingEditor | null => EDITORS[path] ?? null

/** Values that differ from the recipe, by path. */
export type SettingChanges = Readonly<Record<string, unknown>>

/** Value of a setting, by its path. */
export function valueAt(config: TrainingConfig, path: string): unknown {
  let value: unknown = config
  for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key]
  return value
}

/** The changes as the nested part of a configuration that the backend takes. */
export function configurationOf(changes: SettingChanges): Record<string, unknown> {
  const result: Record<string, unknown> = {}
  for (const [path, value] of Object.entries(changes)) {
    const keys = path.split('.')
    let place = result
    for (const key of keys.slice(0, -1)) place = (place[key] ??= {}) as Record<string, unknown>
    place[keys.at(-1) ?? path] = value
  }
  return result
}

/** Group of a setting: the first part of its path. */
export const groupOf = (path: string): string => path.split('.')[0] ?? path
