// The report as one page that reads like a page of a paper: no scripts, no network, curves as inline SVG.
import { auLabel, auName } from '@shared/facs'
import { foldsText } from '@shared/training'
import type { AuFigures, Interval, ModelFigures, RunReport } from '@shared/trainingRun'
import { lineChart } from './reportChart'

export const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`)

const figure = (value: number | null | undefined, digits = 2): string =>
  value === null || value === undefined ? '&ndash;' : value.toFixed(digits)
const percent = (value: number | null): string => (value === null ? '&ndash;' : `${(100 * value).toFixed(1)}`)
const range = (interval: Interval | null | undefined): string =>
  interval ? `<small>${interval.low.toFixed(2)}&ndash;${interval.high.toFixed(2)}</small>` : ''

/** Bold where the second figure is the better one. */
const better = (before: number | null | undefined, after: number | null, text: string): string =>
  before !== null && before !== undefined && after !== null && after > before ? `<b>${text}</b>` : text

export function reportHtml(report: RunReport): string {
  const { after, before } = report
  const tested = [...new Set(report.folds.flatMap(({ test }) => test))].sort()
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(report.name)}</title>
<style>
body{font:15px/1.5 Georgia,'Times New Roman',serif;color:#1a1a1a;background:#fff;max-width:54rem;margin:2.5rem auto;padding:0 1.5rem}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .2rem}h2{font-size:1.1rem;margin:2rem 0 .4rem}p{margin:.4rem 0}
.by{color:#555}table{border-collapse:collapse;font-size:13px;width:100%;font-variant-numeric:tabular-nums;margin:.6rem 0}
caption{text-align:left;padding:.3rem 0;color:#333}th,td{padding:.18rem .45rem;text-align:right;vertical-align:baseline}
th:first-child,td:first-child{text-align:left}thead{border-top:1.5px solid #1a1a1a;border-bottom:1px solid #1a1a1a}tbody{border-bottom:1.5px solid #1a1a1a}
tr.mean{border-top:1px solid #999}small{color:#666;font-size:11px;white-space:nowrap}ul{padding-left:1.2rem}.warnings li{margin:.2rem 0}
figure{margin:1rem 0}figcaption{font-size:13px;color:#333}svg{width:100%;height:auto}code{font-size:12px;white-space:pre-wrap}
@media print{body{margin:0 auto}}
</style></head><body>
<h1>${escaped(report.name)}</h1>
<p class="by">Training run ${escaped(report.runId)}, ${escaped(report.createdAt.slice(0, 16).replace('T', ' '))} UTC. ${escaped(report.parentName ? `Started from ${report.parentName}.` : 'Started from nothing.')} Lambda ${report.config.identity.lambda}.</p>
<p><b>Mean F1 on held-out subjects ${figure(after.means.f1)}</b> ${range(after.meanF1Interval)}${before ? ` against ${figure(before.means.f1)} ${range(before.meanF1Interval)} of ${escaped(before.name)} on the same frames` : ''}; mean area under the ROC curve ${figure(after.means.auc)} ${range(after.meanAucInterval)}${before ? ` against ${figure(before.means.auc)} ${range(before.meanAucInterval)}` : ''}. ${tested.length} held-out ${tested.length === 1 ? 'subject' : 'subjects'}; ranges are 95 % intervals by bootstrap over subjects.</p>
${report.warnings.length > 0 ? `<h2>Read this first</h2><ul class="warnings">${report.warnings.map((one) => `<li>${escaped(one)}</li>`).join('')}</ul>` : ''}
<h2>Results on held-out subjects</h2>
${resultTable(before, after)}
${detailTable(after)}
${subjectTable(before, after)}
${report.published ? publishedTable(report, after) : ''}
${curves(report)}
${probe(report)}
<h2>Data</h2>
${dataTable(report)}
<p>${report.data.totals.frames} labelled frames with a face, ${report.data.totals.trainedFrames} of them for training after thinning; coders ${escaped(report.data.coders.names.join(', '))}, policy ${escaped(report.data.coders.policy.kind === 'coder' ? `labels of ${report.data.coders.policy.coder} only` : report.data.coders.policy.kind)}, ${report.data.coders.contradictions} contradictions.</p>
<h2>Folds</h2>
${foldTable(report)}
<h2>Methods</h2>
<p>${escaped(report.methods)}</p>
<h2>Configuration and environment</h2>
<p><code>${escaped(JSON.stringify({ ...report.config, folds: foldsText(report.config.evaluation.folds) }))}</code></p>
<p>${escaped(`AU Workbench ${report.environment.product}; ${report.environment.platform}, ${report.environment.processor}, ${report.environment.cores} cores, ${(report.environment.memoryBytes / 1e9).toFixed(1)} GB; Node ${report.environment.node}, onnxruntime ${report.environment.onnxruntime}, TensorFlow.js ${report.environment.tensorflowJs}; device ${report.environment.device}, ${report.environment.threads} threads; seed ${report.environment.seed}.`)}</p>
</body></html>
`
}

