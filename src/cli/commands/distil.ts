// auw distil: a large model teaches a small one on a project's own frames, without labels.
import { Option, type Command } from 'commander'
import { STUDENT_SIZES, type DistillationDetail, type DistillationSummary } from '@shared/distillation'
import { AppError } from '@shared/errors'
import { mergeSettings } from '@shared/layeredSettings'
import { codeList, positiveOrZero, seedNumber, wholeNumber } from '../arguments'
import { followRun } from '../followRun'
import { table } from '../output'
import { withProject, type Session } from '../session'
import { readSettings } from '../settingsFile'
import { NOTHING } from '../trainingRequest'

interface DistilOptions {
  teacher?: string
  student?: string
  size?: string
  pixels?: number
  temperature?: number
  featureWeight?: number
  featureLoss?: string
  epochs?: number
  steps?: number
  batch?: number
  microBatches?: number
  rate?: number
  every?: number
  leaveOut?: string[]
  thresholds?: string
  config?: string
  seed?: number
  device?: string
  name?: string
  checkpointMinutes?: number
  resume?: string
  list?: boolean
  data?: boolean
  stream?: boolean
}

export function addDistilCommand(program: Command): void {
  program
    .command('distil <dir>')
    .description(
      'make a small fast AU model from a large one: it learns what the large one says of the analysed frames, without labels, and both are compared',
    )
    .option('--teacher <model>', 'the large model; any AU model that is a transformer (auw model list)')
    .option('--student <model>', 'backbone or model that the small one starts from, or none (default)')
    .addOption(new Option('--size <size>', 'of a student that starts from nothing (default tiny)').choices([...STUDENT_SIZES]))
    .option('--pixels <n>', "side of the student's images (default 112, or that of the model it starts from)", wholeNumber)
    .option('--temperature <n>', "softens the teacher's values; 1 takes its probabilities as they are (default 2)", positiveOrZero)
    .option('--feature-weight <n>', "weight of learning the teacher's features; 0 goes by its AU values alone (default 1)", positiveOrZero)
    .addOption(new Option('--feature-loss <kind>', 'distance of features (default smooth-l1)').choices(['smooth-l1', 'cosine']))
    .option('--epochs <n>', 'how many times every frame is seen (default 20)', wholeNumber)
    .option('--steps <n>', 'updates in all, instead of epochs', wholeNumber)
    .option('--batch <n>', 'images computed at a time (default 64)', wholeNumber)
    .option('--micro-batches <n>', 'batches per update (default 1)', wholeNumber)
    .option('--rate <n>', 'base rate per 256 images (default 1e-3)', positiveOrZero)
    .option('--every <n>', 'of the analysed frames every n-th (default 5)', wholeNumber)
    .option('--leave-out <codes>', 'subjects whose frames the student does not see, so that it can be measured on them', codeList)
    .addOption(
      new Option(
        '--thresholds <from>',
        "the student's: the teacher's, or chosen on labels of the subjects it saw (default teacher)",
      ).choices(['teacher', 'labels']),
    )
    .option('--config <file>', 'JSON with any of the settings of docs/distillation.md; options given here come after it')
    .option('--seed <n>', 'of all random choices', seedNumber)
    .option('--device <device>', 'cpu, webgpu, wasm, cuda; default: the fastest that passed its check')
    .option('--checkpoint-minutes <n>', 'minutes between two saved states (default 10)', positiveOrZero)
    .option('--name <name>', 'of the student')
    .option('--resume <run>', 'go on with a run from its last checkpoint')
    .option('--data', 'only say what would be learned from and compared on')
    .option('--list', 'list the distillation runs of the project')
    .option('--stream', 'metrics as JSON lines on standard error')
    .action((directory: string, options: DistilOptions, command: Command) =>
      withProject(directory, command.optsWithGlobals(), (session) => run(session, options)),
    )
}

async function run(session: Session & { project: string }, options: DistilOptions): Promise<void> {
  const { client, output, project } = session
  if (options.list) {
    const runs = await client.distillation.runs({ project })
    output.result({ runs }, () => runTable(runs))
    return
  }
  if (options.data) {
    const data = await client.distillation.data({ project, ...requestOf(options) })
    output.result(data, () =>
      [
        `The student learns from ${data.frames} frames of ${data.subjects.join(', ')}: ${data.stepsPerEpoch} updates an epoch, ${data.steps} in all. The teacher looks at ${data.teacherFrames}.`,
        data.leftOut.length > 0
          ? `Left out: ${data.leftOut.join(', ')}.`
          : 'Nobody is left out, so the student can only be measured on faces it has seen.',
        `Labelled frames to compare on: ${data.labelled.leftOut} of subjects left out, ${data.labelled.seen} of the others.`,
      ].join('\n'),
    )
    return
  }
  const started =
    options.resume === undefined
      ? await client.distillation.start({ project, ...requestOf(options), name: options.name })
      : await client.distillation.resume({ project, runId: options.resume })
  const { runId } = started
  await followRun(
    session,
    started,
    `auw distil DIR --resume ${runId}`,
    options.stream ? () => client.distillation.metrics({ project, runId }) : undefined,
  )
  const detail = await client.distillation.run({ project, runId })
  output.result({ run: detail.summary, report: detail.report }, () => runText(detail))
}

function requestOf(options: DistilOptions) {
  if (options.teacher === undefined)
    throw new AppError('USAGE', 'Name the model to learn from: auw distil DIR --teacher MODEL. "auw model list DIR" shows those there are.')
  return {
    teacherId: options.teacher,
    studentId: options.student === undefined || options.student === NOTHING ? null : options.student,
    configuration: mergeSettings(readSettings(options.config), {
      network: { size: options.size, imageSize: options.pixels },
      temperature: options.temperature,
      features: { weight: options.featureWeight, loss: options.featureLoss },
      optimisation: {
        ...epochsOf(options.epochs),
        steps: options.steps,
        batch: options.batch,
        microBatches: options.microBatches,
        baseRate: options.rate,
      },
      frames: { every: options.every },
      thresholds: options.thresholds,
      checkpointMinutes: options.checkpointMinutes,
      seed: options.seed,
    }),
    leaveOut: options.leaveOut,
    device: options.device,
  }
}

/** Of the epochs, where only their number is given: the default of one epoch does not fit a single one. */
const WARMUP_SHARE = 0.05
const epochsOf = (epochs: number | undefined) => (epochs === undefined ? {} : { epochs, warmupEpochs: epochs * WARMUP_SHARE })

const runTable = (runs: readonly DistillationSummary[]): string =>
  table(
    ['run', 'name', 'teacher', 'state', 'updates', 'model'],
    runs.map((one) => [one.id, one.name, one.teacherName, one.state, one.steps, one.modelId]),
  )

function runText({ summary, report }: DistillationDetail): string {
  const lines = [`${summary.name} (${summary.id}): ${summary.state}${summary.error ? `. ${summary.error.message}` : ''}`]
  if (report) {
    lines.push(
      report.sentence,
      ...report.warnings.map((warning) => `Note: ${warning}`),
      `Model ${summary.modelId ?? 'none'}. Predict with it: auw predict DIR --model ${summary.modelId ?? 'MODEL'}. The whole report: runs/${summary.id}/report.html`,
    )
  }
  return lines.join('\n')
}
