// auw model.
import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import { auLabel } from '@shared/facs'
import type { PrecisionComparison } from '@shared/contract/training'
import { AppError } from '@shared/errors'
import { formatBytes } from '@shared/formatBytes'
import { parseCoders } from '@shared/training'
import type { PrecisionFigures } from '@shared/figures'
import { auList, codeList, wholeNumber } from '../arguments'
import { table } from '../output'
import { followJobs } from '../progress'
import { readProject, withProject } from '../session'
import { figure, range } from '../figures'

export function addModelCommands(program: Command): void {
  const model = program.command('model').description('the registry of models')
  model
    .command('list <dir>')
    .description('models that this project can use; * marks the active one')
    .action((directory: string, _options: unknown, command: Command) =>
      readProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        const models = await client.model.list({ project })
        output.result({ models }, () =>
          table(
            ['', 'id', 'name', 'kind', 'AUs', 'licence'],
            models.map((one) => [one.isActive ? '*' : '', one.id, one.name, one.kind, one.aus.length, one.licence]),
          ),
        )
      }),
    )
  model
    .command('import <dir> <file>')
    .description('take in a .pth or .safetensors checkpoint of FMAE or FMAE-IAT')
    .option('--aus <list>', 'AUs in the order of the outputs', auList)
    .option('--heads <n>', 'attention heads, when the width does not tell', wholeNumber)
    .option('--name <name>', 'default: the name of the file')
    .action((directory: string, file: string, options: { aus?: number[]; heads?: number; name?: string }, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        const summary = await client.model.import({ project, file, ...options })
        const card = await client.model.get({ project, modelId: summary.id })
        if (card.areAusAssumed)
          output.note(
            `The outputs were taken for ${card.aus.map((one) => auLabel(one.au)).join(' ')}: an assumption from their number. Say otherwise with --aus.`,
          )
        if (summary.isNonCommercial) output.note(card.licence.notice)
        output.result(
          { ...summary, models: [summary], card },
          () =>
            `Imported ${summary.name} as ${summary.id}${summary.canPredict ? '' : ' (a backbone without AU outputs: it can be trained from, not predict)'}.`,
        )
      }),
    )
  model
    .command('activate <dir> <id>')
    .description('use this model where none is named')
    .action((directory: string, modelId: string, _options: unknown, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        const summary = await client.model.activate({ project, modelId })
        output.result(summary, () => `${summary.name} is the active model now.`)
      }),
    )
  model
    .command('precision <dir> <id>')
    .description("what int8 does to a model: its figures on the project's labels beside float32, how far probabilities move, speed, size")
    .option('--subjects <list>', 'only these subjects', codeList)
    .option('--coders <policy>', 'where coders contradict each other: refuse, majority, or one coder')
    .action((directory: string, modelId: string, options: { subjects?: string[]; coders?: string }, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async (session) => {
        const coders = options.coders === undefined ? undefined : parseCoders(options.coders)
        const job = await session.client.training.comparePrecisions({
          project: session.project,
          modelId,
          subjects: options.subjects,
          coders,
        })
        const [ended] = await followJobs(session, [job])
        const result = ended?.result as PrecisionComparison
        for (const warning of result.warnings) session.output.note(warning)
        session.output.result(result, () => precisionText(result.figures))
      }),
    )
  model
    .command('export <dir> <id>')
    .description('write a model as a file for other programs; what one must know to use it stands in its metadata')
    .addOption(
      new Option('--format <format>', 'safetensors (keys as timm names them) or onnx (any onnxruntime)')
        .choices(['safetensors', 'onnx'])
        .makeOptionMandatory(),
    )
    .option('--half', 'safetensors in half precision: half the size')
    .requiredOption('--out <file>', 'where to')
    .action((directory: string, modelId: string, options: { format: 'safetensors' | 'onnx'; half?: true; out: string }, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        if (options.half && options.format === 'onnx')
          throw new AppError('INPUT_INVALID', 'Half precision is for safetensors; an .onnx file is written in full. Leave out --half.')
        const card = await client.model.get({ project, modelId })
        const file = resolve(options.out)
        const written = await client.training.exportModel({ project, modelId, format: options.format, isHalf: options.half, file })
        if (card.licence.isNonCommercial) output.note(card.licence.notice)
        const check =
          written.worstError === null ? '' : `; run here, its outputs are within ${written.worstError.toExponential(1)} of the model's`
        output.result(written, () => `Wrote ${file} (${formatBytes(written.bytes)})${check}.`)
      }),
    )
  model
    .command('remove <dir> <id>')
    .description('delete a model with its predictions')
    .action((directory: string, modelId: string, _options: unknown, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        await client.model.remove({ project, modelId })
        output.result({ isRemoved: true, id: modelId }, () => `Removed ${modelId} and its predictions.`)
      }),
    )
}

/** Both precisions per AU, and in a few lines what would change. */
function precisionText({ float32, int8, differences, ...all }: PrecisionFigures): string {
  const rows = float32.aus.map((one) => {
    const other = int8.aus.find(({ au }) => au === one.au)
    const moved = differences.find(({ au }) => au === one.au)
    const cells = [figure(one.f1), range(one.f1Interval), figure(other?.f1), range(other?.f1Interval)]
    return [auLabel(one.au), one.known, ...cells, moved?.mean.toFixed(4) ?? null, moved?.largest.toFixed(4) ?? null]
  })
  const mean = ['mean', null, figure(float32.means.f1), range(float32.meanF1Interval), figure(int8.means.f1), range(int8.meanF1Interval)]
  const header = ['AU', 'frames', 'F1 float32', '95 %', 'F1 int8', '95 %', 'moved by', 'at most']
  const megabytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`
  const { bytes, framesPerSecond: speed } = all
  return [
    table(header, [...rows, [...mean, all.meanDifference.toFixed(4), all.largestDifference.toFixed(4)]]),
    `${(100 * all.changedShare).toFixed(2)} % of the decisions at the thresholds are others in int8 (${all.frames} frames).`,
    ...(speed
      ? [
          `${speed.float32.toFixed(1)} frames/s in float32, ${speed.int8.toFixed(1)} in int8: ${(speed.int8 / speed.float32).toFixed(2)} times (${all.processor}).`,
        ]
      : []),
    ...(bytes.int8 === null ? [] : [`${megabytes(bytes.float32)} in float32, ${megabytes(bytes.int8)} in int8.`]),
    'Predict with it by auw predict --precision int8.',
  ].join('\n')
}
