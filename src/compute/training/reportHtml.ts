// The report as one page to attach to a paper: no scripts, no network, charts as inline SVG, light, dark and on paper.
import { foldsText } from '@shared/training'
import { policyText } from '@shared/trainingData'
import type { RunReport } from '@shared/trainingRun'
import { TRAINING_SETTINGS } from '@shared/trainingSettings'
import { chartKey, forestChart, lineChart } from './reportChart'
import { REPORT_STYLE } from './reportStyle'
import { agreementTable, dataTable, foldTable } from './reportDataTables'
import { ablationTables, detailTable, headlineTable, probeTable, publishedTable, resultTable, subjectTable } from './reportTables'
import { escaped, figure, table } from './reportText'

export function reportHtml(report: RunReport): string {
  const { after, before, data, environment } = report
  const tested = new Set(report.folds.flatMap(({ test }) => test)).size
  const section = (title: string, content: string): string => (content === '' ? '' : `<h2>${title}</h2>\n${content}\n`)
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(report.name)}</title>
<style>${REPORT_STYLE}</style></head><body>
<h1>${escaped(report.name)}</h1>
<p class="by">Report of training run ${escaped(report.runId)}, ${escaped(report.createdAt.slice(0, 16).replace('T', ' '))} UTC, AU Workbench ${escaped(environment.product)}. ${escaped(report.parentName ? `Started from ${report.parentName}.` : 'Started from nothing.')} Lambda ${report.config.identity.lambda}.</p>
<p class="lead">Mean F1 <b>${figure(after.means.f1)}</b> on ${tested} held-out ${tested === 1 ? 'subject' : 'subjects'}${before ? `, against ${figure(before.means.f1)} of ${escaped(before.name)} on the same frames` : ''}.</p>
${headlineTable(report)}
${cautions(report)}
${section('Results on held-out subjects', results(report))}
${section('Beside the published tables', publishedTable(report))}
${section('Ablation', ablationTables(report))}
${section('Identity probe', probeTable(report))}
${section('Training', curves(report) + foldTable(report))}
${section('Data', `${dataTable(report)}<p>${data.totals.frames} labelled frames with a face, ${data.totals.trainedFrames} of them for training after thinning. Coders: ${escaped(data.coders.names.join(', '))}; where they contradict each other (${data.coders.contradictions} labels): ${escaped(policyText(data.coders.policy))}.</p>${agreementTable(report)}`)}
${section('Methods', `<p class="note">To be adapted and cited; it names what this run did and nothing else.</p><p class="methods">${escaped(report.methods)}</p>`)}
${section('Settings and environment', settings(report) + environmentText(report))}
</body></html>
`
}

function cautions({ warnings, data }: RunReport): string {
  const own = warnings.filter((one) => !data.warnings.includes(one))
  const list = (of: readonly string[], style: string): string =>
    of.length === 0 ? '' : `<ul class="${style}">${of.map((one) => `<li>${escaped(one)}</li>`).join('')}</ul>`
  if (warnings.length === 0) return ''
  return `<h2>Read this first</h2>${list(own, 'warnings')}${data.warnings.length > 0 ? `<h3>Gaps of the data</h3>${list(data.warnings, 'plain')}` : ''}`
}

function results(report: RunReport): string {
  const { before, after } = report
  const key = before ? `Circles: this run. Squares: ${escaped(before.name)}. ` : ''
  return `${resultTable(report)}<figure>${forestChart(before, after)}<figcaption>${key}F1 (headline) by AU with 95 % intervals by bootstrap over subjects.</figcaption></figure>${detailTable(report)}${subjectTable(report)}`
}

function curves(report: RunReport): string {
  const folds = [...new Set(report.curves.map(({ fold }) => fold))]
  const label = (fold: number): string => (report.folds[fold]?.test.length === 0 ? 'fit on all subjects' : `fold ${fold + 1}`)
  const chart = (
    title: string,
    of: (point: RunReport['curves'][number]) => number | null,
    caption: string,
    range?: { from: number; to: number },
  ): string => {
    const lines = folds.map((fold) => ({
      label: label(fold),
      points: report.curves.flatMap((point) => {
        const y = of(point)
        return point.fold !== fold || y === null ? [] : [{ x: point.epoch, y }]
      }),
    }))
    return `<figure>${lineChart(title, lines, range)}<figcaption>${caption}</figcaption></figure>`
  }
  const share = { from: 0, to: 1 }
  return `<div class="charts">
${chart('AU loss', ({ auLoss }) => auLoss, 'Binary cross-entropy over known labels, mean of each epoch.')}
${chart('Identity loss', ({ identityLoss }) => identityLoss, 'Of the identity head; with a lambda above 0 the network works against it.')}
${chart('Mean F1, validation subjects', ({ validationF1 }) => validationF1, 'Each AU at its best threshold there; the epoch with the highest was taken.', share)}
${chart('Mean F1, held-out subjects', ({ testF1 }) => testF1, 'With the thresholds of the validation subjects; it chose nothing.', share)}
</div>${chartKey(folds.map(label))}`
}

function settings({ config }: RunReport): string {
  const rows = TRAINING_SETTINGS.map(({ path, label }) => {
    let value: unknown = config
    for (const key of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[key]
    return [escaped(label), escaped(path), escaped(path === 'evaluation.folds' ? foldsText(config.evaluation.folds) : valueText(value))]
  })
  return table('Every setting of the run.', [{ head: 'Setting' }, { head: 'name', isText: true }, { head: 'value', isText: true }], rows)
}

function valueText(value: unknown): string {
  if (value === null) return 'none'
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) return value.join(' to ')
  if (typeof value === 'object') return Object.values(value).map(valueText).join(', ')
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function environmentText({ environment: e }: RunReport): string {
  return `<p class="note">${escaped(`AU Workbench ${e.product}; ${e.platform}, ${e.processor}, ${e.cores} cores, ${(e.memoryBytes / 1e9).toFixed(1)} GB; Node ${e.node}, onnxruntime ${e.onnxruntime}, TensorFlow.js ${e.tensorflowJs}; device ${e.device}, ${e.threads} threads; seed ${e.seed}. On the processor of the same machine with as many threads the same seed gives the same weights.`)}</p>`
}
