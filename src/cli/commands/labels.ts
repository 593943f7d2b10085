// auw label, undo, redo.
import { basename, resolve } from 'node:path'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { auLabel, INTENSITIES, SIDES, type Intensity, type Side } from '@shared/facs'
import { LABEL_STATES, type LabelState } from '@shared/labels'
import { auList, auNumber, frameNumber } from '../arguments'
import { table } from '../output'
import { readProject, withProject } from '../session'

interface AddOptions {
  video: string
  au: number
  from: number
  to: number
  state: LabelState
  intensity?: Intensity
  side: Side
  coder: string
  note?: string
  apex?: number
}

function share(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value > 0 && value <= 1)) throw new InvalidArgumentError('Give a number above 0, at most 1.')
  return value
}

export function addLabelCommands(program: Command): void {
  const label = program.command('label').description('labels as spans of frames; ranges include both ends and count from 0')
  label
    .command('add <dir>')
    .description('say what an AU does in a range of frames; what the same coder said of these frames before is replaced')
    .requiredOption('--video <id>', 'id of the video, as auw video list shows it')
    .requiredOption('--au <n>', 'one AU', auNumber)
    .requiredOption('--from <frame>', 'first frame', frameNumber)
    .requiredOption('--to <frame>', 'last frame, included', frameNumber)
    .addOption(new Option('--state <state>', 'what was seen').choices([...LABEL_STATES]).makeOptionMandatory())
    .addOption(new Option('--intensity <letter>', 'A trace to E maximum, with --state present').choices([...INTENSITIES]))
    .addOption(new Option('--side <side>', 'side of the face').choices([...SIDES]).default('both'))
    .option('--apex <frame>', 'peak frame', frameNumber)
    .option('--note <text>', 'free text')
    .requiredOption('--coder <code>', 'who says so, free text')
    .action((directory: string, options: AddOptions, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        const change = await client.label.set({
          project,
          videoId: options.video,
          au: options.au,
          side: options.side,
          startFrame: options.from,
          endFrame: options.to,
          state: options.state,
          intensity: options.intensity ?? null,
          apexFrame: options.apex ?? null,
          note: options.note ?? null,
          coder: options.coder,
          // A terminal shows no predictions beside the video.
          wasPredictionVisible: false,
        })
        output.result(
          change,
          () => `${auLabel(options.au, options.side)} ${options.state} from ${options.from} to ${options.to}, by ${options.coder}.`,
        )
      }),
    )
  label
    .command('import <dir> <file>')
    .description(
      'take a table of intensities (frame,AU01,AU02,...; 0 to 1, frames from 0) in as labels: present from the threshold, absent below, empty unknown',
    )
    .requiredOption('--video <id>', 'id of the video, as auw video list shows it')
    .requiredOption('--coder <code>', 'who says so, free text')
    .option('--threshold <n>', 'intensity from which an AU counts as present', share, 0.3)
    .action((directory: string, file: string, options: { video: string; coder: string; threshold: number }, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        const path = resolve(file)
        const change = await client.label.import({
          project,
          videoId: options.video,
          file: path,
          threshold: options.threshold,
          coder: options.coder,
        })
        output.result(change, () => `Took ${basename(path)} in as labels by ${options.coder}.`)
      }),
    )
  label
    .command('accept <dir>')
    .description(
      "take a model's predictions as labels: present from the threshold, absent below, where a face is trusted; never over a person's label",
    )
    .requiredOption('--video <id>', 'id of the video, as auw video list shows it')
    .option('--model <id>', 'default: the active model')
    .option('--from <frame>', 'default: the first', frameNumber)
    .option('--to <frame>', 'default: the last', frameNumber)
    .option('--au <list>', 'default: the AUs whose trust is "shown"', auList)
    .requiredOption('--coder <code>', 'who says so, free text')
    .action(
      (
        directory: string,
        options: { video: string; model?: string; from?: number; to?: number; au?: number[]; coder: string },
        command: Command,
      ) =>
        withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
          const done = await client.label.accept({
            project,
            videoId: options.video,
            modelId: options.model,
            startFrame: options.from,
            endFrame: options.to,
            aus: options.au,
            coder: options.coder,
          })
          output.result(done, () =>
            [
              `Accepted ${done.aus.map((au) => auLabel(au)).join(' ')}: ${done.presentFrames} frames present, ${done.absentFrames} absent (frames x AUs); ${done.untrustedFrames} frames without a trusted face stay not coded.`,
              done.skippedAus.length === 0
                ? ''
                : `Left out, since their trust is not "shown": ${done.skippedAus.map((au) => auLabel(au)).join(' ')}. Name them with --au to accept them too.`,
            ].join('\n'),
          )
        }),
    )
  label
    .command('list <dir>')
    .description('label spans of a video, with their ids')
    .requiredOption('--video <id>', 'id of the video, as auw video list shows it')
    .action((directory: string, options: { video: string }, command: Command) =>
      readProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        const labels = await client.label.list({ project, videoId: options.video })
        output.result({ labels }, () =>
          table(
            ['id', 'AU', 'from', 'to', 'state', 'intensity', 'coder', 'source'],
            labels.map((one) => [
              one.id,
              auLabel(one.au, one.side),
              one.startFrame,
              one.endFrame,
              one.state,
              one.intensity,
              one.coder,
              one.source,
            ]),
          ),
        )
      }),
    )
  label
    .command('remove <dir> [labels...]')
    .description('remove label spans by id; or with --au and --coder exactly the range; or whole spans by --au, --coder, --from, --to')
    .requiredOption('--video <id>', 'id of the video, as auw video list shows it')
    .option('--label <id...>', 'ids of labels')
    .option('--au <n>', 'one AU', auNumber)
    .addOption(new Option('--side <side>', 'side of the face').choices([...SIDES]).default('both'))
    .option('--from <frame>', 'first frame', frameNumber)
    .option('--to <frame>', 'last frame, included', frameNumber)
    .option('--coder <code>')
    .action(
      (
        directory: string,
        labels: string[],
        options: { video: string; label?: string[]; au?: number; side: Side; from?: number; to?: number; coder?: string },
        command: Command,
      ) =>
        withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
          const video = await client.video.get({ project, videoId: options.video })
          const present = await client.label.list({ project, videoId: options.video })
          if (options.au !== undefined && options.coder !== undefined) {
            const change = await client.label.clear({
              project,
              videoId: options.video,
              au: options.au,
              side: options.side,
              coder: options.coder,
              startFrame: options.from ?? 0,
              endFrame: options.to ?? video.frameCount - 1,
            })
            return output.result(change, () => `Cleared ${auLabel(options.au ?? 0, options.side)}.`)
          }
          const named = [...labels, ...(options.label ?? [])]
          const hasFilter =
            options.au !== undefined || options.from !== undefined || options.to !== undefined || options.coder !== undefined
          const ids =
            named.length > 0
              ? named
              : hasFilter
                ? present
                    .filter(
                      (one) =>
                        (options.au === undefined || one.au === options.au) && (options.coder === undefined || one.coder === options.coder),
                    )
                    .filter((one) => one.endFrame >= (options.from ?? 0) && one.startFrame <= (options.to ?? video.frameCount))
                    .map((one) => one.id)
                : []
          if (ids.length === 0) command.error('error: say which labels: ids, or --au, --coder, --from and --to', { exitCode: 2 })
          const change = await client.label.remove({ project, videoId: options.video, labelIds: ids, coder: options.coder })
          output.result(change, () => `Removed ${ids.length} labels.`)
        }),
    )
  for (const verb of ['undo', 'redo'] as const) {
    program
      .command(`${verb} <dir>`)
      .description(`${verb} the last change of labels`)
      .action((directory: string, _options: unknown, command: Command) =>
        withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
          const before = await client.history.get({ project })
          const after = await client.history[verb]({ project })
          output.result(after, () => `${verb === 'undo' ? 'Undone' : 'Redone'}: ${before[verb]?.description ?? ''}`)
        }),
      )
  }
}
