// The tables of what a report's run learned from: frames by subject and AU, how coders agree, who was in which fold.
import { auLabel } from '@shared/facs'
import type { ModelFigures } from '@shared/figures'
import type { RunReport } from '@shared/trainingRun'
import { agreementKappa } from './reportWarnings'
import { escaped, figure, table } from './reportText'

export function dataTable({ data }: RunReport): string {
  const cells = (present: number[], absent: number[], frames: number): string[] =>
    present.map((count, column) => {
      const known = count + (absent[column] ?? 0)
      return known === 0 ? '&ndash;' : known === frames ? String(count) : `${count}<small>of ${known}</small>`
    })
  const { totals } = data
  return table(
    'Frames on which each AU is present, by subject; where not all labelled frames are known, of how many.',
    [{ head: 'Subject' }, { head: 'frames' }, ...data.aus.map((au) => ({ head: auLabel(au).replace('AU', '') }))],
    [
      ...data.subjects.map((one) => [escaped(one.code), String(one.frames), ...cells(one.present, one.absent, one.frames)]),
      ['All', String(totals.frames), ...cells(totals.present, totals.absent, totals.frames)],
    ],
    true,
  )
}

/** How two coders agree, beside how the model agrees with the labels. */
export function agreementTable({ data, after }: RunReport): string {
  const { agreement } = data.coders
  if (agreement.length === 0) return ''
  const kappaOf = (figures: ModelFigures, au: number): number | null => figures.aus.find((one) => one.au === au)?.kappa ?? null
  return table(
    "Frames that two coders have both coded, and Cohen's kappa between them; beside it the kappa of this run with the labels, which is of other frames.",
    ['AU', 'frames', 'both present', 'only one', 'both absent', 'kappa of coders', 'kappa of the run'].map((head) => ({ head })),
    agreement.map((one) => [
      auLabel(one.au),
      String(one.bothPresent + one.onlyFirst + one.onlySecond + one.bothAbsent),
      String(one.bothPresent),
      String(one.onlyFirst + one.onlySecond),
      String(one.bothAbsent),
      figure(agreementKappa(one)),
      figure(kappaOf(after, one.au)),
    ]),
  )
}

export function foldTable({ folds }: RunReport): string {
  return table(
    'Subjects of each fold: tested, choosing thresholds and epoch, trained on.',
    [
      { head: 'Fold' },
      { head: 'test', isText: true },
      { head: 'validation', isText: true },
      { head: 'training', isText: true },
      { head: 'epoch' },
      { head: 'minutes' },
    ],
    folds.map((fold, index) => [
      String(index + 1),
      escaped(fold.test.join(', ')) || 'nobody: the fit on all that became the model',
      escaped(fold.validation.join(', ')),
      escaped(fold.train.join(', ')),
      `${fold.chosenEpoch ?? '&ndash;'} of ${fold.epochs}`,
      (fold.seconds / 60).toFixed(1),
    ]),
  )
}
