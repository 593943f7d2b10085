// auw expressions: sets of expression images, training on them, and what came of it. Predicting with the models is auw predict --model.
import { resolve } from 'node:path'
import { Option, type Command } from 'commander'
import type { ExpressionSetSummary } from '@shared/contract/expressions'
import { EXPRESSION_LAYOUTS, type ExpressionLayout, type ExpressionReport, type ExpressionRunSummary } from '@shared/expressions'
import { numberAbove, wholeNumber } from '../arguments'
import { followRun } from '../followRun'
import { table } from '../output'
import { followJobs } from '../progress'
import { readProject, withProject, type Session } from '../session'

interface TrainOptions {
  from?: string
  size?: string
  epochs?: number
  batch?: number
  rate?: number
  seed?: number
  device?: string
  name?: string
  resume?: string
}

export function addExpressionCommands(program: Command): void {
  const expressions = program
    .command('expressions')
    .description('expression classes such as happiness and anger (FER), beside Action Units')
  expressions
    .command('import <dir> <path>')
    .description(
      'take a set of labelled face images in: RAF-DB, AffectNet, or a folder for each class (and in it a folder for each subject)',
    )
    .addOption(new Option('--layout <layout>').choices([...EXPRESSION_LAYOUTS]).default('folders'))
    .option('--name <name>', 'of the set; default: the layout')
    .option('--pixels <n>', 'side of the stored images (default 112)', wholeNumber)
    .action((directory: string, path: string, options: { layout: ExpressionLayout; name?: string; pixels?: number }, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async (session) => {
        const { client, output, project } = session
        const job = await client.expressions.import({
          project,
          source: resolve(path),
          name: options.name ?? options.layout,
          layout: options.layout,
          pixels: options.pixels,
        })
        const [ended] = await followJobs(session, [job])
        const set = ended?.result as ExpressionSetSummary
        output.result(set, () => setText(set))
      }),
    )
  expressions
    .command('list <dir>')
    .description('the imported sets')
    .action((directory: string, _options: unknown, command: Command) =>
      readProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        const sets = await client.expressions.sets({ project })
        output.result({ sets }, () =>
          table(
            ['set', 'layout', 'images', 'classes', 'subjects', 'pixels'],
            sets.map((one) => [one.name, one.layout, one.images, one.classes.length, one.subjects, one.pixels]),
          ),
        )
      }),
    )
  expressions
    .command('remove <dir> <set>')
    .description('delete an imported set; models trained on it stay')
    .action((directory: string, name: string, _options: unknown, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        await client.expressions.removeSet({ project, name })
        output.result({ isRemoved: true, name }, () => `Removed the set ${name}.`)
      }),
    )
  expressions
    .command('train <dir> [set]')
    .description('train a model on a set; accuracy and confusion matrix on its test images')
    .option('--from <model>', 'model to start from, such as a pretrained backbone; default: none')
    .addOption(new Option('--size <size>', 'of a network that starts from nothing').choices(['tiny', 'small', 'base', 'large']))
    .option('--epochs <n>', 'default 20', wholeNumber)
    .option('--batch <n>', 'default 32', wholeNumber)
    .option('--rate <n>', 'base rate per 256 images', numberAbove)
    .option('--seed <n>', 'of all random choices', wholeNumber)
    .option('--device <device>')
    .option('--name <name>')
    .option('--resume <run>', 'go on with a run from its last checkpoint')
    .action((directory: string, set: string | undefined, options: TrainOptions, command: Command) =>
      withProject(directory, command.optsWithGlobals(), (session) => train(session, set, options)),
    )
  expressions
    .command('runs <dir>')
    .description('runs on expression sets')
    .action((directory: string, _options: unknown, command: Command) =>
      readProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        const runs = await client.expressions.runs({ project })
        output.result({ runs }, () =>
          table(
            ['run', 'set', 'state', 'accuracy %', 'model'],
            runs.map((one) => [
              one.id,
              one.setName,
              one.state,
              one.accuracy === null ? null : (100 * one.accuracy).toFixed(1),
              one.modelId,
            ]),
          ),
        )
      }),
    )
}

async function train(session: Session & { project: string }, set: string | undefined, options: TrainOptions): Promise<void> {
  const { client, output, project } = session
  const epochs = options.epochs
  const optimisation = {
    ...(epochs === undefined ? {} : { epochs, warmupEpochs: Math.min(2, epochs / 10) }),
    ...(options.batch === undefined ? {} : { batch: options.batch }),
    ...(options.rate === undefined ? {} : { baseRate: options.rate }),
  }
  const started =
    options.resume === undefined
      ? await client.expressions.train({
          project,
          set: set ?? (await onlySet(session)),
          fromModelId: options.from === undefined || options.from === 'none' ? null : options.from,
          configuration: {
            ...(options.size === undefined ? {} : { network: { size: options.size } }),
            optimisation,
            ...(options.seed === undefined ? {} : { seed: options.seed }),
          },
          device: options.device,
          name: options.name,
        })
      : await client.expressions.resume({ project, runId: options.resume })
  const { runId } = started
  await followRun(session, started, `auw expressions train DIR --resume ${runId}`)
  const { summary, report } = await client.expressions.run({ project, runId })
  output.result({ run: summary, report }, () => runText(summary, report))
}

/** The project's only set; with several, the backend says which there are. */
async function onlySet({ client, project }: Session & { project: string }): Promise<string> {
  const sets = await client.expressions.sets({ project })
  return sets.length === 1 ? (sets[0]?.name ?? '') : 'unnamed'
}

function setText(set: ExpressionSetSummary): string {
  return [
    table(
      ['class', 'images'],
      set.classes.map(({ name, images }) => [name, images]),
    ),
    `${set.images} images in the set ${set.name}${set.unreadable > 0 ? `, ${set.unreadable} could not be read` : ''}; ${set.subjects === null ? 'subjects are not known' : `${set.subjects} subjects`}; ${set.hasTestPart ? 'tested on its own test part' : 'a fifth will be tested on'}.`,
  ].join('\n')
}

function runText(summary: ExpressionRunSummary, report: ExpressionReport | null): string {
  const lines = [`${summary.name} (${summary.id}): ${summary.state}${summary.error ? `. ${summary.error.message}` : ''}`]
  if (report) {
    const { test } = report
    const percent = (value: number): string => (100 * value).toFixed(1)
    lines.push(
      `Accuracy ${percent(test.accuracy)} %${test.accuracyInterval ? ` (${percent(test.accuracyInterval.low)} to ${percent(test.accuracyInterval.high)})` : ''} on ${test.images} test images; mean class accuracy ${percent(test.meanClassAccuracy)} %. Rows are what is shown, columns what the model says:`,
      table(
        ['', ...test.perClass.map(({ name }) => name)],
        test.confusion.map((row, place) => [test.perClass[place]?.name ?? '', ...row]),
      ),
      ...report.warnings.map((warning) => `Note: ${warning}`),
      `Model ${summary.modelId ?? 'none'}. Predict videos with: auw predict DIR --model ${summary.modelId ?? 'MODEL'}. The whole report: runs/${summary.id}/report.html`,
    )
  }
  return lines.join('\n')
}
