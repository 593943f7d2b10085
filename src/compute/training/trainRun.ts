// `train`: a prepared run folder from wherever it stands to its end: folds, figures beside the model before, identity probe, report, the new model's files.
import { existsSync, mkdirSync } from 'node:fs'
import { modelFigures } from '@ml/evaluation/figures'
import { probeFeatures, PROBE_FRAMES } from '@ml/evaluation/identityProbe'
import type { ScoredFold } from '@ml/evaluation/pooling'
import type { NamedArray } from '@ml/model/initialise'
import { Random } from '@ml/random'
import { AppError } from '@shared/errors'
import type { ModelAu, ModelCard } from '@shared/model'
import { BEFORE_FILE, MODEL_FOLDER, type TrainResult, type TrainSpec } from '@shared/trainingCommands'
import type { ModelFigures, RunConfig, RunReport } from '@shared/trainingRun'
import { auLabel } from '@shared/facs'
import type { CommandContext } from '../command'
import { BatchLoader } from './batchLoader'
import { clearCheckpoints, loadCheckpoint, saveWeights } from './checkpoint'
import { environmentOf } from './environment'
import { bestWeightsName, chosenWeights, dropBest, foldProbabilitiesName, foldResultName, type FoldResult } from './foldFiles'
import { foldTraining, updatesPerEpoch } from './foldProgram'
import { trainFold } from './foldTrainer'
import { cachedFeatures } from './featureCache'
import { assertNoLeak } from './folds'
import { FeatureSource, ImageSource, type InputSource } from './inputSource'
import { openTokenSource, TokenSource } from './tokenCache'
import { buildReport } from './report'
import { reportHtml } from './reportHtml'
import { Paused, type RunContext } from './runContext'
import { RunFolder } from './runFolder'
import { baseRates, readSamples, samplesOf, type Samples } from './samples'
import { readParent, startingWeights } from './startingWeights'

/** Threads that decode and augment: one keeps a step on few cores fed, more only help where steps are fast. */
const workerCount = (threads: number, input: 'images' | 'frozen'): number =>
  input === 'frozen' ? 1 : Math.max(1, Math.min(4, Math.floor(threads / 2)))

