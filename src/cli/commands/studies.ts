// auw ablate, study, embed: the paper's ablations and pictures of features on a lab's own data.
import { writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { Command } from 'commander'
import { auLabel } from '@shared/facs'
import { AppError } from '@shared/errors'
import type { Embedding, Estimate, PublishedStudy, StudyArm, StudyFigures, StudyKind, StudySummary } from '@shared/studies'
import { auList, numberList, positiveOrZero, wholeNumber } from '../arguments'
import { figure } from '../figures'
import { table } from '../output'
import { followJobs } from '../progress'
import { withProject, type Session } from '../session'
import { NOTHING, requestOf, type TrainOptions } from '../trainingRequest'

type InProject = Session & { project: string }

interface AblateOptions extends Omit<TrainOptions, 'lambda' | 'from' | 'resume'> {
  lambda?: number[]
  head?: number[]
  epochProbe?: boolean
  from?: string[]
  size?: string[]
  seeds: number[]
  html?: string
}

const words = (text: string): string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')

export function addStudyCommands(program: Command): void {
  program
    .command('ablate <dir>')
    .description(
      'the same training with one thing changed, on the same folds and seeds: lambda, depth of the identity head, starting model or size',
    )
    .option('--lambda <list>', 'weights of the adversary, such as 0,0.5,1,2; default: as the settings say', numberList)
    .option('--head <list>', 'layers of the identity head, such as 1,2,3; default: as the settings say', numberList)
    .option('--from <list>', 'models to start from, by id; none starts from nothing', words)
    .option('--size <list>', 'sizes of networks that start from nothing, such as tiny,small', words)
    .option('--seeds <list>', 'each arm once per seed', numberList, [0])
    .option('--epoch-probe', 'also the identity probe after every epoch, as a curve')
    .option('--preset <id>')
    .option('--config <file>', 'JSON with any of the settings, laid over the preset')
    .option('--aus <list>', 'AUs to train', auList)
    .option('--coders <policy>')
    .option('--epochs <n>', 'how many times every frame is seen', wholeNumber)
    .option('--folds <plan>')
    .option('--device <device>')
    .option('--name <name>')
    .option('--html <file>', 'also write the report as a page of HTML')
    .action((directory: string, options: AblateOptions, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async (session) => {
        const { client, project, output } = session
        const { configuration, presetId, aus, device } = requestOf({ ...options, from: undefined, lambda: undefined, seed: undefined })
        const { kind, arms } = armsOf(options)
        const started = await client.study.start({
          project,
          kind,
          name: options.name,
          arms,
          seeds: options.seeds,
          presetId,
          configuration: withProbe(configuration ?? {}, options.epochProbe === true),
          aus,
          device,
        })
        const goesOnWith = `npx auw study resume ${directory} ${started.studyId}`
        output.note(`Study ${started.studyId}. Interrupted, it goes on with: ${goesOnWith}`)
        await followJobs(session, [started.job], goesOnWith)
        await showStudy(session, started.studyId, options.html)
      }),
    )
  addStudy(program)
  addEmbed(program)
}

type Settings = Record<string, unknown>

/** Settings with the identity probe of every epoch. */
function withProbe(settings: Settings, isWanted: boolean): Settings {
  return isWanted
    ? { ...settings, evaluation: { ...(settings['evaluation'] as Settings | undefined), hasProbe: true, hasEpochProbe: true } }
    : settings
}

/** Every combination of what was listed. */
function armsOf({ lambda = [], head = [], from, size }: AblateOptions): { kind: StudyKind; arms: StudyArm[] } {
  if (from && size) throw new AppError('CONFIG_INVALID', 'Give --from or --size: a model that is trained on keeps its own size.')
  const starts: { label: string | null; fromModelId?: string | null; size?: string }[] = from
    ? from.map((id) => ({ label: id === NOTHING ? 'from nothing' : id, fromModelId: id === NOTHING ? null : id }))
    : size
      ? size.map((one) => ({ label: `ViT-${one}`, fromModelId: null, size: one }))
      : [{ label: null }]
  const weights = lambda.length > 0 ? lambda : [null]
  const depths = head.length > 0 ? head : [null]
  const arms = starts.flatMap((start) =>
    depths.flatMap((layers) =>
      weights.map((weight): StudyArm => {
        const parts = [
          starts.length > 1 ? start.label : null,
          head.length > 1 ? `head ${layers}` : null,
          lambda.length > 1 ? `lambda ${weight}` : null,
        ].filter((part) => part !== null)
        return {
          label: parts.length > 0 ? parts.join(', ') : 'one arm',
          configuration: {
            identity: { ...(weight === null ? {} : { lambda: weight }), ...(layers === null ? {} : { layers }) },
            ...(start.size === undefined ? {} : { network: { size: start.size } }),
          },
          ...(start.fromModelId === undefined ? {} : { fromModelId: start.fromModelId }),
        }
      }),
    ),
  )
  if (arms.length < 2)
    throw new AppError('CONFIG_INVALID', 'There is nothing to compare: list at least two values of --lambda, --head, --from or --size.')
  return { kind: starts.length > 1 ? 'start' : head.length > 1 ? 'identity-head' : 'lambda', arms }
}

function addStudy(program: Command): void {
  const study = program.command('study').description('studies that auw ablate began')
  study.command('list <dir>').action((directory: string, _options: unknown, command: Command) =>
    withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
      const studies = await client.study.list({ project })
      output.result({ studies }, () =>
        table(
          ['study', 'name', 'state', 'runs'],
          studies.map(({ study: { id, name, runs }, state, finishedRuns }) => [id, name, state, `${finishedRuns} of ${runs.length}`]),
        ),
      )
    }),
  )
  study
    .command('show <dir> <study>')
    .option('--html <file>', 'also write the report as a page of HTML')
    .action((directory: string, studyId: string, options: { html?: string }, command: Command) =>
      withProject(directory, command.optsWithGlobals(), (session) => showStudy(session, studyId, options.html)),
    )
  study
    .command('resume <dir> <study>')
    .description('go on where it was interrupted')
    .option('--html <file>', 'also write the report as a page of HTML')
    .action((directory: string, studyId: string, options: { html?: string }, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async (session) => {
        const { job } = await session.client.study.resume({ project: session.project, studyId })
        await followJobs(session, [job])
        await showStudy(session, studyId, options.html)
      }),
    )
  study
    .command('remove <dir> <study>')
    .description('forget the plan and its figures; its runs and models stay')
    .action((directory: string, studyId: string, _options: unknown, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        await client.study.remove({ project, studyId })
        output.result({ isRemoved: true, id: studyId }, () => `Removed study ${studyId}; its runs stay.`)
      }),
    )
}

