// `summariseStudy`: the finished runs of a study, read from their folders, as figures of its arms.
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { pool, type ScoredFold } from '@ml/evaluation/pooling'
import { studyEstimates } from '@ml/evaluation/studyFigures'
import { meanDefined } from '@ml/evaluation/thresholds'
import { Random } from '@ml/random'
import { AppError } from '@shared/errors'
import type { StudyArmFigures, StudyFigures, StudyRunFigures, SummariseStudySpec } from '@shared/studies'
import type { RunConfig, RunData, RunReport } from '@shared/trainingRun'
import { foldProbabilitiesName, foldResultName, type FoldResult } from '../training/foldFiles'
import { RunFolder } from '../training/runFolder'
import { readSamples, samplesOf, type Samples } from '../training/samples'

interface ReadRun {
  samples: Samples
  /** Hash of who, which frames and what was said of them. */
  labels: string
  report: RunReport
  folds: ScoredFold[]
}

/** @throws AppError RUN_NOT_FOUND for folders that are not finished runs, INPUT_INVALID where the runs are not of the same frames and labels */
export async function summariseStudy(spec: SummariseStudySpec): Promise<StudyFigures> {
  const arms = await Promise.all(spec.arms.map(({ runs }) => Promise.all(runs.map(({ directory }) => readRun(directory)))))
  const all = arms.flat()
  const first = all[0]
  if (!first) throw new AppError('INPUT_INVALID', 'None of the runs of this study has finished yet.')
  if (all.some(({ labels }) => labels !== first.labels))
    throw new AppError(
      'INPUT_INVALID',
      'The labels of this project have changed between the runs of this study, so they cannot be compared. Run it anew.',
    )
  const pooled = arms.map((runs) => runs.map(({ samples, folds }) => samples.aus.map((_, column) => pool(samples, folds, column))))
  const estimates = studyEstimates(pooled, first.samples.subjects.length, spec.resamples, Random.seeded(spec.seed, 78))
  return {
    arms: spec.arms.map((arm, index): StudyArmFigures => {
      const own = arms[index] ?? []
      const { aus, ...means } = estimates[index]!
      return {
        label: arm.label,
        runs: arm.runs.map(({ runId, seed }, place) => runFigures(runId, seed, own[place]!.report)),
        ...means,
        aus: aus.map((one, column) => ({ au: first.samples.aus[column] as number, ...one })),
        probe: probeOf(own.map(({ report }) => report)),
        curve: curveOf(own.map(({ report }) => report)),
      }
    }),
    heldOut: [...new Set(first.report.folds.flatMap(({ test }) => test))].sort(),
    resamples: spec.resamples,
  }
}

async function readRun(directory: string): Promise<ReadRun> {
  const folder = new RunFolder(directory)
  const run = folder.json<RunConfig>('config.json')
  const data = folder.json<RunData>('data.json')
  const samples = readSamples(data)
  const folds: ScoredFold[] = []
  for (const [index, fold] of run.folds.entries()) {
    const path = folder.path('folds', foldProbabilitiesName(index))
    if (fold.test.length === 0 || !existsSync(path)) continue
    const { thresholds, published } = folder.json<FoldResult>(`folds/${foldResultName(index)}`)
    folds.push({
      samples: samplesOf(samples, fold.test, false),
      probabilities: await folder.readFloats(path),
      thresholds: thresholds.map((one) => one ?? 0.5),
      published,
    })
  }
  const { video, frame, labels } = data.samples
  const facts = JSON.stringify([data.aus, data.subjects, data.videos.map(({ id }) => id), video, frame, labels])
  return { samples, labels: createHash('sha256').update(facts).digest('hex'), folds, report: folder.json<RunReport>('report.json') }
}

function runFigures(runId: string, seed: number, report: RunReport): StudyRunFigures {
  const { means } = report.after
  const chosenEpoch = report.folds[0]?.chosenEpoch ?? null
  return {
    runId,
    seed,
    meanF1: means.f1,
    meanF1AtHalf: means.f1AtHalf,
    meanAuc: means.auc,
    chosenEpoch,
    identityLoss: report.curves.find(({ fold, epoch }) => fold === 0 && epoch === chosenEpoch)?.identityLoss ?? null,
    probe: report.probe?.after?.accuracy ?? null,
    probeBefore: report.probe?.before?.accuracy ?? null,
  }
}

function probeOf(reports: readonly RunReport[]): StudyArmFigures['probe'] {
  const after = reports.flatMap(({ probe }) => probe?.after ?? [])
  const accuracies = after.map(({ accuracy }) => accuracy)
  const mean = meanDefined(accuracies)
  if (mean === null) return null
  return {
    mean,
    low: Math.min(...accuracies),
    high: Math.max(...accuracies),
    chance: after[0]?.chance ?? 0,
    before: meanDefined(reports.map(({ probe }) => probe?.before?.accuracy ?? null)),
  }
}

/** Means over runs and folds of every epoch. */
function curveOf(reports: readonly RunReport[]): StudyArmFigures['curve'] {
  const points = reports.flatMap(({ curves }) => curves)
  const epochs = [...new Set(points.map(({ epoch }) => epoch))].sort((a, b) => a - b)
  return epochs.map((epoch) => {
    const at = points.filter((point) => point.epoch === epoch)
    return {
      epoch,
      testF1: meanDefined(at.map(({ testF1 }) => testF1)),
      validationF1: meanDefined(at.map(({ validationF1 }) => validationF1)),
      probe: meanDefined(at.map(({ probeAccuracy }) => probeAccuracy ?? null)),
      identityLoss: meanDefined(at.map(({ identityLoss }) => identityLoss)),
    }
  })
}