function resultTable(before: ModelFigures | null, after: ModelFigures): string {
  const row = (one: AuFigures): string => {
    const old = before?.aus.find(({ au }) => au === one.au)
    const beforeCells = before ? `<td>${figure(old?.f1)} ${range(old?.f1Interval)}</td>` : ''
    const beforeAuc = before ? `<td>${figure(old?.auc)} ${range(old?.aucInterval)}</td>` : ''
    return `<tr><td>${auLabel(one.au)} ${escaped(auName(one.au))}</td><td>${one.known}</td><td>${percent(one.baseRate)}</td>${beforeCells}<td>${better(old?.f1, one.f1, figure(one.f1))} ${range(one.f1Interval)}</td><td>${figure(one.f1AtHalf)}</td><td>${figure(one.f1Published)}</td>${beforeAuc}<td>${better(old?.auc, one.auc, figure(one.auc))} ${range(one.aucInterval)}</td></tr>`
  }
  const { means } = after
  const mean = `<tr class="mean"><td>Mean${after.leftOut.length > 0 ? ' *' : ''}</td><td></td><td></td>${before ? `<td>${figure(before.means.f1)} ${range(before.meanF1Interval)}</td>` : ''}<td>${better(before?.means.f1, means.f1, figure(means.f1))} ${range(after.meanF1Interval)}</td><td>${figure(means.f1AtHalf)}</td><td>${figure(means.f1Published)}</td>${before ? `<td>${figure(before.means.auc)} ${range(before.meanAucInterval)}</td>` : ''}<td>${better(before?.means.auc, means.auc, figure(means.auc))} ${range(after.meanAucInterval)}</td></tr>`
  const leftOut =
    after.leftOut.length > 0
      ? `<p><small>* over AUs with both classes; left out: ${after.leftOut.map((au) => auLabel(au)).join(', ')}.</small></p>`
      : ''
  return `<table><caption>F1 with thresholds and epoch chosen on validation subjects (the headline), at 0.5, and as the published code computes it (threshold and epoch chosen on these very frames: optimistic). A dash is undefined or not computed. Bold is better than before.</caption>
<thead><tr><th>AU</th><th>frames</th><th>base rate %</th>${before ? '<th>F1 before</th>' : ''}<th>F1</th><th>F1 at 0.5</th><th>F1 published protocol</th>${before ? '<th>AUC before</th>' : ''}<th>AUC</th></tr></thead>
<tbody>${after.aus.map(row).join('')}${mean}</tbody></table>${leftOut}`
}

function detailTable(after: ModelFigures): string {
  const rows = after.aus.map(
    (one) =>
      `<tr><td>${auLabel(one.au)}</td><td>${figure(one.averagePrecision)}</td><td>${figure(one.matthews)}</td><td>${figure(one.skewNormalisedF1)}</td><td>${one.counts.truePositives}</td><td>${one.counts.falsePositives}</td><td>${one.counts.falseNegatives}</td><td>${one.counts.trueNegatives}</td><td>${one.thresholds.map((each) => each.toFixed(2)).join(', ')}</td></tr>`,
  )
  return `<table><caption>Further figures at the headline's thresholds (one per fold).</caption><thead><tr><th>AU</th><th>average precision</th><th>Matthews</th><th>skew-normalised F1</th><th>TP</th><th>FP</th><th>FN</th><th>TN</th><th>thresholds</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}

function subjectTable(before: ModelFigures | null, after: ModelFigures): string {
  const rows = after.perSubject.map((one) => {
    const old = before?.perSubject.find(({ subject }) => subject === one.subject)
    return `<tr><td>${escaped(one.subject)}</td><td>${one.frames}</td>${before ? `<td>${figure(old?.meanF1)}</td>` : ''}<td>${figure(one.meanF1)}</td>${before ? `<td>${figure(old?.meanAuc)}</td>` : ''}<td>${figure(one.meanAuc)}</td></tr>`
  })
  return `<table><caption>Per held-out subject: means over the AUs that are both present and absent in the subject.</caption><thead><tr><th>Subject</th><th>frames</th>${before ? '<th>F1 before</th>' : ''}<th>F1</th>${before ? '<th>AUC before</th>' : ''}<th>AUC</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}

