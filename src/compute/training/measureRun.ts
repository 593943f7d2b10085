// What a run's models are worth on its held-out frames: figures of the new one, of the one before on the same frames, what was gained, and the identity
// probe before and after.
import { figureDifferences, modelFigures } from '@ml/evaluation/figures'
import { probeFeatures, PROBE_FRAMES } from '@ml/evaluation/identityProbe'
import { auScores, type ScoredFold } from '@ml/evaluation/pooling'
import { publishedF1 } from '@ml/evaluation/thresholds'
import type { NamedArray } from '@ml/model/initialise'
import { Random } from '@ml/random'
import { AppError } from '@shared/errors'
import { BEFORE_FILE, type CroppedData, type ModelOnDisk } from '@shared/trainingCommands'
import type { RunConfig, RunReport } from '@shared/trainingRun'
import { foldProbabilitiesName, type FoldResult } from './foldFiles'
import type { ImageSource } from './inputSource'
import { modelOutputs } from './modelOutputs'
import type { RunContext } from './runContext'
import type { RunFolder } from './runFolder'
import { samplesOf, type Samples } from './samples'

export type RunFigures = Pick<RunReport, 'before' | 'after' | 'difference'>

/** Held-out samples of every fold with what the fold's chosen epoch said of them. */
export async function testedFolds(
  folder: RunFolder,
  run: RunConfig,
  samples: Samples,
  results: readonly FoldResult[],
): Promise<ScoredFold[]> {
  const folds: ScoredFold[] = []
  for (const [index, fold] of run.folds.entries()) {
    const result = results[index]
    if (fold.test.length === 0 || !result) continue
    folds.push({
      samples: samplesOf(samples, fold.test, false),
      probabilities: await folder.readFloats(folder.path('folds', foldProbabilitiesName(index))),
      thresholds: result.thresholds.map((one) => one ?? 0.5),
      published: result.published,
    })
  }
  return folds
}

/** @param model the earlier model where it is a ViT; the starter's values come from main */
export async function runFigures(
  context: RunContext,
  cropped: CroppedData,
  tested: readonly ScoredFold[],
  model: ModelOnDisk | null,
): Promise<RunFigures> {
  const { run, samples } = context
  const resampling = { resamples: run.config.evaluation.resamples, seed: run.config.seed }
  const after = modelFigures(samples, tested, { modelId: null, name: run.name, ...resampling })
  // an earlier ViT that was removed since the run began is not here, which the report says
  const isRemoved = run.before?.kind === 'vit' && model === null
  if (!run.before || isRemoved || tested.length === 0) return { before: null, after, difference: null }
  const earlier = model ? await vitValues(context, cropped, tested, model) : await starterValues(context)
  const folds: ScoredFold[] = []
  for (const fold of tested) {
    const probabilities = earlier.of(fold.samples)
    folds.push({
      samples: fold.samples,
      probabilities,
      thresholds: samples.aus.map((au) => earlier.thresholds.get(au) ?? 0.5),
      published: run.config.evaluation.hasPublishedProtocol ? publishedF1(auScores(samples, fold.samples, probabilities)) : null,
    })
  }
  const before = modelFigures(samples, folds, { modelId: run.before.id, name: run.before.name, ...resampling })
  return { before, after, difference: figureDifferences(samples, folds, tested, resampling) }
}

/** An earlier model's values (samples, AUs of the run) of chosen samples, and the thresholds of its card by AU. */
interface EarlierModel {
  of(chosen: Int32Array): Float32Array
  thresholds: ReadonlyMap<number, number>
}

/** Run on the same frames as the new model, at the image size and with the pixels of its own card. */
async function vitValues(
  { run, samples }: RunContext,
  cropped: CroppedData,
  tested: readonly ScoredFold[],
  model: ModelOnDisk,
): Promise<EarlierModel> {
  const { aus } = model.card
  const chosen = Int32Array.from(tested.flatMap((fold) => [...fold.samples]))
  const options = { device: run.device, threads: run.threads, chosen }
  const { probabilities } = await modelOutputs(cropped, model, options)
  const values = columns(probabilities, chosen.length, aus.map(({ au }) => au), samples.aus) // prettier-ignore
  const rows = new Map(Array.from(chosen, (sample, row) => [sample, row]))
  const width = samples.aus.length
  return {
    thresholds: new Map(aus.map(({ au, threshold }) => [au, threshold])),
    of(wanted) {
      const own = new Float32Array(wanted.length * width)
      wanted.forEach((sample, row) => {
        const from = (rows.get(sample) as number) * width
        own.set(values.subarray(from, from + width), row * width)
      })
      return own
    },
  }
}

async function starterValues({ samples, folder }: RunContext): Promise<EarlierModel> {
  const width = samples.aus.length
  const { aus, thresholds } = folder.json<{ aus: number[]; thresholds: number[] }>('before.json')
  const values = await folder.readFloats(folder.path(BEFORE_FILE))
  if (values.length !== samples.count * width)
    throw new AppError('RUN_NOT_FOUND', 'The stored predictions of the earlier model do not fit this run. Start it anew.')
  return {
    thresholds: new Map(aus.map((au, place) => [au, thresholds[place] ?? 0.5])),
    of(chosen) {
      const rows = new Float32Array(chosen.length * width)
      chosen.forEach((sample, row) => rows.set(values.subarray(sample * width, (sample + 1) * width), row * width))
      return rows
    },
  }
}

/** Columns of `from` AUs as columns of `to`; NaN where there is none. */
export function columns(values: Float32Array, rows: number, from: readonly number[], to: readonly number[]): Float32Array {
  const result = new Float32Array(rows * to.length).fill(Number.NaN)
  to.forEach((au, column) => {
    const source = from.indexOf(au)
    if (source < 0) return
    for (let row = 0; row < rows; row++) result[row * to.length + column] = values[row * from.length + source] as number
  })
  return result
}

/** How well the people can be told apart from frozen features, before and after. */
export async function runProbes(
  context: RunContext,
  images: ImageSource,
  start: ReadonlyMap<string, NamedArray>,
  end: ReadonlyMap<string, NamedArray>,
  training: Parameters<ImageSource['outputs']>[1],
  hasParent: boolean,
): Promise<RunReport['probe']> {
  const { samples, run } = context
  const all = Int32Array.from({ length: samples.count }, (_, sample) => sample)
  const of = async (weights: ReadonlyMap<string, NamedArray>) => {
    const { features } = await images.outputs(weights, training, all)
    return probeFeatures(features, samples, PROBE_FRAMES, Random.seeded(run.config.seed, 11))
  }
  const reason = hasParent ? null : 'Before is the network as it was initialised, as training started from nothing.'
  try {
    return { before: await of(start), after: await of(end), reason }
  } catch (error) {
    if (error instanceof AppError && error.code === 'TOO_FEW_SUBJECTS') return { before: null, after: null, reason: error.message }
    throw error
  }
}