/** @throws AppError of foldTrainer.ts, SUBJECT_LEAK, RUN_NOT_FOUND, WILL_NOT_FIT */
export async function trainRun(spec: TrainSpec, context: CommandContext): Promise<TrainResult> {
  const folder = new RunFolder(spec.runDirectory)
  const { run, data } = folder.open()
  mkdirSync(folder.path('folds'), { recursive: true })
  const samples = readSamples(data)
  const people = data.videos.map(({ subject, contentHash }) => ({ subject: data.subjects[subject] ?? '', contentHash }))
  for (const fold of run.folds) assertNoLeak(fold, people)
  await folder.writeJson(folder.path('environment.json'), environmentOf(spec.product, run))
  const loaderData = {
    cropsFile: spec.cropsFile,
    rule: data.crops.rule,
    size: data.crops.size,
    videos: data.videos.map(({ id, track }) => ({ id, track })),
    video: samples.video,
    frame: samples.frame,
    normalisation: run.normalisation,
    augmentation: run.config.augmentation,
  }
  const isFrozen = run.config.trained.part !== 'all'
  const loader = new BatchLoader(loaderData, run.config.optimisation.batch, workerCount(run.threads, isFrozen ? 'frozen' : 'images'))
  let inputs: InputSource | null = null
  try {
    const images = new ImageSource(loader, run.device, run.threads)
    const parent = spec.parent ? await readParent(spec.parent) : null
    const steps = run.folds.map(
      (fold) => updatesPerEpoch(samplesOf(samples, fold.train, true).length, run.config) * run.config.optimisation.epochs,
    )
    const total = steps.reduce((sum, one) => sum + one, 0)
    const report = (done: number, phase: string): void => context.progress({ done, total, phase } as never)
    const startOf = (fold: number): Map<string, NamedArray> => {
      const trained = samplesOf(samples, run.folds[fold]?.train ?? [], true)
      const { network } = foldTraining(run, samples.aus.length, 0, null)
      return startingWeights(network, samples.aus, baseRates(samples, trained), parent, Random.seeded(run.config.seed, fold, 1))
    }
    inputs = await inputSource(run, folder, loader, images, startOf(0), samples, (done) =>
      report(0, `Computing the frozen part, frame ${done} of ${samples.count}`),
    )
    const runContext: RunContext = {
      folder,
      run,
      samples,
      inputs,
      parent,
      signal: context.signal,
      now: () => performance.now(),
      timestamp: () => new Date().toISOString(),
      progress: (fold, step, _perEpoch, epoch) => {
        const before = steps.slice(0, fold).reduce((sum, one) => sum + one, 0)
        report(
          before + step,
          `${run.folds.length > 1 ? `Fold ${fold + 1} of ${run.folds.length}, epoch` : 'Epoch'} ${epoch + 1} of ${run.config.optimisation.epochs}`,
        )
      },
    }
    const results: FoldResult[] = []
    let resumed = await loadCheckpoint(folder)
    await folder.rewindMetrics(resumed?.rest.fold ?? countFinished(folder, run.folds.length), resumed?.rest.step ?? 0)
    for (let fold = 0; fold < run.folds.length; fold++) {
      const finished = folder.path('folds', foldResultName(fold))
      if (existsSync(finished)) {
        results.push(folder.json<FoldResult>(`folds/${foldResultName(fold)}`))
        continue
      }
      const state = resumed?.rest.fold === fold ? resumed : null
      resumed = null
      folder.append({
        kind: 'phase',
        fold,
        phase: state ? `Fold ${fold + 1} resumed at step ${state.rest.step}` : `Fold ${fold + 1} started`,
        at: runContext.timestamp(),
      })
      results.push(await trainFold(runContext, fold, state))
      // only the last fold's weights become the model
      if (fold < run.folds.length - 1) dropBest(folder, fold, null)
    }
    report(total, 'Measuring')
    const last = results.length - 1
    const lastResult = results[last] as FoldResult
    if (!existsSync(folder.checkpoint(bestWeightsName(last, lastResult.chosenEpoch ?? 0))))
      throw new AppError('CHECKPOINT_INVALID', 'The weights of the chosen epoch are missing from the run folder. Start the run anew.')
    const weights = new Map([...startOf(last), ...(await chosenWeights(folder, lastResult))])
    const network = foldTraining(run, samples.aus.length, 0, null)

    const tested = await Promise.all(
      run.folds.map(async (fold, index): Promise<ScoredFold | null> => {
        const path = folder.path('folds', foldProbabilitiesName(index))
        if (fold.test.length === 0 || !existsSync(path)) return null
        const result = results[index] as FoldResult
        return {
          samples: samplesOf(samples, fold.test, false),
          probabilities: await folder.readFloats(path),
          thresholds: result.thresholds.map((one) => one ?? 0.5),
          published: result.published,
        }
      }),
    ).then((folds) => folds.filter((fold) => fold !== null))
    const { resamples } = run.config.evaluation
    const after = modelFigures(samples, tested, { modelId: null, name: run.name, resamples, seed: run.config.seed })
    const before = await beforeFigures(spec, runContext, images, tested)

    const probe = run.config.evaluation.hasProbe ? await probes(runContext, images, startOf(last), weights, network, parent !== null) : null
    const report_ = buildReport({
      run,
      data,
      results,
      metrics: folder.metrics(),
      before,
      after,
      probe,
      environment: environmentOf(spec.product, run),
      resourcesDirectory: context.resourcesDirectory,
      now: runContext.timestamp(),
    })
    await folder.writeJson(folder.path('report.json'), report_)
    await folder.writeText(folder.path('report.html'), reportHtml(report_))
    const card = await writeModel(folder, runContext, weights, lastResult, report_)
    await folder.writeJson(folder.path('result.json'), { outcome: 'finished', card } satisfies TrainResult)
    clearCheckpoints(folder)
    return { outcome: 'finished', card }
  } catch (error) {
    if (error instanceof Paused) return { outcome: 'paused', card: null }
    throw error
  } finally {
    if (inputs instanceof TokenSource) inputs.close()
    await loader.close()
  }
}

