// The report of a distillation run as a page without scripts: the sentence, what to know first, speed and size, figures on labels, agreement, curves.
import { auLabel, auName } from '@shared/facs'
import type { DistillationReport, LabelledComparison, TeacherAgreement } from '@shared/distillation'
import type { RunMetric } from '@shared/runMetrics'
import type { RunEnvironment } from '@shared/trainingRun'
import { lineChart, type ChartLine } from '../training/reportChart'
import { REPORT_STYLE } from '../training/reportStyle'
import { escaped, figure, gain, percent, range, table } from '../training/reportText'

const MOST_POINTS = 400

export function distillationReportHtml(report: DistillationReport, environment: RunEnvironment, metrics: readonly RunMetric[]): string {
  const { warnings, agreement, labelled } = report
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(report.name)}</title><style>${REPORT_STYLE}</style></head><body>
<h1>${escaped(report.name)}</h1>
<p class="by">Distillation run ${escaped(report.runId)}, ${escaped(report.createdAt.slice(0, 16).replace('T', ' '))} UTC. Teacher ${escaped(report.teacher.name)}; student ${escaped(report.student.parentName ? `started from ${report.student.parentName}` : 'started from nothing')}.</p>
<p class="lead"><b>${escaped(report.sentence)}</b></p>
${warnings.length > 0 ? `<h2>Read this first</h2><ul class="warnings">${warnings.map((one) => `<li>${escaped(one)}</li>`).join('')}</ul>` : ''}
<h2>Speed and size</h2>
${speedTable(report)}
${labelled.map(labelledPart).join('')}
<h2>Agreement with the teacher</h2>
<p class="note">Nobody’s labels are in these figures: they say how alike the two models are, not whether either is right.</p>
${agreement.leftOut ? agreementTable('Subjects left out, whose frames the student did not see', agreement.leftOut) : ''}
${agreementTable('Frames that the student learned from', agreement.distilled)}
<h2>Learning</h2>
<div class="charts">${curves(metrics)
    .map((chart) => `<figure>${chart}</figure>`)
    .join('')}</div>
