// auw train, runs, evaluate, probe, dataset. Exporting a model is in models.ts, several runs beside each other are in studies.ts.
import { readFileSync } from 'node:fs'
import { InvalidArgumentError, Option, type Command } from 'commander'
import type { EvaluationResult, ProbeResult } from '@shared/contract/training'
import { AppError } from '@shared/errors'
import { auLabel } from '@shared/facs'
import { parseCoders, parseFolds } from '@shared/training'
import type { Interval, ModelFigures, RunSummary, TrainingEstimate } from '@shared/trainingRun'
import { auList } from '../arguments'
import { bytesText, table } from '../output'
import { followJobs } from '../progress'
import { withProject, type Session } from '../session'

type InProject = Session & { project: string }

/** `--from none` starts from nothing. */
export const NOTHING = 'none'

export function number(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError('Give a number of at least 0.')
  return value
}

export const numberList = (text: string): number[] => text.split(',').map(number)
export const codeList = (text: string): string[] =>
  text
    .split(',')
    .map((code) => code.trim())
    .filter((code) => code !== '')

export interface TrainOptions {
  preset?: string
  config?: string
  from?: string
  aus?: number[]
  coders?: string
  lambda?: number
  epochs?: number
  folds?: string
  seed?: number
  device?: string
  name?: string
  resume?: string
  stream?: boolean
  estimate?: boolean
}

export function addTrainingCommands(program: Command): void {
  addTrain(program)
  addRuns(program)
  addEvaluation(program)
  program
    .command('dataset')
    .description('published data sets')
    .command('import <dir> <path>')
    .description('take videos and labels of a published data set in')
    .addOption(new Option('--kind <kind>').choices(['bp4d', 'bp4d+', 'disfa', 'fmae-jsonl']).makeOptionMandatory())
    .option('--threshold <n>', 'DISFA: intensity from which an AU counts as present', number, 2)
    .action(
      (
        directory: string,
        path: string,
        options: { kind: 'bp4d' | 'bp4d+' | 'disfa' | 'fmae-jsonl'; threshold: number },
        command: Command,
      ) =>
        withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
          const result = await client.training.importDataset({ project, kind: options.kind, directory: path, threshold: options.threshold })
          for (const note of result.notes) output.note(note)
          output.result(
            result,
            () => `Took in ${result.videos} videos of ${result.subjects} subjects with ${result.labels} labelled spans.`,
          )
        }),
    )
}

function addTrain(program: Command): void {
  program
    .command('train <dir>')
    .description("train a model on the project's labels; an interrupted run goes on with --resume")
    .option('--preset <id>', 'a published recipe or: correction, last-blocks, full-gpu, tiny-demo')
    .option('--config <file>', 'JSON with any of the settings, laid over the preset')
    .option('--from <model>', 'model to start from, or none; default: the active model where it can be trained')
    .option('--aus <list>', 'AUs to train; default: all of the project with labels', auList)
    .option('--coders <policy>', 'where coders contradict each other: refuse, majority, or one coder')
    .option('--lambda <n>', 'weight of the identity adversary', number)
    .option('--epochs <n>', 'how many times every frame is seen', number)
    .option('--folds <plan>', 'loso, kfold:K, holdout:CODE,CODE or published:BP4D')
    .option('--seed <n>', 'of all random choices', number)
    .option('--device <device>', 'cpu, webgpu, wasm, cuda; default: the fastest that passed its check')
    .option('--name <name>')
    .option('--resume <run>', 'go on with a run from its last checkpoint')
    .option('--estimate', 'only say what it would take, by one step on the device')
    .option('--stream', 'metrics as JSON lines on standard error')
    .action((directory: string, options: TrainOptions, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async (session) => {
        const inProject = { ...session, project: session.info.id }
        const { client, output, project } = inProject
        if (options.estimate) {
          const estimate = await client.training.estimate({ project, ...requestOf(options) })
          output.result(estimate, () => estimateText(estimate))
          return
        }
        const summary = await train(inProject, options)
        const detail = await client.training.run({ project, runId: summary.id })
        output.result({ run: summary, report: detail.report }, () => runText(summary, detail.report))
      }),
    )
}

