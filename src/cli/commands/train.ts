// auw train: starts, estimates and resumes runs, and follows them to their end.
import type { Command } from 'commander'
import { AppError } from '@shared/errors'
import { formatBytes } from '@shared/formatBytes'
import type { RunSummary, TrainingEstimate } from '@shared/trainingRun'
import { auList, positiveOrZero, seedNumber, wholeNumber } from '../arguments'
import { followRun } from '../followRun'
import { runText } from '../figures'
import { durationText } from '../output'
import { withProject, type Session } from '../session'
import { requestOf, type TrainOptions } from '../trainingRequest'

type InProject = Session & { project: string }

export function addTrainCommand(program: Command): void {
  program
    .command('train <dir>')
    .description("train a model on the project's labels; an interrupted run goes on with --resume")
    .option('--preset <id>', 'a published recipe or: correction, last-blocks, full-gpu, tiny-demo')
    .option('--config <file>', 'JSON with any of the settings, laid over the preset')
    .option('--from <model>', 'model to start from, or none; default: the active model where it can be trained, else starter-vit')
    .option('--aus <list>', 'AUs to train; default: all of the project with labels', auList)
    .option('--coders <policy>', 'where coders contradict each other: refuse, majority, or one coder')
    .option('--lambda <n>', 'weight of the identity adversary', positiveOrZero)
    .option('--epochs <n>', 'how many times every frame is seen; a tenth of them is the warm-up', wholeNumber)
    .option('--folds <plan>', 'loso, kfold:K, holdout:CODE,CODE or published:BP4D')
    .option('--seed <n>', 'of all random choices', seedNumber)
    .option('--device <device>', 'cpu, webgpu, wasm, cuda; default: the fastest that passed its check')
    .option('--name <name>')
    .option('--resume <run>', 'go on with a run from its last checkpoint; --device takes it to another device')
    .option('--estimate', 'only say what it would take, by one step on the device')
    .option('--stream', 'metrics as JSON lines on standard error')
    .action((directory: string, options: TrainOptions, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async (session) => {
        const inProject = { ...session, project: session.info.id }
        const { client, output, project } = inProject
        assertResumable(options, command)
        if (options.estimate) {
          const estimate = await client.training.estimate({ project, ...requestOf(options) })
          output.result(estimate, () => estimateText(estimate))
          return
        }
        const summary = await train(inProject, options, directory)
        const detail = await client.training.run({ project, runId: summary.id })
        output.result({ run: summary, report: detail.report }, () => runText(summary, detail.report))
      }),
    )
}

/** Starts or resumes a run and follows it to its end. */
async function train(session: InProject, options: TrainOptions, directory: string): Promise<RunSummary> {
  const { client, project } = session
  const started =
    options.resume === undefined
      ? await client.training.start({ project, ...requestOf(options), name: options.name })
      : await client.training.resume({ project, runId: options.resume, device: options.device })
  const { runId } = started
  await followRun(
    session,
    started,
    `npx auw train ${directory} --resume ${runId}`,
    options.stream ? () => client.training.metrics({ project, runId }) : undefined,
  )
  return client.training.runs({ project }).then((runs) => runs.find((run) => run.id === runId) as RunSummary)
}

const WITH_RESUME = new Set(['resume', 'device', 'stream'])

/** A resumed run keeps its settings: other options would be ignored, so they are refused. @throws AppError CONFIG_INVALID */
function assertResumable({ resume }: TrainOptions, command: Command): void {
  if (resume === undefined) return
  const others = command.options.filter(
    (option) => command.getOptionValueSource(option.attributeName()) === 'cli' && !WITH_RESUME.has(option.attributeName()),
  )
  if (others.length === 0) return
  throw new AppError(
    'CONFIG_INVALID',
    `A run that goes on keeps its settings: leave ${others.map(({ long }) => long).join(', ')} out, or start a new run. Only --device and --stream go with --resume.`,
  )
}

function estimateText(estimate: TrainingEstimate): string {
  const memory = `about ${formatBytes(estimate.memoryBytes)} of memory, ${formatBytes(estimate.availableBytes)} can be had`
  return (
    estimate.advice ??
    `${estimate.updates} updates in ${estimate.folds} folds on ${estimate.device}: about ${durationText(estimate.seconds)}, ${memory}.`
  )
}
