// `train`: a prepared run folder from wherever it stands to its end: folds, figures, identity probe, reports, the new model's files.
import { existsSync, mkdirSync } from 'node:fs'
import type { NamedArray } from '@ml/model/initialise'
import { Random } from '@ml/random'
import { AppError } from '@shared/errors'
import type { TrainResult, TrainSpec } from '@shared/trainingCommands'
import type { RunConfig } from '@shared/trainingRun'
import type { CommandContext } from '../command'
import { writeAblation } from './ablation'
import { BatchLoader } from './batchLoader'
import { cropsOf } from './cropsOf'
import { clearCheckpoints, loadCheckpoint, resumedPhase } from './checkpoint'
import { environmentOf } from './environment'
import { epochProbe } from './epochProbe'
import { cachedFeatures } from './featureCache'
import { bestWeightsName, chosenWeights, dropBest, foldResultName, type FoldResult } from './foldFiles'
import { foldTraining, updatesPerEpoch } from './foldProgram'
import { assertNoLeak } from './folds'
import { trainFold } from './foldTrainer'
import { FeatureSource, ImageSource, type InputSource } from './inputSource'
import { runFigures, runProbes, testedFolds } from './measureRun'
import { writeNewModel } from './newModel'
import { buildReport, writeReport } from './report'
import { Paused, type RunContext } from './runContext'
import { RunFolder } from './runFolder'
import { baseRates, readSamples, samplesOf, type Samples } from './samples'
import { readParent, startingWeights } from './startingWeights'
import { openTokenSource, TokenSource } from './tokenCache'
import { workerCount } from './updateLoop'

/** @throws AppError of foldTrainer.ts, SUBJECT_LEAK, RUN_NOT_FOUND, WILL_NOT_FIT */
export async function trainRun(spec: TrainSpec, context: CommandContext): Promise<TrainResult> {
  const folder = new RunFolder(spec.runDirectory)
  const { run, data } = folder.open()
  mkdirSync(folder.path('folds'), { recursive: true })
  const samples = readSamples(data)
  const people = data.videos.map(({ subject, contentHash }) => ({ subject: data.subjects[subject] ?? '', contentHash }))
  for (const fold of run.folds) assertNoLeak(fold, people)
  await folder.writeJson(folder.path('environment.json'), environmentOf(spec.product, run))
  const loaderData = cropsOf({ data, cropsFile: spec.cropsFile }, samples, run.normalisation, run.config)
  const isFrozen = run.config.trained.part !== 'all'
  const loader = new BatchLoader(loaderData, run.config.optimisation.batch, isFrozen ? 1 : workerCount(run.threads))
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
    const initial = startOf(0)
    inputs = await inputSource(run, folder, loader, images, initial, samples, (done) =>
      report(0, `Computing the frozen part, frame ${done} of ${samples.count}`),
    )
    const runContext: RunContext = {
      folder,
      run,
      samples,
      inputs,
      parent,
      probe: run.config.evaluation.hasEpochProbe ? epochProbe(samples, images, initial, run.config.seed) : null,
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
        phase: state ? resumedPhase(state.rest, `Fold ${fold + 1} resumed`) : `Fold ${fold + 1} started`,
        at: runContext.timestamp(),
      })
      results.push(await trainFold(runContext, fold, state))
      // only the last fold's weights become the model
      if (fold < run.folds.length - 1) dropBest(folder, fold, [])
    }
    report(total, 'Measuring')
    const last = results.length - 1
    const lastResult = results[last] as FoldResult
    if (!existsSync(folder.checkpoint(bestWeightsName(last, lastResult.chosenEpoch ?? 0))))
      throw new AppError('CHECKPOINT_INVALID', 'The weights of the chosen epoch are missing from the run folder. Start the run anew.')
    const weights = new Map([...startOf(last), ...(await chosenWeights(folder, lastResult))])
    const network = foldTraining(run, samples.aus.length, 0, null)

    const tested = await testedFolds(folder, run, samples, results)
    const figures = await runFigures(runContext, { data, cropsFile: spec.cropsFile }, tested, spec.before)
    const probe = run.config.evaluation.hasProbe
      ? await runProbes(runContext, images, startOf(last), weights, network, parent !== null)
      : null
    const runReport = buildReport({
      ...figures,
      run,
      data,
      results,
      metrics: folder.metrics(),
      beforeSubjects: spec.before?.card.training.subjects ?? [],
      probe,
      environment: environmentOf(spec.product, run),
      resourcesDirectory: context.resourcesDirectory,
      now: runContext.timestamp(),
    })
    await writeReport(folder, runReport)
    if (run.ablation !== undefined) await writeAblation(folder, run.ablation)
    const card = await writeNewModel(runContext, weights, lastResult, runReport)
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
