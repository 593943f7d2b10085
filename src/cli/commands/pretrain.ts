// auw pretrain: masked pretraining of a backbone on a project's own faces and on curated stores.
import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { AppError } from '@shared/errors'
import { mergeSettings } from '@shared/layeredSettings'
import { parseDecoder, PRETRAINING_SIZES, type PretrainingDetail, type PretrainingSummary } from '@shared/pretraining'
import { codeList, positiveOrZero, weightList, wholeNumber } from '../arguments'
import { followRun } from '../followRun'
import { table } from '../output'
import { withProject, type Session } from '../session'
import { readSettings } from '../settingsFile'

interface PretrainOptions {
  from?: string
  size?: string
  pixels?: number
  decoder?: string
  mask?: number
  epochs?: number
  steps?: number
  warmup?: number
  batch?: number
  microBatches?: number
  rate?: number
  own: boolean
  every?: number
  weights?: number[]
  leaveOut?: string[]
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

/** `--from none` starts from nothing. */
const NOTHING = 'none'

export function addPretrainCommand(program: Command): void {
  program
    .command('pretrain <dir> [stores...]')
    .description(
      "pretrain a backbone by masked autoencoding, without labels, on the project's own faces and on stores made by auw curate; train on from it with auw train --from",
    )
    .option('--from <model>', 'model whose encoder is pretrained further, or none (default)')
    .addOption(new Option('--size <size>', 'of a network that starts from nothing (default tiny)').choices([...PRETRAINING_SIZES]))
    .option('--pixels <n>', 'side of the images (default 112)', wholeNumber)
    .option('--decoder <wxdxh>', 'width x depth x heads, such as 96x2x3; 512x8x16 is the published one; default: by size')
    .option('--mask <share>', 'share of the patches that are hidden (default 0.75)', positiveOrZero)
    .option('--epochs <n>', 'how many times every picture is seen (default 50)', wholeNumber)
    .option('--steps <n>', 'updates in all, instead of epochs', wholeNumber)
    .option('--warmup <epochs>', 'epochs in which the rate rises (default 2)', positiveOrZero)
    .option('--batch <n>', 'images computed at a time (default 128)', wholeNumber)
    .option('--micro-batches <n>', 'batches per update (default 1)', wholeNumber)
    .option('--rate <n>', 'base rate per 256 images (default 1.5e-4)', positiveOrZero)
    .option('--no-own', "leave the project's own faces out")
    .option('--every <n>', "of the project's own frames every n-th (default 5)", wholeNumber)
    .option(
      '--weights <list>',
      "share of each source in what is drawn: the stores in their order, then the project's own faces; default: by number of pictures",
      weightList,
    )
    .option('--leave-out <codes>', 'subjects whose faces are not looked at, as those to be tested on', codeList)
    .option('--config <file>', 'JSON with any of the settings of docs/pretraining.md; options given here come after it')
    .option('--seed <n>', 'of all random choices', positiveOrZero)
    .option('--device <device>', 'cpu, webgpu, wasm, cuda; default: the fastest that passed its check')
    .option('--checkpoint-minutes <n>', 'minutes between two saved states (default 10)', positiveOrZero)
    .option('--name <name>')
    .option('--resume <run>', 'go on with a run from its last checkpoint')
    .option('--data', 'only say what would be looked at, and how often')
    .option('--list', 'list the pretraining runs of the project')
    .option('--stream', 'metrics as JSON lines on standard error')
    .action((directory: string, stores: string[], options: PretrainOptions, command: Command) =>
      withProject(directory, command.optsWithGlobals(), (session) => run(session, stores, options)),
    )
}

async function run(session: Session & { project: string }, stores: string[], options: PretrainOptions): Promise<void> {
  const { client, output, project } = session
  if (options.list) {
    const runs = await client.pretraining.runs({ project })
    output.result({ runs }, () => runTable(runs))
    return
  }
  if (options.data) {
    const data = await client.pretraining.data({ project, ...requestOf(stores, options) })
    output.result(data, () =>
      [
        table(
          ['source', 'pictures', 'share of draws in %'],
          data.sources.map((one) => [one.name, one.frames, Number((100 * one.share).toFixed(1))]),
        ),
        `${data.frames} pictures, ${data.stepsPerEpoch} updates an epoch, ${data.steps} in all.`,
      ].join('\n'),
    )
    return
  }
  const started =
    options.resume === undefined
      ? await client.pretraining.start({ project, ...requestOf(stores, options), name: options.name })
      : await client.pretraining.resume({ project, runId: options.resume })
  const { runId } = started
  await followRun(
    session,
    started,
    `auw pretrain DIR --resume ${runId}`,
    options.stream ? () => client.pretraining.metrics({ project, runId }) : undefined,
  )
  const detail = await client.pretraining.run({ project, runId })
  output.result({ run: detail.summary, report: detail.report }, () => runText(detail))
}

function requestOf(stores: string[], options: PretrainOptions) {
  const { weights } = options
  const expected = stores.length + (options.own ? 1 : 0)
  if (weights && weights.length !== expected)
    throw new AppError(
      'USAGE',
      `There are ${expected} sources (${stores.length} stores${options.own ? " and the project's own faces; --no-own leaves those out" : ''}) and ${weights.length} weights; give one weight for each.`,
    )
  return {
    configuration: mergeSettings(readSettings(options.config), {
      network: { size: options.size, imageSize: options.pixels },
      decoder: options.decoder === undefined ? undefined : parseDecoder(options.decoder),
      maskRatio: options.mask,
      optimisation: {
        epochs: options.epochs,
        steps: options.steps,
        warmupEpochs: options.warmup,
        batch: options.batch,
        microBatches: options.microBatches,
        baseRate: options.rate,
      },
      own: { every: options.every },
      checkpointMinutes: options.checkpointMinutes,
      seed: options.seed,
    }),
    fromModelId: options.from === undefined || options.from === NOTHING ? null : options.from,
    stores: stores.map((path, index) => ({ directory: resolve(path), weight: weights?.[index] })),
    ownWeight: options.own ? weights?.[stores.length] : 0,
    leaveOut: options.leaveOut,
    device: options.device,
  }
}

const lossText = (loss: number | null): string | null => (loss === null ? null : loss.toFixed(4))

const runTable = (runs: readonly PretrainingSummary[]): string =>
  table(
    ['run', 'name', 'state', 'updates', 'loss', 'model'],
    runs.map((one) => [one.id, one.name, one.state, one.steps, lossText(one.loss), one.modelId]),
  )

function runText({ summary, report }: PretrainingDetail): string {
  const lines = [`${summary.name} (${summary.id}): ${summary.state}${summary.error ? `. ${summary.error.message}` : ''}`]
  if (report) {
    const { figures } = report
    lines.push(
      `Loss at the end ${figures.loss.toFixed(4)} after ${figures.steps} updates (${figures.epochs.toFixed(1)} epochs, ${figures.imagesSeen} images, ${(figures.imagesSeen / Math.max(1e-3, figures.seconds)).toFixed(0)} a second).`,
      ...report.warnings.map((warning) => `Note: ${warning}`),
      `Backbone ${summary.modelId ?? 'none'}. Train on from it: auw train DIR --from ${summary.modelId ?? 'MODEL'}. The whole report: runs/${summary.id}/report.html`,
    )
  }
  return lines.join('\n')
}
