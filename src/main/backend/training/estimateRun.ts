// What a prepared run will take: the frames of its folds counted here, time and memory found in the compute process.
import type { EstimateResult, EstimateSpec } from '@shared/trainingCommands'
import { AppError } from '@shared/errors'
import { summariseData } from '@shared/trainingData'
import type { BackendContext } from '../context'
import type { PreparedRun } from './prepareRun'

/** @param isMeasured whether a step is made on the device for its time; memory is reckoned either way */
export async function estimateRun(context: BackendContext, prepared: PreparedRun, isMeasured: boolean): Promise<EstimateResult> {
  const { run, data, parent } = prepared
  const summary = summariseData(data)
  const framesOf = (codes: readonly string[], of: 'frames' | 'trainedFrames'): number =>
    summary.subjects.filter(({ code }) => codes.includes(code)).reduce((sum, one) => sum + one[of], 0)
  const trained = run.folds.map(({ train }) => framesOf(train, 'trainedFrames'))
  const spec: EstimateSpec = {
    config: run.config,
    parent,
    aus: data.aus.length,
    subjects: Math.max(...run.folds.map(({ train }) => train.length)),
    device: run.device,
    threads: run.threads,
    trainedFrames: Math.max(...trained),
    totalTrainedFrames: trained.reduce((sum, one) => sum + one, 0),
    evaluatedFrames: run.folds.reduce((sum, fold) => sum + framesOf([...fold.validation, ...fold.test], 'frames'), 0),
    folds: run.folds.length,
    isMeasured,
  }
  return (await context.compute.run('estimateTraining', spec)) as EstimateResult
}

/** @throws AppError WILL_NOT_FIT with what would fit instead */
export async function assertFits(context: BackendContext, prepared: PreparedRun): Promise<void> {
  const { advice, memoryBytes, availableBytes } = await estimateRun(context, prepared, false)
  if (advice !== null) throw new AppError('WILL_NOT_FIT', advice, { memoryBytes, availableBytes })
}