/** Starts or resumes a run and follows it to its end. */
export async function train(session: InProject, options: TrainOptions): Promise<RunSummary> {
  const { client, output, project } = session
  const { runId, job } =
    options.resume === undefined
      ? await client.training.start({ project, ...requestOf(options), name: options.name })
      : await client.training.resume({ project, runId: options.resume })
  output.note(`Run ${runId}. Interrupted, it goes on with: auw train DIR --resume ${runId}`)
  const streaming = options.stream ? stream(session, runId) : null
  await followJobs(session, [job])
  await streaming
  return client.training.runs({ project }).then((runs) => runs.find((run) => run.id === runId) as RunSummary)
}

async function stream({ client, project }: InProject, runId: string): Promise<void> {
  for await (const line of await client.training.metrics({ project, runId })) process.stderr.write(`${JSON.stringify(line)}\n`)
}

/** What the options ask of `training.start`. */
export function requestOf(options: TrainOptions) {
  const configuration = merged(options.config === undefined ? {} : readConfig(options.config), {
    ...(options.lambda === undefined ? {} : { identity: { lambda: options.lambda } }),
    ...(options.epochs === undefined ? {} : { optimisation: { epochs: options.epochs } }),
    ...(options.coders === undefined ? {} : { data: { coders: parseCoders(options.coders) } }),
    ...(options.folds === undefined ? {} : { evaluation: { folds: parseFolds(options.folds) } }),
    ...(options.seed === undefined ? {} : { seed: options.seed }),
  })
  return {
    presetId: options.preset,
    // nothing given lets the backend choose a preset
    configuration: Object.keys(configuration).length === 0 ? undefined : configuration,
    fromModelId: options.from === undefined ? undefined : options.from === NOTHING ? null : options.from,
    aus: options.aus,
    device: options.device,
  }
}

type Settings = Record<string, unknown>

function merged(base: Settings, change: Settings): Settings {
  const result = { ...base }
  for (const [key, value] of Object.entries(change)) {
    const before = result[key]
    result[key] =
      typeof value === 'object' && value !== null && typeof before === 'object' && before !== null ? { ...before, ...value } : value
  }
  return result
}

function readConfig(file: string): Settings {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new AppError('FILE_NOT_FOUND', `The configuration ${file} cannot be read.`)
  }
  try {
    const parsed: unknown = JSON.parse(text)
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed as Settings
  } catch {
    // said below
  }
  throw new AppError('CONFIG_INVALID', `${file} is no JSON object of settings.`)
}

function addRuns(program: Command): void {
  const runs = program.command('runs').description('training runs')
  runs.command('list <dir>').action((directory: string, _options: unknown, command: Command) =>
    withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
      const list = await client.training.runs({ project })
      output.result({ runs: list }, () =>
        table(
          ['run', 'name', 'state', 'lambda', 'mean F1', 'before', 'model'],
          list.map((run) => [run.id, run.name, run.state, run.lambda, figure(run.meanF1), figure(run.beforeMeanF1), run.modelId]),
        ),
      )
    }),
  )
  runs.command('show <dir> <run>').action((directory: string, runId: string, _options: unknown, command: Command) =>
    withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
      const detail = await client.training.run({ project, runId })
      output.result(detail, () => runText(detail.summary, detail.report))
    }),
  )
  runs.command('remove <dir> <run>').action((directory: string, runId: string, _options: unknown, command: Command) =>
    withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
      await client.training.remove({ project, runId })
      output.result({ isRemoved: true, id: runId }, () => `Removed run ${runId}; a model that came of it stays.`)
    }),
  )
}

