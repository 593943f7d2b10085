// The tables of what a report's models are worth, each from the figures it shows to HTML. Tables of the data are in reportDataTables.ts, what stands around
// them is in reportHtml.ts.
import { auLabel, auName } from '@shared/facs'
import type { AuFigures } from '@shared/figures'
import type { RunReport } from '@shared/trainingRun'
import { escaped, figure, gain, percent, range, table, type Column } from './reportText'

const when = <T>(condition: unknown, ...values: T[]): T[] => (condition ? values : [])

/** The means at a glance. */
export function headlineTable({ before, after, difference, probe }: RunReport): string {
  const columns: Column[] = [
    { head: '' },
    ...when(before, { head: escaped(before?.name ?? '') }),
    { head: 'this run' },
    ...when(before, { head: 'difference' }),
  ]
  const { means } = after
  const rows = [
    [
      'Mean F1 (headline)',
      ...when(before, `${figure(before?.means.f1)}${range(before?.meanF1Interval)}`),
      `<b>${figure(means.f1)}</b>${range(after.meanF1Interval)}`,
      ...when(before, gain(difference?.meanF1)),
    ],
    ['Mean F1 at 0.5', ...when(before, figure(before?.means.f1AtHalf)), figure(means.f1AtHalf), ...when(before, '')],
    ['Mean F1, published protocol', ...when(before, figure(before?.means.f1Published)), figure(means.f1Published), ...when(before, '')],
    [
      'Mean area under the ROC curve',
      ...when(before, `${figure(before?.means.auc)}${range(before?.meanAucInterval)}`),
      `${figure(means.auc)}${range(after.meanAucInterval)}`,
      ...when(before, gain(difference?.meanAuc)),
    ],
    [
      'Mean average precision',
      ...when(before, figure(before?.means.averagePrecision)),
      figure(means.averagePrecision),
      ...when(before, ''),
    ],
    ['Mean Matthews correlation', ...when(before, figure(before?.means.matthews)), figure(means.matthews), ...when(before, '')],
  ]
  const accuracy = probe?.after
    ? ` The identity probe names the person in ${percent(probe.after.accuracy)} % of frames (chance ${percent(probe.after.chance)} %).`
    : ''
  return table(
    `Means over ${after.aus.length - after.leftOut.length} of ${after.aus.length} AUs, those with both classes among the held-out frames. Below a figure its 95 % interval by bootstrap over subjects; a difference is bold where its interval leaves 0 out.${accuracy}`,
    columns,
    rows,
  )
}

export function resultTable({ before, after, difference }: RunReport): string {
  const columns: Column[] = [
    { head: 'AU' },
    { head: 'frames' },
    { head: 'base rate %' },
    ...when(before, { head: 'F1 before' }),
    { head: 'F1' },
    ...when(before, { head: 'difference' }),
    { head: 'F1 at 0.5' },
    { head: 'F1 published' },
    ...when(before, { head: 'AUC before' }),
    { head: 'AUC' },
  ]
  const rows = after.aus.map((one) => {
    const old = before?.aus.find(({ au }) => au === one.au)
    const change = difference?.aus.find(({ au }) => au === one.au)
    return [
      `${auLabel(one.au)}<small>${escaped(auName(one.au))}</small>`,
      String(one.known),
      percent(one.baseRate),
      ...when(before, figure(old?.f1) + range(old?.f1Interval)),
      figure(one.f1) + range(one.f1Interval),
      ...when(before, gain(change?.f1)),
      figure(one.f1AtHalf) + range(one.f1AtHalfInterval),
      figure(one.f1Published),
      ...when(before, figure(old?.auc) + range(old?.aucInterval)),
      figure(one.auc) + range(one.aucInterval),
    ]
  })
  const { means } = after
  rows.push([
    `Mean${after.leftOut.length > 0 ? ' *' : ''}`,
    '',
    '',
    ...when(before, figure(before?.means.f1) + range(before?.meanF1Interval)),
    figure(means.f1) + range(after.meanF1Interval),
    ...when(before, gain(difference?.meanF1)),
    figure(means.f1AtHalf),
    figure(means.f1Published),
    ...when(before, figure(before?.means.auc) + range(before?.meanAucInterval)),
    figure(means.auc) + range(after.meanAucInterval),
  ])
  const leftOut =
    after.leftOut.length > 0
      ? `<p class="note">* Over the AUs that are both present and absent among the held-out frames; left out: ${after.leftOut.map((au) => auLabel(au)).join(', ')}.</p>`
      : ''
  return (
    table(
      'By AU. <b>F1</b>: thresholds and epoch chosen on validation subjects (the headline). <b>F1 published</b>: as the published code computes it, with threshold and epoch chosen on these very frames, so optimistic. A dash is undefined or not computed.',
      columns,
      rows,
      true,
    ) + leftOut
  )
}

/** More thresholds than these are shown as their range. */
const MOST_THRESHOLDS = 2

function thresholdsText(thresholds: readonly number[]): string {
  if (thresholds.length <= MOST_THRESHOLDS) return thresholds.map((each) => each.toFixed(2)).join(', ')
  return `${Math.min(...thresholds).toFixed(2)}&ndash;${Math.max(...thresholds).toFixed(2)}`
}

