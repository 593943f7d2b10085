// What a distillation run says of itself when it has ended: F1 lost against speed gained, warnings, a paragraph of methods, and the student's card.
import { auLabel } from '@shared/facs'
import type {
  DistillationReport,
  DistillationResult,
  DistillationRunConfig,
  DistillationSpeed,
  LabelledComparison,
} from '@shared/distillation'
import type { AuTrust, ModelAu, ModelCard, ModelFile } from '@shared/model'
import type { RunMetric } from '@shared/runMetrics'
import type { RunData } from '@shared/trainingRun'
import { trustOf } from '../training/newModel'
import { plainDifference, plainFigure } from '../plainFigure'

/** Share of the updates at the end whose mean loss is told. */
const LAST_SHARE = 0.05
/** Fewer frames than this teach little of a large model. */
const FEW_FRAMES = 2000
/** Below it a student is not its teacher's stand-in. */
const GOOD_CORRELATION = 0.8
/** Speeds that do not pay. */
const LITTLE_FASTER = 1.2

interface ReportInput {
  run: DistillationRunConfig
  data: RunData
  metrics: readonly RunMetric[]
  seconds: number
  teacherSize: { bytes: number; parameters: number }
  studentSize: { bytes: number; parameters: number }
  agreement: DistillationReport['agreement']
  labelled: LabelledComparison[]
  speed: DistillationSpeed
}

export function distillationReport(input: ReportInput): DistillationReport {
  const { run, data, teacherSize, studentSize, agreement, labelled, speed } = input
  const { leaveOut } = run.config.frames
  const lines = input.metrics.filter((line) => line.kind === 'distillation')
  const last = lines.filter(({ step }) => step > run.steps * (1 - LAST_SHARE))
  const report: Omit<DistillationReport, 'sentence' | 'warnings' | 'methods'> = {
    format: 'au-workbench-distillation-report/1',
    runId: run.id,
    name: run.name,
    createdAt: new Date().toISOString(),
    config: run.config,
    device: run.device,
    teacher: { ...run.teacher, ...teacherSize },
    student: { architecture: run.architecture, ...studentSize, parentName: run.parent?.name ?? null },
    frames: [...data.samples.isTrained].filter((flag) => flag === '1').length,
    subjects: agreement.distilled.subjects,
    leftOut: data.subjects.filter((code) => leaveOut.includes(code)),
    steps: run.steps,
    epochs: run.steps / run.stepsPerEpoch,
    seconds: input.seconds,
    loss: last.reduce((sum, { loss }) => sum + loss, 0) / Math.max(1, last.length),
    agreement,
    labelled,
    speed,
  }
  return { ...report, sentence: sentenceOf(report), warnings: warningsOf(report, run), methods: methodsOf(report, run, data) }
}

type Bare = Omit<DistillationReport, 'sentence' | 'warnings' | 'methods'>

/** The comparison that says most about other people: subjects that the student did not see, else those it did. */
const headline = (labelled: readonly LabelledComparison[]): LabelledComparison | null => labelled[0] ?? null