function addEvaluation(program: Command): void {
  program
    .command('evaluate <dir>')
    .description("figures of a model on the project's labels, with intervals over subjects")
    .option('--model <id>', 'default: the active model')
    .option('--subjects <list>', 'only these subjects', codeList)
    .option('--coders <policy>', 'where coders contradict each other: refuse, majority, or one coder')
    .option('--device <device>')
    .action((directory: string, options: { model?: string; subjects?: string[]; coders?: string; device?: string }, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async (session) => {
        const { client, output, project } = session
        const coders = options.coders === undefined ? undefined : parseCoders(options.coders)
        const job = await client.training.evaluate({
          project,
          modelId: options.model,
          subjects: options.subjects,
          coders,
          device: options.device,
        })
        const [ended] = await followJobs(session, [job])
        const result = ended?.result as EvaluationResult
        for (const warning of result.warnings) output.note(warning)
        output.result(result, () => figuresText(null, result.figures))
      }),
    )
  program
    .command('probe <dir>')
    .description('how well a linear classifier tells the people apart from what a model computes')
    .option('--model <id>', 'default: the active model')
    .option('--device <device>')
    .action((directory: string, options: { model?: string; device?: string }, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async (session) => {
        const job = await session.client.training.probe({ project: session.project, modelId: options.model, device: options.device })
        const [ended] = await followJobs(session, [job])
        const result = ended?.result as ProbeResult
        const { accuracy, chance, subjects, trainPerSubject, testPerSubject } = result.figures
        session.output.result(
          result,
          () =>
            `The person is named rightly in ${(100 * accuracy).toFixed(1)} % of held-out frames; chance is ${(100 * chance).toFixed(1)} % (${subjects} subjects, ${trainPerSubject} + ${testPerSubject} frames each).`,
        )
      }),
    )
}

export const figure = (value: number | null | undefined): string | null => (value === null || value === undefined ? null : value.toFixed(2))
export const range = (interval: Interval | null | undefined): string | null =>
  interval ? `${interval.low.toFixed(2)}-${interval.high.toFixed(2)}` : null

/** Figures per AU, beside those of a model before. */
export function figuresText(before: ModelFigures | null, after: ModelFigures): string {
  const rows = after.aus.map((one) => {
    const old = before?.aus.find(({ au }) => au === one.au)
    const beforeCells = before ? [figure(old?.f1), range(old?.f1Interval)] : []
    return [
      auLabel(one.au),
      one.known,
      figure(one.baseRate),
      ...beforeCells,
      figure(one.f1),
      range(one.f1Interval),
      figure(one.f1AtHalf),
      figure(one.auc),
      range(one.aucInterval),
    ]
  })
  const mean = [
    'mean',
    null,
    null,
    ...(before ? [figure(before.means.f1), range(before.meanF1Interval)] : []),
    figure(after.means.f1),
    range(after.meanF1Interval),
    figure(after.means.f1AtHalf),
    figure(after.means.auc),
    range(after.meanAucInterval),
  ]
  const header = ['AU', 'frames', 'base rate', ...(before ? ['F1 before', '95 %'] : []), 'F1', '95 %', 'F1 at 0.5', 'AUC', '95 %']
  const leftOut =
    after.leftOut.length > 0 ? `\nMeans leave out ${after.leftOut.map((au) => auLabel(au)).join(' ')}: not both present and absent.` : ''
  return `${table(header, [...rows, mean])}${leftOut}`
}

function runText(
  summary: RunSummary,
  report: { warnings: string[]; before: ModelFigures | null; after: ModelFigures; parentName: string | null } | null,
): string {
  const lines = [`${summary.name} (${summary.id}): ${summary.state}${summary.error ? `. ${summary.error.message}` : ''}`]
  if (report) {
    lines.push(
      `On held-out subjects${report.before ? `, beside ${report.before.name}` : ''}; thresholds and epoch chosen on validation subjects:`,
      figuresText(report.before, report.after),
      ...report.warnings.map((warning) => `Note: ${warning}`),
      `Model ${summary.modelId ?? 'none'}. The whole report: runs/${summary.id}/report.html`,
    )
  }
  return lines.join('\n')
}

function estimateText(estimate: TrainingEstimate): string {
  const time =
    estimate.seconds < 120
      ? `${Math.round(estimate.seconds)} seconds`
      : estimate.seconds < 7200
        ? `${Math.round(estimate.seconds / 60)} minutes`
        : `${(estimate.seconds / 3600).toFixed(1)} hours`
  const memory = `about ${bytesText(estimate.memoryBytes)} of memory, ${bytesText(estimate.availableBytes)} can be had`
  return estimate.advice ?? `${estimate.updates} updates in ${estimate.folds} folds on ${estimate.device}: about ${time}, ${memory}.`
}