export function detailTable({ after }: RunReport): string {
  return table(
    "Further figures at the headline's thresholds. Skew-normalised F1 counts as if present and absent were equally frequent. Kappa is Cohen's, with the labels. The threshold of each fold, or their range.",
    [
      'AU',
      'average precision',
      'Matthews',
      'kappa',
      'skew-norm. F1',
      'true pos.',
      'false pos.',
      'false neg.',
      'true neg.',
      'thresholds',
    ].map((head) => ({ head })),
    after.aus.map((one) => [
      auLabel(one.au),
      figure(one.averagePrecision),
      figure(one.matthews),
      figure(one.kappa),
      figure(one.skewNormalisedF1),
      String(one.counts.truePositives),
      String(one.counts.falsePositives),
      String(one.counts.falseNegatives),
      String(one.counts.trueNegatives),
      thresholdsText(one.thresholds),
    ]),
  )
}

export function subjectTable({ before, after }: RunReport): string {
  return table(
    'By held-out subject: means over the AUs that are both present and absent in the subject.',
    [
      { head: 'Subject' },
      { head: 'frames' },
      ...when(before, { head: 'F1 before' }),
      { head: 'F1' },
      ...when(before, { head: 'AUC before' }),
      { head: 'AUC' },
    ],
    after.perSubject.map((one) => {
      const old = before?.perSubject.find(({ subject }) => subject === one.subject)
      return [
        escaped(one.subject),
        String(one.frames),
        ...when(before, figure(old?.meanF1)),
        figure(one.meanF1),
        ...when(before, figure(old?.meanAuc)),
        figure(one.meanAuc),
      ]
    }),
  )
}

export function publishedTable({ published, after }: RunReport): string {
  if (!published) return ''
  const aus = after.aus.map(({ au }) => au)
  const theirs = Object.keys(published.rows[0]?.f1 ?? {}).map(Number)
  const isSame = theirs.length === aus.length && theirs.every((au) => aus.includes(au))
  const own = (label: string, of: (one: AuFigures) => number | null, mean: number | null): string[] => [
    `<b>${label}</b>`,
    ...after.aus.map((one) => percent(of(one))),
    percent(mean),
  ]
  const rows = published.rows.map((row) => [
    `${escaped(row.method)}<small>${escaped(row.venue)}</small>`,
    ...aus.map((au) => figure(row.f1[String(au)], 1)),
    row.meanF1.toFixed(1),
  ])
  return table(
    `F1 in percent. ${escaped(published.source)} Compare "published protocol"; the headline chooses nothing on test subjects and is lower by construction.${isSame ? '' : ' The AUs of this run are not those of the table, so the means cannot be compared.'}`,
    [{ head: 'Method' }, ...aus.map((au) => ({ head: String(au) })), { head: 'mean' }],
    [
      ...rows,
      own('This run, published protocol', (one) => one.f1Published, after.means.f1Published),
      own('This run, headline', (one) => one.f1, after.means.f1),
    ],
  )
}

/** The runs of the same ablation beside each other, then F1 by AU. */
export function ablationTables({ ablation, after, runId }: RunReport): string {
  if (!ablation) return ''
  const { rows } = ablation
  const named = (row: (typeof rows)[number]): string =>
    `lambda ${row.lambda}${rows.some(({ layers }) => layers !== row.layers) ? `, ${row.layers} ${row.layers === 1 ? 'layer' : 'layers'}` : ''}${row.runId === runId ? ' (this run)' : ''}`
  const reference = rows.find((row) => row.runId === ablation.referenceId)
  const means = table(
    `The same labels, folds and seed with other identity adversaries. Differences of the mean F1 are to ${reference ? named(reference) : 'the first'}, with 95 % intervals over the same draws of subjects; bold where the interval leaves 0 out. The probe is nearer to chance where the features say less of who it is.`,
    ['', 'mean F1', 'difference', 'mean AUC', 'identity probe %', 'chance %', 'run'].map((head) => ({ head })),
    rows.map((row) => [
      named(row),
      figure(row.meanF1) + range(row.meanF1Interval),
      row.runId === ablation.referenceId ? '' : gain(row.difference),
      figure(row.meanAuc) + range(row.meanAucInterval),
      percent(row.probe?.accuracy),
      percent(row.probe?.chance),
      escaped(row.runId),
    ]),
  )
  const byAu = table(
    'F1 (headline) by AU.',
    [{ head: 'AU' }, ...rows.map((row) => ({ head: named(row) }))],
    after.aus.map(({ au }, column) => [auLabel(au), ...rows.map((row) => figure(row.f1[column]))]),
  )
  const leftOut = ablation.leftOut.map((text) => `<p class="note">${escaped(text)}</p>`).join('')
  return means + byAu + leftOut
}

export function probeTable({ probe }: RunReport): string {
  if (!probe) return ''
  const rows = (['before', 'after'] as const).flatMap((side) => {
    const one = probe[side]
    return one
      ? [
          [
            side === 'before' ? 'Before' : 'After',
            percent(one.accuracy),
            percent(one.standardisedAccuracy),
            percent(one.chance),
            String(one.subjects),
            `${one.trainPerSubject} + ${one.testPerSubject}`,
          ],
        ]
      : []
  })
  const text = probe.reason ? `<p class="note">${escaped(probe.reason)}</p>` : ''
  if (rows.length === 0) return text
  return (
    table(
      'How often a linear classifier without bias names the person from features of the frozen network; it learns from the first and is tested on the second number of frames of each subject. As they are, features of which the network makes little stay small: that is how readily the person can be read. Standardised, each is brought to deviation 1 first, which also finds what was only made small.',
      ['', 'as they are %', 'standardised %', 'chance %', 'subjects', 'frames a subject'].map((head) => ({ head })),
      rows,
    ) + text
  )
}