/** Images where everything is trained; else what the frozen part gives, computed once for all folds. */
async function inputSource(
  run: RunConfig,
  folder: RunFolder,
  loader: BatchLoader,
  images: ImageSource,
  weights: ReadonlyMap<string, NamedArray>,
  samples: Samples,
  onProgress: (done: number) => void,
): Promise<InputSource> {
  const training = foldTraining(run, samples.aus.length, 0, null)
  switch (run.config.trained.part) {
    case 'all':
      return images
    case 'heads':
      return new FeatureSource(await cachedFeatures(folder, images, weights, training, samples.count, onProgress), run.architecture.width)
    case 'blocks':
      return openTokenSource({
        folder,
        loader,
        training,
        weights,
        samples: samples.count,
        device: run.device,
        threads: run.threads,
        onProgress,
      })
  }
}

function countFinished(folder: RunFolder, folds: number): number {
  let finished = 0
  while (finished < folds && existsSync(folder.path('folds', foldResultName(finished)))) finished++
  return finished
}

/** The model before on the same frames: a ViT is run on the same crops; the starter's values come from main. */
async function beforeFigures(
  spec: TrainSpec,
  context: RunContext,
  images: ImageSource,
  tested: readonly ScoredFold[],
): Promise<ModelFigures | null> {
  const { run, samples, folder } = context
  if (!run.before || tested.length === 0) return null
  const width = samples.aus.length
  const options = { modelId: run.before.id, name: run.before.name, resamples: run.config.evaluation.resamples, seed: run.config.seed }
  let valuesOf: (chosen: Int32Array) => Promise<Float32Array>
  let cardAus: readonly ModelAu[]
  if (spec.before) {
    const { card } = spec.before
    const parent = await readParent(spec.before)
    cardAus = card.aus
    valuesOf = async (chosen) => {
      const architecture = card.architecture as NonNullable<typeof card.architecture>
      const network = {
        ...architecture,
        imageSize: run.architecture.imageSize,
        aus: card.aus.length,
        subjects: 0,
        identityLayers: 1 as const,
      }
      const weights = startingWeights(
        network,
        card.aus.map(({ au }) => au),
        card.aus.map(() => null),
        parent,
        Random.seeded(0),
      )
      const { probabilities } = await images.outputs(weights, { network, batch: run.config.optimisation.batch }, chosen)
      return columns(
        probabilities,
        chosen.length,
        card.aus.map(({ au }) => au),
        samples.aus,
      )
    }
  } else {
    const { aus, thresholds, values } = await readBefore(folder, width)
    cardAus = aus.map((au, place) => ({ au, threshold: thresholds[place] ?? 0.5, trust: 'weak', evidence: '' }))
    valuesOf = (chosen) =>
      Promise.resolve(
        Float32Array.from(
          { length: chosen.length * width },
          (_, at) => values[(chosen[Math.floor(at / width)] as number) * width + (at % width)] as number,
        ),
      )
  }
  const folds: ScoredFold[] = []
  for (const fold of tested) {
    folds.push({
      samples: fold.samples,
      probabilities: await valuesOf(fold.samples),
      thresholds: samples.aus.map((au) => cardAus.find((one) => one.au === au)?.threshold ?? 0.5),
      published: null,
    })
  }
  return modelFigures(samples, folds, options)
}

