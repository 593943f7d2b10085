// The training of the demo: the subjects with known labels are learned from twice, without and with the identity adversary, the held-out ones measure before
// and after, and what came out is said in plain words, whichever way it fell.
import { FEW_SUBJECTS } from '@shared/trainingData'
import { STARTER_VIT_ID } from '@shared/model'
import type { StudyFigures, StudySummary } from '@shared/studies'
import type { Interval } from '@shared/figures'
import type { RunReport, RunSummary } from '@shared/trainingRun'
import { figuresText, signed } from '../figures'
import { durationText } from '../output'
import { followJobs } from '../progress'
import type { Session } from '../session'
import { requestOf, type TrainOptions } from '../trainingRequest'

const PRESET = 'tiny-demo'
/** The demo finds its own study again by this name. */
const STUDY_NAME = 'Demonstration'
/** The last is the one that before and after are shown of. */
const LAMBDAS = [0, 0.5]

export interface DemoTraining {
  study: StudySummary
  run: RunSummary
  report: RunReport
}

/** Trains, goes on with a study that was interrupted, or takes the one that has finished. */
export async function trainDemo(
  session: Session & { project: string },
  heldOut: readonly string[],
  options: Pick<TrainOptions, 'config' | 'device'>,
): Promise<DemoTraining> {
  const { client, output, project } = session
  const known = (await client.study.list({ project })).find(({ study }) => study.name === STUDY_NAME)
  if (known?.state === 'finished') output.note('Trained already; taking the results.')
  else if (known) output.note(`Going on with the training that was ${known.state}.`)
  else output.note(`Training on the labels of the others; ${heldOut.join(', ')} are held out. This takes some minutes.`)
  let studyId = known?.study.id ?? ''
  if (known?.state !== 'finished') {
    const { configuration, device } = requestOf({ ...options, folds: `holdout:${heldOut.join(',')}` })
    const started = known
      ? await client.study.resume({ project, studyId })
      : await client.study.start({
          project,
          kind: 'lambda',
          name: STUDY_NAME,
          arms: LAMBDAS.map((lambda) => ({ label: `lambda ${lambda}`, configuration: { identity: { lambda } } })),
          seeds: [0],
          presetId: PRESET,
          configuration,
          fromModelId: STARTER_VIT_ID,
          device,
        })
    studyId = started.studyId
    await followJobs(session, [started.job])
  }
  const study = await client.study.get({ project, studyId })
  const runId = study.study.runs.find(({ arm }) => arm === LAMBDAS.length - 1)?.runId ?? ''
  const { report } = await client.training.run({ project, runId })
  const run = (await client.training.runs({ project })).find(({ id }) => id === runId)
  if (!run || !report) throw new Error(`run ${runId} has finished without a report`)
  return { study, run, report }
}

/** The table of before and after, and what it means. */
export function demoTrainingText({ study, run, report }: DemoTraining): string {
  const fold = report.folds[0]
  const learned = [...(fold?.train ?? []), ...(fold?.validation ?? [])].sort()
  const tested = fold?.test ?? []
  const seconds = report.folds.reduce((sum, one) => sum + one.seconds, 0)
  return [
    `Retrained from ${report.parentName} on ${learned.join(', ')} with lambda ${LAMBDAS.at(-1)} in ${durationText(seconds)} on ${report.device}, measured on ${tested.join(', ')}, whom it has never seen:`,
    figuresText(report.before, report.after),
    ...verdict(report, tested.length),
    ...(study.figures ? lambdaText(study.figures) : []),
    `The whole report  runs/${run.id}/report.html in the project`,
  ].join('\n')
}

function verdict({ before, after, difference }: RunReport, people: number): string[] {
  const lines: string[] = []
  const { auc, f1 } = after.means
  const change = difference?.meanF1 ?? null
  if (before && before.means.f1 !== null && f1 !== null && change)
    lines.push(
      `Mean F1 went from ${before.means.f1.toFixed(2)} (${before.name}) to ${f1.toFixed(2)} (retrained), a difference of ${differenceText(change)}.`,
    )
  if (auc !== null)
    lines.push(
      `An area under the curve of 0.50 is guessing; the retrained model reaches ${auc.toFixed(2)} on average${intervalText(after.meanAucInterval)}.`,
    )
  lines.push('What it started from has seen many synthetic faces drawn like these, so none of these figures says anything about real ones.')
  if (people < FEW_SUBJECTS) lines.push(`The 95 % intervals come from ${people} people only. They say little about others.`)
  return lines
}

/** The same training without the adversary beside the one with it. */
function lambdaText({ arms }: StudyFigures): string[] {
  return arms.flatMap(({ label, meanF1, difference, probe }) => {
    if (meanF1.value === null) return []
    const compared = difference && difference.meanF1.value !== null ? `, ${differenceText(difference.meanF1)} beside the first` : ''
    const named = probe
      ? `; a linear classifier names the person in ${(100 * probe.mean).toFixed(0)} % of the frames (chance ${(100 * probe.chance).toFixed(0)} %)`
      : ''
    return [`With ${label}: mean F1 ${meanF1.value.toFixed(2)}${compared}${named}.`]
  })
}

const intervalText = (interval: Interval | null): string =>
  interval ? ` (95 % ${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})` : ''

function differenceText({ value, interval }: { value: number | null; interval: Interval | null }): string {
  const isOpen = !interval || (interval.low <= 0 && interval.high >= 0)
  const direction = isOpen ? 'not told from chance on so few people' : (value ?? 0) > 0 ? 'better' : 'worse'
  return `${signed(value ?? 0)}${intervalText(interval)}: ${direction}`
}
