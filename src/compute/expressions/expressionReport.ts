// What a run on expressions says of itself: figures on test images, warnings, methods, and a page without scripts.
import type { ExpressionReport, ExpressionRunConfig, ExpressionSet } from '@shared/expressions'
import { escaped } from '../training/reportText'
import type { BestEpoch } from './trainExpressions'
import type { ExpressionSplits } from './expressionSplits'

/** Test images of a class below which its figures say little. */
const FEW_IMAGES = 30

interface ReportInput {
  run: ExpressionRunConfig
  set: ExpressionSet
  splits: ExpressionSplits
  test: ExpressionReport['test']
  best: BestEpoch
  seconds: number
}

export function expressionReport({ run, set, splits, test, best, seconds }: ReportInput): ExpressionReport {
  const { train, validation, test: tested, isSubjectExclusive } = splits
  const { optimisation } = run.config
  const few = test.perClass.filter(({ images }) => images < FEW_IMAGES)
  return {
    format: 'au-workbench-expression-report/1',
    runId: run.id,
    name: run.name,
    createdAt: new Date().toISOString(),
    setName: set.name,
    layout: set.layout,
    config: run.config,
    device: run.device,
    seconds,
    chosenEpoch: best.epoch,
    counts: { train: train.length, validation: validation.length, test: tested.length },
    isSubjectExclusive,
    validationAccuracy: best.accuracy,
    test,
    parentName: run.parent?.name ?? null,
    warnings: [
      ...(isSubjectExclusive
        ? []
        : [
            'Who is in which image is not known, so the same people may be among training and test images; the accuracy may then be too high for others.',
          ]),
      ...(few.length > 0
        ? [`Few test images of ${few.map(({ name, images }) => `${name} (${images})`).join(', ')}: figures of these classes say little.`]
        : []),
      ...(test.accuracyInterval === null
        ? ['A single person was tested, so there is no interval: the figures are of that person alone.']
        : []),
      ...(set.unreadable.length > 0 ? [`${set.unreadable.length} files of the set could not be read and were left out.`] : []),
      ...(run.parent === null ? ['Trained from nothing; from a pretrained backbone accuracy is as a rule higher.'] : []),
    ],
    methods:
      `A vision transformer (width ${run.architecture.width}, depth ${run.architecture.depth}, ${run.architecture.imageSize} pixels) ${run.parent ? `starting from ${run.parent.name}` : 'starting from random weights'} was trained to name one of ${run.classes.length} expressions (${run.classes.join(', ')}) ` +
      `by softmax cross-entropy on ${train.length} images of ${set.name}; ${optimisation.epochs} epochs, AdamW, base rate ${optimisation.baseRate} per 256 images, layer decay ${optimisation.layerDecay}. ` +
      `The epoch (${best.epoch}) was chosen by accuracy on ${validation.length} validation images (${(100 * best.accuracy).toFixed(1)} %). ` +
      `On ${tested.length} test images${isSubjectExclusive ? ' of other people' : ''} accuracy was ${(100 * test.accuracy).toFixed(1)} %${test.accuracyInterval ? ` (95 % interval ${(100 * test.accuracyInterval.low).toFixed(1)} to ${(100 * test.accuracyInterval.high).toFixed(1)}, bootstrap over ${test.intervalOver})` : ''}, the mean of the classes' recalls ${(100 * test.meanClassAccuracy).toFixed(1)} %.`,
  }
}

const percent = (value: number | null): string => (value === null ? '&ndash;' : (100 * value).toFixed(1))

export function expressionReportHtml(report: ExpressionReport): string {
  const { test, warnings } = report
  const head = test.perClass.map(({ name }) => `<th>${escaped(name)}</th>`).join('')
  const matrix = test.confusion
    .map((row, own) => {
      const all = row.reduce((sum, count) => sum + count, 0)
      const cells = row
        .map((count, place) => {
          const share = all === 0 ? 0 : count / all
          return `<td style="background:rgba(0,114,178,${(0.7 * share).toFixed(2)})"${place === own ? ' class="own"' : ''}>${count}</td>`
        })
        .join('')
      return `<tr><th>${escaped(test.perClass[own]?.name ?? '')}</th>${cells}</tr>`
    })
    .join('')
  const rows = test.perClass
    .map(
      (one) =>
        `<tr><td>${escaped(one.name)}</td><td>${one.images}</td><td>${percent(one.recall)}</td><td>${percent(one.precision)}</td><td>${percent(one.f1)}</td></tr>`,
    )
    .join('')
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(report.name)}</title>
<style>body{font:15px/1.5 Georgia,'Times New Roman',serif;color:#1a1a1a;background:#fff;max-width:54rem;margin:2.5rem auto;padding:0 1.5rem}
table{border-collapse:collapse;font-size:13px;margin:.6rem 0}th,td{padding:.25rem .5rem;text-align:right}th:first-child,td:first-child{text-align:left}td.own{font-weight:700}
thead{border-top:1.5px solid;border-bottom:1px solid}tbody{border-bottom:1.5px solid}</style></head><body>
<h1>${escaped(report.name)}</h1>
<p>Run ${escaped(report.runId)} on the expression set ${escaped(report.setName)}, ${escaped(report.createdAt.slice(0, 16).replace('T', ' '))} UTC.</p>
<p><b>Accuracy ${percent(test.accuracy)} %</b>${test.accuracyInterval ? ` (${percent(test.accuracyInterval.low)} to ${percent(test.accuracyInterval.high)})` : ''} on ${test.images} test images; mean class accuracy ${percent(test.meanClassAccuracy)} %.</p>
${warnings.length > 0 ? `<h2>Read this first</h2><ul>${warnings.map((one) => `<li>${escaped(one)}</li>`).join('')}</ul>` : ''}
<h2>Confusion</h2><table><caption>Rows: what is shown. Columns: what the model says. Number of test images.</caption><thead><tr><th></th>${head}</tr></thead><tbody>${matrix}</tbody></table>
<h2>Classes</h2><table><thead><tr><th>Expression</th><th>Images</th><th>Recall %</th><th>Precision %</th><th>F1 %</th></tr></thead><tbody>${rows}</tbody></table>
<h2>Methods</h2><p>${escaped(report.methods)}</p></body></html>
`
}
