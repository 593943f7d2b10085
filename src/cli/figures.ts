// Figures of models and what a run came to, as tables for a terminal.
import { auLabel } from '@shared/facs'
import type { Interval, ModelFigures } from '@shared/figures'
import type { RunReport, RunSummary } from '@shared/trainingRun'
import { table } from './output'

/** Two digits. */
export const figure = (value: number | null | undefined): string | null => (value === null || value === undefined ? null : value.toFixed(2))
export const signed = (value: number): string => `${value < 0 ? '' : '+'}${value.toFixed(2)}`
/** `0.41 to 0.63`. */
export const range = (interval: Interval | null | undefined): string | null =>
  interval ? `${interval.low.toFixed(2)} to ${interval.high.toFixed(2)}` : null

/** Figures per AU, beside those of a model before. */
export function figuresText(before: ModelFigures | null, after: ModelFigures): string {
  const rows = after.aus.map((one) => {
    const old = before?.aus.find(({ au }) => au === one.au)
    const beforeCells = before ? [figure(old?.f1), range(old?.f1Interval)] : []
    return [
      auLabel(one.au),
      one.known,
      figure(one.baseRate),
      ...beforeCells,
      figure(one.f1),
      range(one.f1Interval),
      figure(one.f1AtHalf),
      figure(one.auc),
      range(one.aucInterval),
    ]
  })
  const mean = [
    'mean',
    null,
    null,
    ...(before ? [figure(before.means.f1), range(before.meanF1Interval)] : []),
    figure(after.means.f1),
    range(after.meanF1Interval),
    figure(after.means.f1AtHalf),
    figure(after.means.auc),
    range(after.meanAucInterval),
  ]
  const header = ['AU', 'frames', 'base rate', ...(before ? ['F1 before', '95 %'] : []), 'F1', '95 %', 'F1 at 0.5', 'AUC', '95 %']
  const leftOut =
    after.leftOut.length > 0 ? `\nMeans leave out ${after.leftOut.map((au) => auLabel(au)).join(' ')}: not both present and absent.` : ''
  return `${table(header, [...rows, mean])}${leftOut}`
}

export function runText(summary: RunSummary, report: RunReport | null): string {
  const lines = [`${summary.name} (${summary.id}): ${summary.state}${summary.error ? `. ${summary.error.message}` : ''}`]
  if (report) {
    lines.push(
      `On held-out subjects${report.before ? `, beside ${report.before.name}` : ''}; thresholds and epoch chosen on validation subjects:`,
      figuresText(report.before, report.after),
      ...report.warnings.map((warning) => `Note: ${warning}`),
      `Model ${summary.modelId ?? 'none'}. The whole report: runs/${summary.id}/report.html`,
    )
  }
  return lines.join('\n')
}
