// The runs of an ablation beside each other: same data, folds and seed, another identity adversary. Each run's report shows all that have finished so far,
// so the last to finish rewrites the reports of the others. Nothing here trains.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { figureDifferences } from '@ml/evaluation/figures'
import type { Ablation, AblationRow, Difference } from '@shared/figures'
import type { RunConfig, RunData, RunReport } from '@shared/trainingRun'
import { foldResultName, type FoldResult } from './foldFiles'
import { testedFolds } from './measureRun'
import { writeReport } from './report'
import { RunFolder } from './runFolder'
import { readSamples } from './samples'

/** A finished run of the ablation. */
interface Member {
  folder: RunFolder
  run: RunConfig
  report: RunReport
}

/** Writes what all finished runs of an ablation came to into the report of each. `folder` is that of one of them. */
export async function writeAblation(folder: RunFolder, ablation: string): Promise<void> {
  const found = finishedRuns(dirname(folder.root), ablation)
  const own = found.find((one) => one.folder.root === folder.root)
  if (!own) return
  const members = found.filter((one) => isComparable(own, one))
  const reference = [...members].sort((a, b) => a.run.config.identity.lambda - b.run.config.identity.lambda)[0] ?? own
  const rows: AblationRow[] = []
  for (const member of members) rows.push(rowOf(member, member === reference ? null : await gain(reference, member)))
  rows.sort((a, b) => a.layers - b.layers || a.lambda - b.lambda)
  const leftOut = found
    .filter((one) => !members.includes(one))
    .map(({ run }) => `${run.name} was left out: its labels, folds or seed are not those of the others.`)
  const result: Ablation = { rows, referenceId: reference.run.id, leftOut }
  for (const { folder: each, report } of members) await writeReport(each, { ...report, ablation: result })
}

function finishedRuns(runsDirectory: string, ablation: string): Member[] {
  return readdirSync(runsDirectory).flatMap((name) => {
    const folder = new RunFolder(join(runsDirectory, name))
    if (!existsSync(folder.path('config.json')) || !existsSync(folder.path('report.json'))) return []
    const run = folder.json<RunConfig>('config.json')
    return run.ablation === ablation ? [{ folder, run, report: folder.json<RunReport>('report.json') }] : []
  })
}

function isComparable(a: Member, b: Member): boolean {
  return (
    a.run.config.seed === b.run.config.seed &&
    JSON.stringify(a.run.folds) === JSON.stringify(b.run.folds) &&
    readFileSync(a.folder.path('data.json'), 'utf8') === readFileSync(b.folder.path('data.json'), 'utf8')
  )
}

function rowOf({ run, report }: Member, difference: Difference | null): AblationRow {
  const { lambda, layers, loss } = run.config.identity
  const { after, probe } = report
  return {
    runId: run.id,
    lambda,
    layers,
    loss,
    meanF1: after.means.f1,
    meanF1Interval: after.meanF1Interval,
    meanAuc: after.means.auc,
    meanAucInterval: after.meanAucInterval,
    f1: after.aus.map(({ f1 }) => f1),
    difference,
    probe: probe?.after ?? null,
  }
}

/** Mean F1 of a run minus that of the reference, frame by frame on the same subjects. */
async function gain(reference: Member, member: Member): Promise<Difference | null> {
  const samples = readSamples(reference.folder.json<RunData>('data.json'))
  const tested = ({ folder, run }: Member) =>
    testedFolds(
      folder,
      run,
      samples,
      run.folds.map((_, fold) => folder.json<FoldResult>(`folds/${foldResultName(fold)}`)),
    )
  const { resamples } = reference.run.config.evaluation
  return figureDifferences(samples, await tested(reference), await tested(member), { resamples, seed: reference.run.config.seed }).meanF1
}