function publishedTable(report: RunReport, after: ModelFigures): string {
  const { published } = report
  if (!published) return ''
  const aus = after.aus.map(({ au }) => au)
  const rows = published.rows.map(
    (row) =>
      `<tr><td>${escaped(row.method)} <small>${escaped(row.venue)}</small></td>${aus.map((au) => `<td>${row.f1[String(au)]?.toFixed(1) ?? '&ndash;'}</td>`).join('')}<td>${row.meanF1.toFixed(1)}</td></tr>`,
  )
  const own = (label: string, of: (one: AuFigures) => number | null, mean: number | null): string =>
    `<tr class="mean"><td><b>${label}</b></td>${after.aus.map((one) => `<td>${percent(of(one))}</td>`).join('')}<td>${percent(mean)}</td></tr>`
  return `<h2>Beside the published tables</h2><table><caption>F1 in percent. ${escaped(published.source)} Compare with "published protocol"; the headline chooses nothing on test subjects and is lower by construction.</caption><thead><tr><th>Method</th>${aus.map((au) => `<th>${au}</th>`).join('')}<th>mean</th></tr></thead><tbody>${rows.join('')}${own('This run, published protocol', (one) => one.f1Published, after.means.f1Published)}${own('This run, headline', (one) => one.f1, after.means.f1)}</tbody></table>`
}

function curves(report: RunReport): string {
  const folds = [...new Set(report.curves.map(({ fold }) => fold))]
  const series = (of: (point: RunReport['curves'][number]) => number | null) =>
    folds.map((fold) => ({
      label: folds.length > 1 ? `fold ${fold + 1}` : '',
      points: report.curves
        .filter((point) => point.fold === fold)
        .flatMap((point) => (of(point) === null ? [] : [{ x: point.epoch, y: of(point) as number }])),
    }))
  const chosen = report.folds.map(({ chosenEpoch }) => chosenEpoch).filter((epoch) => epoch !== null)
  return `<h2>Training</h2>
<figure>${lineChart(
    'AU loss',
    series((point) => point.auLoss),
  )}<figcaption>Binary cross-entropy over known labels, mean of each epoch${folds.length > 1 ? ', a line per fold' : ''}.</figcaption></figure>
<figure>${lineChart(
    'Identity loss',
    series((point) => point.identityLoss),
  )}<figcaption>Loss of the identity head; with a lambda above 0 the network works against it.</figcaption></figure>
<figure>${lineChart(
    'Mean F1 on validation subjects',
    series((point) => point.validationF1),
    { from: 0, to: 1 },
  )}<figcaption>Each AU at its best threshold there. Chosen ${chosen.length === 1 ? 'epoch' : 'epochs'}: ${chosen.join(', ') || 'none'}.</figcaption></figure>`
}

function probe(report: RunReport): string {
  const { probe: result } = report
  if (!result) return ''
  const line = (name: string, one: NonNullable<RunReport['probe']>['before']): string =>
    one
      ? `<tr><td>${name}</td><td>${percent(one.accuracy)}</td><td>${percent(one.chance)}</td><td>${one.subjects}</td><td>${one.trainPerSubject} + ${one.testPerSubject}</td></tr>`
      : ''
  return `<h2>Identity probe</h2>${(result.before ?? result.after) ? `<table><caption>How often a linear classifier without bias names the person from frozen features; nearer to chance is better.</caption><thead><tr><th></th><th>accuracy %</th><th>chance %</th><th>subjects</th><th>frames a subject</th></tr></thead><tbody>${line('Before', result.before)}${line('After', result.after)}</tbody></table>` : ''}${result.reason ? `<p>${escaped(result.reason)}</p>` : ''}`
}

function dataTable({ data }: RunReport): string {
  const head = data.aus.map((au) => `<th>${auLabel(au)}</th>`).join('')
  const cells = (present: number[], absent: number[]): string =>
    present.map((count, column) => `<td>${count}<small>/${count + (absent[column] ?? 0)}</small></td>`).join('')
  const rows = data.subjects.map((one) => `<tr><td>${escaped(one.code)}</td><td>${one.frames}</td>${cells(one.present, one.absent)}</tr>`)
  return `<table><caption>Present of known frames, by subject.</caption><thead><tr><th>Subject</th><th>frames</th>${head}</tr></thead><tbody>${rows.join('')}<tr class="mean"><td>All</td><td>${data.totals.frames}</td>${cells(data.totals.present, data.totals.absent)}</tr></tbody></table>`
}

function foldTable(report: RunReport): string {
  const rows = report.folds.map(
    (fold, index) =>
      `<tr><td>${index + 1}</td><td>${escaped(fold.test.join(', ')) || 'nobody: the fit on all that became the model'}</td><td>${escaped(fold.validation.join(', '))}</td><td>${escaped(fold.train.join(', '))}</td><td>${fold.chosenEpoch ?? '&ndash;'} of ${fold.epochs}</td><td>${(fold.seconds / 60).toFixed(1)}</td></tr>`,
  )
  return `<table><caption>Subjects of each fold; tested, choosing, trained on.</caption><thead><tr><th>Fold</th><th>test</th><th>validation</th><th>training</th><th>epoch</th><th>minutes</th></tr></thead><tbody>${rows.join('')}</tbody></table>`
}