const perSecond = (speed: number): string => (speed >= 10 ? speed.toFixed(0) : speed.toFixed(1))
const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`
const people = (count: number): string => `${count} ${count === 1 ? 'subject' : 'subjects'}`

/** F1 lost against speed gained, in one sentence. */
function sentenceOf({ speed, teacher, student, labelled, agreement }: Bare): string {
  const factor = speed.studentPerSecond / speed.teacherPerSecond
  const faster =
    factor >= 1
      ? `The student computes ${factor.toFixed(1)} times as many images a second as its teacher`
      : `The student is no faster than its teacher: it computes ${factor.toFixed(2)} times as many images a second`
  const gained = `${faster} (${perSecond(speed.studentPerSecond)} against ${perSecond(speed.teacherPerSecond)} on this computer) from a file of ${megabytes(student.bytes)} instead of ${megabytes(teacher.bytes)}`
  const best = headline(labelled)
  const [of, from] = [best?.student.means.f1 ?? null, best?.teacher.means.f1 ?? null]
  const change = best?.difference.meanF1 ?? null
  if (best && of !== null && from !== null && change) {
    const where =
      best.kind === 'left-out'
        ? `${people(best.subjects.length)} it did not see`
        : `${people(best.subjects.length)} whose frames it learned from`
    const interval = change.interval
      ? `; 95 % interval of the difference ${plainDifference(change.interval.low)} to ${plainDifference(change.interval.high)}`
      : ''
    const size = Math.abs(change.value).toFixed(2)
    const word = Number(size) === 0 ? 'the same' : `${size} ${change.value < 0 ? 'lower' : 'higher'}`
    return `${gained}, and its mean F1 on ${best.frames} labelled frames of ${where} is ${word} (${of.toFixed(2)} against ${from.toFixed(2)}${interval}).`
  }
  const likeness = agreement.leftOut ?? agreement.distilled
  const correlation = likeness.correlation === null ? 'have no defined correlation' : `correlate ${plainFigure(likeness.correlation)}`
  const frames = agreement.leftOut ? `frames of ${people(likeness.subjects.length)} it did not see` : 'frames it learned from'
  return `${gained}; how much F1 is lost is not known, as there are no labels to measure it on, but its probabilities and the teacher’s ${correlation} on ${likeness.frames} ${frames}.`
}

function warningsOf(report: Bare, run: DistillationRunConfig): string[] {
  const { agreement, labelled, speed, frames, leftOut, teacher, student } = report
  const warnings: string[] = []
  if (run.labelsUnused !== null) warnings.push(`The labels of the project were not used: ${run.labelsUnused}`)
  if (leftOut.length === 0)
    warnings.push(
      'No subject was left out, so every figure is of faces that the student has seen. Leave some subjects out to see what it does with others.',
    )
  else if (!labelled.some(({ kind }) => kind === 'left-out'))
    warnings.push('The subjects left out have no labels, so F1 is not measured on faces that the student has not seen.')
  for (const { kind, teacherTrainedOn } of labelled)
    if (teacherTrainedOn.length > 0)
      warnings.push(
        `The teacher was trained on ${kind === 'left-out' ? 'subjects left out' : 'subjects learned from'} (${teacherTrainedOn.join(', ')}), which flatters it there: for other people less may be lost than these figures say, and both may be worse.`,
      )
  if (labelled.length > 0 && run.teacher.unknownOrigin)
    warnings.push(
      `It is not known here on whom ${run.teacher.unknownOrigin} was trained, so the teacher may know these subjects, which would flatter it.`,
    )
  for (const { kind, subjects } of labelled)
    if (kind === 'left-out' && subjects.length < 5)
      warnings.push(`${people(subjects.length)} left out with labels: too few to tell small differences from chance.`)
  const likeness = agreement.leftOut ?? agreement.distilled
  if (likeness.correlation === null || likeness.correlation < GOOD_CORRELATION)
    warnings.push(
      `Student and teacher correlate ${likeness.correlation === null ? 'nowhere' : `only ${plainFigure(likeness.correlation)}`}. More frames, more epochs or a student that starts from a pretrained backbone bring them closer.`,
    )
  if (frames < FEW_FRAMES) warnings.push(`There were ${frames} frames to learn from. Recordings need no labels here: more of them help.`)
  if (speed.studentPerSecond < LITTLE_FASTER * speed.teacherPerSecond)
    warnings.push(`The student is hardly faster than ${teacher.name} on this device. Take a smaller one, or a smaller image side.`)
  if (student.parameters > teacher.parameters) warnings.push('The student has more weights than its teacher.')
  if (run.isSynthetic) warnings.push('All faces are synthetic.')
  return warnings
}

function methodsOf(report: Bare, run: DistillationRunConfig, data: RunData): string {
  const { teacher, frames, agreement, labelled, leftOut } = report
  const { width, depth, heads, patch, imageSize } = run.architecture
  const { temperature, features, optimisation: o, augmentation, frames: drawn, thresholds } = run.config
  const from = run.parent ? `starting from ${run.parent.name}` : 'from random weights'
  const hints =
    features.weight > 0
      ? `, and ${features.weight} times the ${features.loss === 'cosine' ? 'cosine distance' : 'smooth L1 distance'} of its linearly projected pooled features from the teacher's, layer-normalised (FitNets, Romero et al. 2015)`
      : ''
  const crop = augmentation.resizedCropScale
  const changes = [
    ...(crop ? [`random resized crops of ${crop[0]} to ${crop[1]} of the area`] : []),
    ...(augmentation.flip > 0 ? ['mirroring'] : []),
  ]
  const best = headline(labelled)
  const measured = best
    ? ` F1 was measured on ${best.frames} labelled frames of ${people(best.subjects.length)} ${best.kind === 'left-out' ? 'whose frames the student did not see' : 'whose frames, but not labels, the student learned from'}, ${data.coders.names.length > 1 ? 'labels by majority of the coders, ' : ''}with intervals by bootstrap over subjects.`
    : ''
  const likeness = agreement.leftOut ?? agreement.distilled
  return (
    `A vision transformer (width ${width}, depth ${depth}, ${heads} heads, patch ${patch}, ${imageSize} x ${imageSize} pixels) was distilled ${from} from ${teacher.name} (width ${teacher.architecture.width}, depth ${teacher.architecture.depth}, ${teacher.architecture.imageSize} x ${teacher.architecture.imageSize} pixels; SHA-256 ${teacher.sha256.slice(0, 12)}) ` +
    `on ${frames} frames of ${people(report.subjects.length)} without using labels, every ${drawn.every === 1 ? '' : `${drawn.every}th `}analysed frame${leftOut.length > 0 ? `; ${people(leftOut.length)} left out` : ''}. ` +
    `Loss: binary cross-entropy of the student's probabilities against the teacher's at temperature ${temperature}, times its square (Hinton et al. 2015)${hints}. ` +
    `AdamW (0.9, 0.999), weight decay ${o.weightDecay}, base rate ${o.baseRate} per 256 images, ${o.batch * o.microBatches} images an update, ${report.steps} updates (${report.epochs.toFixed(1)} epochs), linear warm-up and half a cosine; ${changes.length > 0 ? changes.join(' and ') : 'images unchanged'}. ` +
    `Thresholds: ${thresholds === 'labels' ? 'chosen on labelled frames of the subjects learned from where there were any, else the teacher’s' : 'the teacher’s'}. ` +
    `Pearson's correlation with the teacher's probabilities ${likeness.correlation === null ? 'undefined' : plainFigure(likeness.correlation, 3)} (mean over AUs, ${likeness.frames} frames ${agreement.leftOut ? 'of subjects left out' : 'that were learned from'}).${measured}`
  )
}

