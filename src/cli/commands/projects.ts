// auw project, subject, neutral.
import { join } from 'node:path'
import type { Command } from 'commander'
import { auLabel } from '@shared/facs'
import { formatBytes } from '@shared/formatBytes'
import { auList, frameNumber } from '../arguments'
import { table } from '../output'
import { readProject, withBackend, withProject, type GlobalFlags } from '../session'

export function addProjectCommands(program: Command): void {
  const project = program.command('project').description('create, inspect and back up projects')
  project
    .command('create <dir>')
    .description('create the project folder DIR')
    .option('--name <name>', 'name shown in lists (default: the folder name)')
    .option('--aus <list>', 'AUs to code, such as 1,2,4,12', auList)
    .action((directory: string, options: { name?: string; aus?: number[] }, command: Command) =>
      withBackend(command.optsWithGlobals<GlobalFlags>(), async ({ client, output }) => {
        const info = await client.project.create({ directory, ...options })
        output.result(info, () => `Created the project "${info.name}" in ${directory}.`)
      }),
    )
  project
    .command('info <dir>')
    .description('what the project holds, what is missing, and how much room it takes')
    .action((directory: string, _options: unknown, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async ({ client, output, info, project: id }) => {
        const subjects = await client.subject.list({ project: id })
        output.result({ ...info, subjects }, () =>
          [
            `${info.name}${info.isWritable ? '' : ' (being written by another process; read only here)'}`,
            `AUs: ${info.aus.map((au) => auLabel(au)).join(' ')}`,
            `${info.subjectCount} subjects, ${info.videoCount} videos, ${info.frameCount} frames, ${info.labelCount} label spans; active model: ${info.activeModelId}`,
            ...info.missingVideos.map(
              (video) =>
                `missing: ${video.fileName} (${video.id}); find it with: auw video relocate ${directory} --video ${video.id} --to FILE`,
            ),
            '',
            table(
              ['storage', 'size'],
              Object.entries<number>({ ...info.storage }).map(([name, bytes]) => [name, formatBytes(bytes)]),
            ),
          ].join('\n'),
        )
      }),
    )
  project
    .command('backup <dir> <file>')
    .description('write the whole project, without its videos, to one file')
    .action((directory: string, file: string, _options: unknown, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async ({ client, output, project: id }) => {
        const { bytes } = await client.project.backup({ project: id, file })
        output.result({ file, bytes }, () => `Wrote ${file} (${formatBytes(bytes)}).`)
      }),
    )

  const subject = program.command('subject').description('subjects of a project')
  subject
    .command('list <dir>')
    .description('subjects, their videos and neutral faces')
    .action((directory: string, _options: unknown, command: Command) =>
      readProject(directory, command.optsWithGlobals(), async ({ client, output, project: id }) => {
        const subjects = await client.subject.list({ project: id })
        output.result({ subjects }, () =>
          table(
            ['code', 'videos', 'neutral'],
            subjects.map((one) => [
              one.code,
              one.videoCount,
              one.neutral ? `${one.neutral.videoId} ${one.neutral.startFrame}-${one.neutral.endFrame}` : null,
            ]),
          ),
        )
      }),
    )
  subject
    .command('remove <dir> <code>')
    .description('delete a subject with all videos, labels, predictions and crops, and name the models that learned from it')
    .action((directory: string, code: string, _options: unknown, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async ({ client, output, project: id }) => {
        const removal = await client.subject.remove({ project: id, code })
        output.result(removal, () => {
          const models = removal.modelsTrainedOn.map((model) => `${model.name} (${model.id})`).join(', ')
          const copies = removal.deletedCopyCount
          return [
            `Removed subject ${code}: ${removal.videoCount} videos, ${removal.labelCount} labels, ${removal.predictionCount} predictions, ${removal.cropCount} crops${copies === 0 ? '' : `, ${copies} copies of recordings inside the project`}. Recordings elsewhere stay where they are.`,
            models === ''
              ? 'No model of this project was trained on this subject.'
              : `Trained on this subject, and still here: ${models}. Remove them with auw model remove.`,
            ...(removal.runs.length === 0
              ? []
              : [`Taken out of the files of these training runs: ${removal.runs.map(({ name, id }) => `${name} (${id})`).join(', ')}.`]),
            removal.exports.length === 0
              ? 'Exports and backups that were written elsewhere are not touched.'
              : `Still in ${join(directory, 'exports')}: ${removal.exports.join(', ')}. Delete them if consent covers them; exports and backups written elsewhere are not touched either.`,
          ].join('\n')
        })
      }),
    )

  program
    .command('neutral')
    .description("a subject's neutral face")
    .command('set <dir>')
    .description("choose frames that show the subject's neutral face; the starter model measures against them")
    .requiredOption('--subject <code>', 'code of the subject')
    .requiredOption('--video <id>', 'id of the video, as auw video list shows it')
    .requiredOption('--from <frame>', 'first frame, from 0', frameNumber)
    .requiredOption('--to <frame>', 'last frame, included', frameNumber)
    .action((directory: string, options: { subject: string; video: string; from: number; to: number }, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async ({ client, output, project: id }) => {
        const span = await client.neutral.set({
          project: id,
          subject: options.subject,
          videoId: options.video,
          startFrame: options.from,
          endFrame: options.to,
        })
        output.result(span, () => `Neutral of ${options.subject}: frames ${span.startFrame} to ${span.endFrame}. Predict again to use it.`)
      }),
    )
}
