// What the options of `auw train` and `auw ablate` ask for: a preset, a file and single settings laid over each other.
import { parseCoders, parseFolds } from '@shared/training'
import { readSettings } from './settingsFile'

/** `--from none` starts from nothing. */
export const NOTHING = 'none'

/** Of the epochs, as in the published recipes, where only their number is given. */
const WARMUP_SHARE = 0.1

export interface TrainOptions {
  preset?: string
  config?: string
  from?: string
  aus?: number[]
  coders?: string
  lambda?: number
  epochs?: number
  folds?: string
  seed?: number
  device?: string
  name?: string
  resume?: string
  stream?: boolean
  estimate?: boolean
}

/** @throws AppError FILE_NOT_FOUND, CONFIG_INVALID */
export function requestOf(options: TrainOptions) {
  const configuration = merged(readSettings(options.config), {
    ...(options.lambda === undefined ? {} : { identity: { lambda: options.lambda } }),
    ...(options.epochs === undefined ? {} : { optimisation: { epochs: options.epochs, warmupEpochs: options.epochs * WARMUP_SHARE } }),
    ...(options.coders === undefined ? {} : { data: { coders: parseCoders(options.coders) } }),
    ...(options.folds === undefined ? {} : { evaluation: { folds: parseFolds(options.folds) } }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  })
  return {
    presetId: options.preset,
    // nothing given lets the backend choose a preset
    configuration: Object.keys(configuration).length === 0 ? undefined : configuration,
    fromModelId: options.from === undefined ? undefined : options.from === NOTHING ? null : options.from,
    aus: options.aus,
    device: options.device,
  }
}

export type Settings = Record<string, unknown>

/** One level deep: `{identity: {lambda}}` keeps the other settings of `identity`. */
export function merged(base: Settings, change: Settings): Settings {
  const result = { ...base }
  for (const [key, value] of Object.entries(change)) {
    const before = result[key]
    result[key] =
      typeof value === 'object' && value !== null && typeof before === 'object' && before !== null ? { ...before, ...value } : value
  }
  return result
}