interface CardInput {
  run: DistillationRunConfig
  report: DistillationReport
  teacher: ModelCard
  /** Null where the teacher's is kept. */
  thresholds: readonly (number | null)[]
  files: ModelFile[]
}

/** What the student's card says of it. */
export function studentCard({ run, report, teacher, thresholds, files }: CardInput): NonNullable<DistillationResult['card']> {
  const { agreement, labelled, frames, subjects, leftOut } = report
  const honest = labelled.find(({ kind, teacherTrainedOn }) => kind === 'left-out' && teacherTrainedOn.length === 0) ?? null
  const likeness = agreement.leftOut ?? agreement.distilled
  const where = agreement.leftOut ? `${people(likeness.subjects.length)} not seen` : 'the subjects seen'
  const aus = run.teacher.aus.map((au, column): ModelAu => {
    const own = teacher.aus.find((one) => one.au === au)
    const alike = likeness.aus[column]?.correlation ?? null
    const chosen = thresholds[column] ?? null
    return { au, threshold: chosen ?? own?.threshold ?? 0.5, ...studentTrust(au, own, alike, honest, where) }
  })
  const best = headline(labelled)
  const of =
    best && `${best.frames} labelled frames of ${people(best.subjects.length)} ${best.kind === 'left-out' ? 'left out' : 'learned from'}`
  const metrics: ModelCard['metrics'] = [
    { name: 'correlation with the teacher', value: likeness.correlation, of: `${likeness.frames} frames of ${where}` },
    { name: 'images a second', value: report.speed.studentPerSecond, of: `${report.speed.processor}, ${report.speed.device}` },
    ...(best && of
      ? [
          { name: 'mean F1', value: best.student.means.f1, of },
          { name: 'mean F1 of the teacher', value: best.teacher.means.f1, of },
        ]
      : []),
  ].flatMap(({ value, ...rest }) => (value === null ? [] : [{ ...rest, value }]))
  return {
    architecture: { ...run.architecture, subjects: 0 },
    aus,
    files,
    metrics,
    training: {
      summary: `Distilled from ${run.teacher.name} (${run.teacher.id}) on ${frames} frames of ${people(subjects.length)} of this project (${subjects.join(', ')}) without their labels${leftOut.length > 0 ? `; ${leftOut.join(', ')} left out` : ''}${run.parent ? `, starting from ${run.parent.name}` : ', starting from nothing'}. It repeats what its teacher says, mistakes included. ${report.sentence}`,
      isSynthetic: run.isSynthetic && teacher.training.isSynthetic,
      subjects: [...new Set([...subjects, ...run.teacher.subjects])].sort(),
      parentId: run.parent?.id ?? null,
      runId: run.id,
      teacher: { id: run.teacher.id, name: run.teacher.name, sha256: run.teacher.sha256 },
    },
  }
}

/** By labels of people that neither has learned from, where there are any; else no more than weak, and never more than the teacher's. */
function studentTrust(
  au: number,
  teacher: ModelAu | undefined,
  alike: number | null,
  honest: LabelledComparison | null,
  where: string,
): Pick<ModelAu, 'trust' | 'evidence'> {
  const figures = honest?.student.aus.find((one) => one.au === au)
  const likeness = `Correlates ${alike === null ? 'not at all' : plainFigure(alike)} with its teacher on ${where}.`
  if (figures && figures.auc !== null) {
    const { trust, evidence } = trustOf(figures, true)
    return { trust, evidence: `${evidence} ${likeness}` }
  }
  const own: AuTrust = teacher?.trust ?? 'experimental'
  const isAlike = alike !== null && alike >= GOOD_CORRELATION
  return {
    trust: own === 'experimental' || !isAlike ? 'experimental' : 'weak',
    evidence: `${auLabel(au)} was not measured on labels of people unknown to it. ${likeness} The teacher: ${teacher?.evidence ?? 'nothing is known of it.'}`,
  }
}