function addEmbed(program: Command): void {
  program
    .command('embed <dir>')
    .description(
      "place a model's features of single frames on a plane (t-SNE), before and after training; also in the window and in reports",
    )
    .option('--model <id>', 'default: the active model')
    .option('--frames <n>', 'frames of each subject', positiveOrZero, 40)
    .option('--perplexity <n>', 'neighbours that count', positiveOrZero, 30)
    .option('--seed <n>', 'of all random choices', positiveOrZero, 0)
    .option('--device <device>')
    .action(
      (
        directory: string,
        options: { model?: string; frames: number; perplexity: number; seed: number; device?: string },
        command: Command,
      ) =>
        withProject(directory, command.optsWithGlobals(), async (session) => {
          const job = await session.client.study.embed({
            project: session.project,
            modelId: options.model,
            framesPerSubject: options.frames,
            perplexity: options.perplexity,
            seed: options.seed,
            device: options.device,
          })
          const [ended] = await followJobs(session, [job])
          const embedding = ended?.result as Embedding
          session.output.result(embedding, () => embeddingText(embedding))
        }),
    )
}

export function embeddingText({ modelName, frames, subjects, before, after }: Embedding): string {
  const percent = (value: number): string => (100 * value).toFixed(1)
  const was = before ? `${percent(before.sameNeighbour)} % before training and ` : ''
  return `${modelName}: ${frames.length} frames of ${subjects.length} subjects placed. The nearest frame is of the same person in ${was}${percent(after.sameNeighbour)} % after. The picture is in the window, at the model's run, and in reports of studies.`
}

/** Writes the result of a study, and its page where one was asked for. */
async function showStudy({ client, output, project }: InProject, studyId: string, html: string | undefined): Promise<void> {
  const detail = await client.study.get({ project, studyId })
  if (html !== undefined) {
    const report = await client.study.report({ project, studyId })
    writeFileSync(resolve(html), report.html)
    output.note(`The report is in ${resolve(html)}`)
  }
  output.result(detail, () => studyText(detail, detail.published))
}

export function studyText({ study, state, finishedRuns, figures }: StudySummary, published: PublishedStudy | null): string {
  const head = `${study.name} (${study.id}): ${state}, ${finishedRuns} of ${study.runs.length} runs finished.`
  if (!figures) return head
  const lines = [
    head,
    `On held-out subjects ${figures.heldOut.join(', ')}; means over seeds, 95 % intervals over subjects and seeds:`,
    armTable(figures),
    auTable(figures),
  ]
  if (published) lines.push(published.caption, table(published.columns, published.rows))
  return lines.join('\n')
}

const estimate = ({ value, interval }: Estimate): string =>
  `${figure(value) ?? '-'}${interval ? ` (${interval.low.toFixed(2)} to ${interval.high.toFixed(2)})` : ''}`

function armTable({ arms }: StudyFigures): string {
  return table(
    ['arm', 'runs', 'mean F1', 'less the first', 'mean AUC', 'identity probe', 'chance'],
    arms.map((arm) => [
      arm.label,
      arm.runs.length,
      estimate(arm.meanF1),
      arm.difference ? estimate(arm.difference.meanF1) : null,
      estimate(arm.meanAuc),
      figure(arm.probe?.mean),
      figure(arm.probe?.chance),
    ]),
  )
}

function auTable({ arms }: StudyFigures): string {
  const aus = arms.find(({ aus: own }) => own.length > 0)?.aus.map(({ au }) => au) ?? []
  return table(
    ['F1', ...arms.map(({ label }) => label)],
    aus.map((au) => [
      auLabel(au),
      ...arms.map((arm) => estimate(arm.aus.find((one) => one.au === au)?.f1 ?? { value: null, interval: null })),
    ]),
  )
}
