// Subjects by AUs with gaps named: what a person looks at before training, and what a report repeats.
import { auLabel } from './facs'
import type { RunData, TrainingDataSummary } from './trainingRun'

/** AUs below this share of frames are called rare: agreement and F1 are unstable there (faces.md). */
export const RARE_BASE_RATE = 0.05
/** An AU seen in fewer people is learned as theirs. */
const FEW_WITH_PRESENT = 3
/** Fewer subjects say little about people who were not filmed. */
export const FEW_SUBJECTS = 10

export function summariseData(data: RunData): TrainingDataSummary {
  const zeros = (): number[] => data.aus.map(() => 0)
  const subjects = data.subjects.map((code, subject) => ({
    code,
    videos: data.videos.filter((video) => video.subject === subject).length,
    frames: 0,
    trainedFrames: 0,
    present: zeros(),
    absent: zeros(),
  }))
  const totals = { frames: 0, trainedFrames: 0, present: zeros(), absent: zeros() }
  data.samples.labels.forEach((labels, index) => {
    const subject = subjects[data.videos[data.samples.video[index] ?? -1]?.subject ?? -1]
    const rows = subject ? [subject, totals] : [totals]
    for (const row of rows) {
      row.frames++
      if (data.samples.isTrained[index] === '1') row.trainedFrames++
      for (let column = 0; column < data.aus.length; column++) {
        if (labels[column] === '1') row.present[column] = (row.present[column] ?? 0) + 1
        else if (labels[column] === '0') row.absent[column] = (row.absent[column] ?? 0) + 1
      }
    }
  })
  const { coders, framesWithoutFace, leftOutAus, aus } = data
  const summary = { aus, subjects, totals, coders, framesWithoutFace, leftOutAus }
  return { ...summary, warnings: warningsOf(summary) }
}

function warningsOf(data: Omit<TrainingDataSummary, 'warnings'>): string[] {
  const warnings: string[] = []
  if (data.subjects.length < FEW_SUBJECTS) {
    warnings.push(
      `There ${data.subjects.length === 1 ? 'is 1 subject' : `are ${data.subjects.length} subjects`}. Figures measured on so few people say little about others; intervals over subjects will be wide.`,
    )
  }
  const rare: string[] = []
  const narrow: string[] = []
  data.aus.forEach((au, column) => {
    const present = data.totals.present[column] ?? 0
    const known = present + (data.totals.absent[column] ?? 0)
    const withPresent = data.subjects.filter((subject) => (subject.present[column] ?? 0) > 0).length
    if (present / known < RARE_BASE_RATE) rare.push(`${auLabel(au)} (${((100 * present) / known).toFixed(1)} %)`)
    if (withPresent < FEW_WITH_PRESENT) narrow.push(`${auLabel(au)} (${withPresent})`)
  })
  if (rare.length > 0)
    warnings.push(`Present in under 5 % of their frames, too rare for stable figures: ${rare.join(', ')}. Code more frames with them.`)
  if (narrow.length > 0)
    warnings.push(`Present in fewer than ${FEW_WITH_PRESENT} subjects: ${narrow.join(', ')}. Code them in more people.`)
  if (data.coders.contradictions > 0)
    warnings.push(`Coders contradict each other in ${data.coders.contradictions} labels; ${contradictionText(data.coders.policy)}.`)
  if (data.framesWithoutFace > 0) warnings.push(`${data.framesWithoutFace} labelled frames show no face of the subject and are left out.`)
  const unlabelled = data.leftOutAus.filter(({ kind }) => kind === 'unlabelled').map(({ au }) => auLabel(au))
  if (unlabelled.length > 0) warnings.push(`Without labels, so not trained: ${unlabelled.join(', ')}.`)
  for (const kind of ['always', 'never'] as const) {
    const aus = data.leftOutAus.filter((one) => one.kind === kind).map(({ au }) => auLabel(au))
    if (aus.length > 0)
      warnings.push(`${kind === 'always' ? 'Present' : 'Absent'} in every labelled frame, so nothing can be learned of ${aus.join(', ')}.`)
  }
  return warnings
}

function contradictionText(policy: TrainingDataSummary['coders']['policy']): string {
  if (policy.kind === 'coder') return `those of ${policy.coder} count`
  return policy.kind === 'majority' ? 'the majority decides' : 'nothing is trained before it is chosen whose count'
}

export function policyText(policy: TrainingDataSummary['coders']['policy']): string {
  return policy.kind === 'coder' ? `labels of ${policy.coder}` : policy.kind
}