async function readBefore(folder: RunFolder, width: number): Promise<{ aus: number[]; thresholds: number[]; values: Float32Array }> {
  const { aus, thresholds } = folder.json<{ aus: number[]; thresholds: number[] }>('before.json')
  const values = await folder.readFloats(folder.path(BEFORE_FILE))
  if (values.length % width !== 0)
    throw new AppError('RUN_NOT_FOUND', 'The stored predictions of the earlier model do not fit this run. Start it anew.')
  return { aus, thresholds, values }
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
async function probes(
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

/** The new model's files in the run folder, and what its card says of them. */
async function writeModel(
  folder: RunFolder,
  context: RunContext,
  weights: ReadonlyMap<string, NamedArray>,
  result: FoldResult,
  report: RunReport,
): Promise<NonNullable<TrainResult['card']>> {
  const { run, samples } = context
  mkdirSync(folder.path(MODEL_FOLDER), { recursive: true })
  const name = 'weights.safetensors'
  const { sizeBytes, sha256 } = await saveWeights(folder.path(MODEL_FOLDER, name), weights, { format: 'pt' })
  const fold = run.folds[result.fold]
  const learned = [...(fold?.train ?? []), ...(fold?.validation ?? [])].sort()
  const aus = samples.aus.map((au, column): ModelAu => {
    const figures = report.after.aus.find((one) => one.au === au)
    const threshold = result.thresholds[column] ?? null
    return { au, threshold: threshold ?? 0.5, ...trustOf(figures, threshold !== null) }
  })
  const { means } = report.after
  const tested = [...new Set(run.folds.flatMap(({ test }) => test))].sort()
  const of = `${tested.length} held-out subjects (${tested.join(', ')})`
  const metrics: ModelCard['metrics'] = [
    { name: 'mean F1', value: means.f1, of },
    { name: 'mean F1 at 0.5', value: means.f1AtHalf, of },
    { name: 'mean ROC AUC', value: means.auc, of },
  ].flatMap(({ value, ...rest }) => (value === null ? [] : [{ ...rest, value }]))
  return {
    architecture: { ...run.architecture, subjects: 0 },
    aus,
    files: [{ name, bytes: sizeBytes, sha256 }],
    metrics,
    training: {
      summary: `Trained on ${learned.length} subjects of this project (${learned.join(', ')})${run.parent ? `, starting from ${run.parent.name}` : ', starting from nothing'}; lambda ${run.config.identity.lambda}. Measured on ${of}.`,
      isSynthetic: run.isSynthetic,
      subjects: learned,
      parentId: run.parent?.id ?? null,
      runId: run.id,
    },
  }
}

/** Lower end of the AUC interval from which an AU counts as shown; half of the way from chance to certainty. */
const SHOWN_AUC = 0.75
/** An AUC that the interval does not tell from chance is experimental. */
const CHANCE_AUC = 0.5
const FEW_POSITIVES = 20

function trustOf(figures: ModelFigures['aus'][number] | undefined, isThresholdChosen: boolean): Pick<ModelAu, 'trust' | 'evidence'> {
  const threshold = isThresholdChosen ? '' : ' Its threshold is 0.5, as it was not both present and absent in the validation subjects.'
  if (!figures || figures.auc === null)
    return { trust: 'experimental', evidence: `Not both present and absent in the held-out subjects, so not measured.${threshold}` }
  const low = figures.aucInterval?.low ?? null
  const trust =
    figures.positives < FEW_POSITIVES || low === null || low <= CHANCE_AUC ? 'experimental' : low >= SHOWN_AUC ? 'shown' : 'weak'
  const interval = figures.aucInterval ? ` (95 % ${figures.aucInterval.low.toFixed(2)} to ${figures.aucInterval.high.toFixed(2)})` : ''
  return {
    trust,
    evidence: `${auLabel(figures.au)} on held-out subjects: area under the curve ${figures.auc.toFixed(2)}${interval}, F1 ${figures.f1?.toFixed(2) ?? 'undefined'}, ${figures.positives} of ${figures.known} frames present.${threshold}`,
  }
}
