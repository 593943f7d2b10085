// The training of the demo: the subjects with known labels are learned from, the held-out ones measure before and after, and what came out is said in
// plain words, whichever way it fell.
import { FEW_SUBJECTS } from '@shared/trainingData'
import type { Difference, Interval, RunReport, RunSummary } from '@shared/trainingRun'
import { figuresText, signed } from '../figures'
import { durationText } from '../output'
import type { Session } from '../session'
import { NOTHING, type TrainOptions } from '../trainingRequest'
import { train } from './train'

/** What the demo's training starts from: the id of a model, or nothing. */
const STARTING_MODEL = NOTHING
const PRESET = 'tiny-demo'
const STARTER = 'starter'
/** The demo finds its own run again by this name. */
const RUN_NAME = 'Demonstration'

export interface DemoTraining {
  run: RunSummary
  report: RunReport
}

/** Trains, goes on with a run that was interrupted, or takes the one that has finished. */
export async function trainDemo(
  session: Session & { project: string },
  heldOut: readonly string[],
  options: Pick<TrainOptions, 'config' | 'device'>,
): Promise<DemoTraining> {
  const { client, output, project } = session
  const own = (await client.training.runs({ project })).filter(({ name }) => name === RUN_NAME)
  const finished = own.find(({ state }) => state === 'finished')
  const unfinished = own.find(({ state }) => state === 'interrupted' || state === 'paused')
  if (finished) output.note('Trained already; taking the results.')
  else if (unfinished) output.note(`Going on with the training that was ${unfinished.state}.`)
  else output.note(`Training on the labels of the others; ${heldOut.join(', ')} are held out. This takes some minutes.`)
  const request: TrainOptions = unfinished
    ? { resume: unfinished.id }
    : { ...options, preset: PRESET, from: STARTING_MODEL, folds: `holdout:${heldOut.join(',')}`, name: RUN_NAME }
  const run = finished ?? (await train(session, request, () => 'the same command'))
  const { report } = await client.training.run({ project, runId: run.id })
  if (!report) throw new Error(`run ${run.id} has finished without a report`)
  return { run, report }
}

/** The table of before and after, and what it means. */
export function demoTrainingText({ run, report }: DemoTraining): string {
  const fold = report.folds[0]
  const learned = [...(fold?.train ?? []), ...(fold?.validation ?? [])].sort()
  const tested = fold?.test ?? []
  const seconds = report.folds.reduce((sum, one) => sum + one.seconds, 0)
  const start = report.parentName === null ? 'from nothing' : `from ${report.parentName}`
  return [
    `Retrained ${start} on ${learned.join(', ')} in ${durationText(seconds)} on ${report.device}, measured on ${tested.join(', ')}, whom it has never seen:`,
    figuresText(report.before, report.after),
    ...verdict(report, tested.length),
    `The whole report  runs/${run.id}/report.html in the project`,
  ].join('\n')
}

function verdict({ before, after, difference, parentName }: RunReport, people: number): string[] {
  const lines: string[] = []
  const { auc, f1 } = after.means
  const change = difference?.meanF1 ?? null
  if (before && before.means.f1 !== null && f1 !== null && change)
    lines.push(
      `Mean F1 went from ${before.means.f1.toFixed(2)} (${before.name}) to ${f1.toFixed(2)} (retrained), a difference of ${signed(change.value)}${intervalText(change.interval)}: ${directionText(change)}.`,
    )
  if (auc !== null)
    lines.push(
      `An area under the curve of 0.50 is guessing; the retrained model reaches ${auc.toFixed(2)} on average${intervalText(after.meanAucInterval)}.`,
    )
  if (before?.modelId === STARTER)
    lines.push(
      `The ${before.name.toLowerCase()} has seen thousands of synthetic faces drawn like these, so its figures say nothing about real ones.`,
    )
  if (people < FEW_SUBJECTS) lines.push(`The 95 % intervals come from ${people} people only. They say little about others.`)
  if (parentName === null)
    lines.push(
      'From nothing, a vision transformer learns little from eight subjects. What helps is to start from a pretrained model',
      '(npx auw model import DIR FILE, then npx auw train DIR --from MODEL) and to code more people.',
    )
  return lines
}

const intervalText = (interval: Interval | null): string =>
  interval ? ` (95 % ${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})` : ''
function directionText({ value, interval }: Difference): string {
  if (!interval || (interval.low <= 0 && interval.high >= 0)) return 'not told from chance on so few people'
  return value > 0 ? 'better' : 'worse'
}
