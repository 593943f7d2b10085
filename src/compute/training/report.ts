// Gathers a finished run into one document: data, curves, figures, warnings and a methods paragraph. The page made of it is in reportHtml.ts.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunMetric } from '@shared/runMetrics'
import type { RunConfig, RunData, RunEnvironment, RunReport } from '@shared/trainingRun'
import { summariseData } from '@shared/trainingData'
import type { FoldResult } from './foldFiles'
import type { RunFigures } from './measureRun'
import { methodsParagraph } from './reportMethods'
import { reportHtml } from './reportHtml'
import { reportWarnings } from './reportWarnings'
import type { RunFolder } from './runFolder'

interface ReportParts extends RunFigures {
  run: RunConfig
  data: RunData
  results: readonly FoldResult[]
  metrics: readonly RunMetric[]
  /** Subjects of this project that the earlier model has learned from. */
  beforeSubjects: readonly string[]
  probe: RunReport['probe']
  environment: RunEnvironment
  resourcesDirectory: string
  now: string
}

export function buildReport(parts: ReportParts): RunReport {
  const { run, data, results, before, after, difference, probe, environment } = parts
  const summary = summariseData(data)
  return {
    format: 'au-workbench-report/1',
    runId: run.id,
    name: run.name,
    createdAt: parts.now,
    config: run.config,
    device: run.device,
    environment,
    data: summary,
    folds: run.folds.map((fold, index) => {
      const result = results[index]
      return { ...fold, chosenEpoch: result?.chosenEpoch ?? null, epochs: run.config.optimisation.epochs, seconds: result?.seconds ?? 0 }
    }),
    parentName: run.parent?.name ?? null,
    before,
    after,
    difference,
    ablation: null,
    curves: curvesOf(parts.metrics),
    probe,
    published: publishedTable(run, parts.resourcesDirectory),
    warnings: [...removedWarning(run, before), ...seenWarning(run), ...reportWarnings(parts), ...summary.warnings],
    methods: methodsParagraph(run, data, parts, environment),
  }
}

/** Pretraining uses no labels, so it is no leak of them; but the figures are then of people whose faces the network knows. */
function seenWarning({ parent, folds }: RunConfig): string[] {
  const tested = new Set(folds.flatMap(({ test }) => test))
  const seen = (parent?.seenUnlabelled ?? []).filter((code) => tested.has(code))
  if (seen.length === 0) return []
  return [
    `The backbone was pretrained, without labels, on faces of ${seen.join(', ')}, who are tested here. Figures on people it has never seen may be lower; pretrain with --leave-out to measure that.`,
  ]
}

/** The model that was to stand beside the new one may have been removed before a resumed run ended. */
function removedWarning(run: RunConfig, before: RunReport['before']): string[] {
  if (!run.before || before || run.folds.every(({ test }) => test.length === 0)) return []
  return [`${run.before.name} was removed from the project before this run ended, so nothing stands beside the new model.`]
}

/** `report.json` and the page made of it. */
export async function writeReport(folder: RunFolder, report: RunReport): Promise<void> {
  await folder.writeJson(folder.path('report.json'), report)
  await folder.writeText(folder.path('report.html'), reportHtml(report))
}

/** One point an epoch and fold: mean losses over its steps, and the evaluation at its end. */
function curvesOf(metrics: readonly RunMetric[]): RunReport['curves'] {
  const points = new Map<string, RunReport['curves'][number] & { steps: number }>()
  const at = (fold: number, epoch: number) => {
    const key = `${fold} ${epoch}`
    const found = points.get(key)
    if (found) return found
    const made = { fold, epoch, auLoss: null, identityLoss: null, validationF1: null, testF1: null, probeAccuracy: null, steps: 0 }
    points.set(key, made)
    return made
  }
  for (const line of metrics) {
    if (line.kind === 'step') {
      const point = at(line.fold, Math.ceil(line.epoch))
      point.auLoss = ((point.auLoss ?? 0) * point.steps + line.auLoss) / (point.steps + 1)
      if (line.identityLoss !== null) point.identityLoss = ((point.identityLoss ?? 0) * point.steps + line.identityLoss) / (point.steps + 1)
      point.steps++
    } else if (line.kind === 'evaluation') {
      const point = at(line.fold, line.epoch)
      point.validationF1 = line.validationF1
      point.testF1 = line.testF1
      point.probeAccuracy = line.probeAccuracy ?? null
    }
  }
  return [...points.values()].map(({ steps: _steps, ...point }) => point).sort((a, b) => a.fold - b.fold || a.epoch - b.epoch)
}

const TABLES: Readonly<Record<string, string>> = { BP4D: 'table1_bp4d', 'BP4D+': 'table2_bp4d_plus', DISFA: 'table3_disfa' }

function publishedTable(run: RunConfig, resourcesDirectory: string): RunReport['published'] {
  const plan = run.config.evaluation.folds
  if (plan.kind !== 'published') return null
  interface Row {
    method: string
    venue: string
    f1: Record<string, number>
    mean_f1: number
  }
  const tables = JSON.parse(readFileSync(join(resourcesDirectory, 'reference', 'paper-tables.json'), 'utf8')) as Record<string, unknown>
  const rows = (tables[TABLES[plan.dataset] ?? ''] ?? []) as Row[]
  return { source: String(tables['source']), rows: rows.map(({ method, venue, f1, mean_f1: meanF1 }) => ({ method, venue, f1, meanF1 })) }
}