<h2>Methods</h2><p class="methods">${escaped(report.methods)}</p>
<h2>Configuration and environment</h2>
<p class="note"><code>${escaped(JSON.stringify(report.config))}</code></p>
<p class="note">${escaped(`Teacher ${report.teacher.id}, SHA-256 ${report.teacher.sha256}. AU Workbench ${environment.product}; ${environment.platform}, ${environment.processor}, ${environment.cores} cores; Node ${environment.node}, onnxruntime ${environment.onnxruntime}, TensorFlow.js ${environment.tensorflowJs}; device ${environment.device}, ${environment.threads} threads; seed ${environment.seed}.`)}</p>
</body></html>
`
}

function speedTable({ teacher, student, speed }: DistillationReport): string {
  const ratio = (a: number, b: number): string => `${(a / b).toFixed(2)} &times;`
  const side = (pixels: number): string => `${pixels} &times; ${pixels}`
  const millions = (count: number): string => (count / 1e6).toFixed(1)
  return table(
    `Both measured in turns on ${speed.images} images, ${speed.batch} at a time, on ${escaped(speed.processor)} (${escaped(speed.device)}, ${speed.threads} threads). The networks alone: reading videos and finding faces come on top and are the same for both.`,
    [{ head: '' }, { head: 'teacher' }, { head: 'student' }, { head: 'student / teacher' }],
    [
      [
        'Images a second',
        speed.teacherPerSecond.toFixed(1),
        speed.studentPerSecond.toFixed(1),
        ratio(speed.studentPerSecond, speed.teacherPerSecond),
      ],
      ['File, MB', (teacher.bytes / 1e6).toFixed(1), (student.bytes / 1e6).toFixed(1), ratio(student.bytes, teacher.bytes)],
      ['Weights, millions', millions(teacher.parameters), millions(student.parameters), ratio(student.parameters, teacher.parameters)],
      ['Image, pixels', side(teacher.architecture.imageSize), side(student.architecture.imageSize), ''],
    ],
  )
}

function labelledPart(comparison: LabelledComparison): string {
  const { kind, subjects, frames, teacher, student, difference } = comparison
  const title = kind === 'left-out' ? 'On labels: subjects left out' : 'On labels: subjects learned from'
  const note =
    kind === 'left-out'
      ? 'The student saw none of their frames.'
      : 'The student learned from their frames, though not from their labels; what it does with other people may be worse.'
  const rows = student.aus.map((one) => {
    const from = teacher.aus.find(({ au }) => au === one.au)
    const change = difference.aus.find(({ au }) => au === one.au)
    return [
      `${auLabel(one.au)}<small>${escaped(auName(one.au))}</small>`,
      String(one.known),
      percent(one.baseRate),
      figure(from?.f1) + range(from?.f1Interval),
      figure(one.f1) + range(one.f1Interval),
      gain(change?.f1),
      figure(from?.auc) + range(from?.aucInterval),
      figure(one.auc) + range(one.aucInterval),
      gain(change?.auc),
    ]
  })
  rows.push([
    'Mean',
    '',
    '',
    figure(teacher.means.f1) + range(teacher.meanF1Interval),
    figure(student.means.f1) + range(student.meanF1Interval),
    gain(difference.meanF1),
    figure(teacher.means.auc) + range(teacher.meanAucInterval),
    figure(student.means.auc) + range(student.meanAucInterval),
    gain(difference.meanAuc),
  ])
  return `<h2>${title}</h2><p class="note">${frames} labelled frames of ${escaped(subjects.join(', '))}. ${note}</p>${table(
    'Each model by the thresholds of its card; a threshold that was chosen on subjects learned from flatters the student there. Below a figure its 95 % interval by bootstrap over subjects; a difference is bold where its interval leaves 0 out. Means are over AUs with both classes.',
    [
      { head: 'AU' },
      { head: 'frames' },
      { head: 'base rate %' },
      { head: 'F1 teacher' },
      { head: 'F1 student' },
      { head: 'difference' },
      { head: 'AUC teacher' },
      { head: 'AUC student' },
      { head: 'difference' },
    ],
    rows,
    true,
  )}`
}

function agreementTable(title: string, { subjects, frames, aus, ...means }: TeacherAgreement): string {
  const rows = [...aus.map(({ au, ...one }) => ({ name: auLabel(au), ...one })), { name: 'Mean', ...means }]
  return table(
    `${title}: ${frames} frames of ${escaped(subjects.join(', '))}.`,
    [{ head: 'AU' }, { head: 'correlation' }, { head: 'mean absolute difference' }, { head: 'decisions that differ %' }],
    rows.map((one) => [one.name, figure(one.correlation, 3), figure(one.meanDifference, 3), percent(one.changedShare)]),
    true,
  )
}

function curves(metrics: readonly RunMetric[]): string[] {
  const steps = metrics.filter((line) => line.kind === 'distillation')
  const every = Math.max(1, Math.ceil(steps.length / MOST_POINTS))
  const thinned = steps.filter((_, index) => index % every === 0 || index === steps.length - 1)
  const compared = metrics.filter((line) => line.kind === 'agreement')
  const losses: ChartLine[] = [{ label: 'AUs', points: thinned.map(({ epoch, auLoss }) => ({ x: epoch, y: auLoss })) }]
  if (thinned.some(({ featureLoss }) => featureLoss !== null))
    losses.push({
      label: 'features',
      points: thinned.flatMap(({ epoch, featureLoss }) => (featureLoss === null ? [] : [{ x: epoch, y: featureLoss }])),
    })
  const isLeftOut = compared.some((line) => line.isLeftOut)
  return [
    lineChart('Losses over epochs', losses),
    lineChart(`Correlation with the teacher, ${isLeftOut ? 'subjects left out' : 'subjects learned from'}`, [
      {
        label: 'correlation',
        points: compared.flatMap(({ epoch, correlation }) => (correlation === null ? [] : [{ x: epoch, y: correlation }])),
      },
    ]),
  ]
}
