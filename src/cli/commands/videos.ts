// auw video.
import type { Command } from 'commander'
import { AppError, type ErrorCode } from '@shared/errors'
import { PartlyDone, table } from '../output'
import { readProject, withProject } from '../session'

export function addVideoCommands(program: Command): void {
  const video = program.command('video').description('videos of a project')
  video
    .command('add <dir> <files...>')
    .description('take videos in; the files stay where they are')
    .requiredOption('--subject <code>', 'code of the person in the videos')
    .option('--condition <text>', 'experimental condition, free text')
    .option('--session <text>', 'session or visit, free text')
    .action((directory: string, files: string[], options: { subject: string; condition?: string; session?: string }, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        const { added, refused } = await client.video.add({ project, files, ...options })
        for (const file of refused) output.note(`${file.fileName}: ${file.message}`)
        if (refused.length > 0 && added.length === 0 && refused[0])
          throw new AppError(
            refused[0].code as ErrorCode,
            refused.length === 1 ? refused[0].message : `None of the ${refused.length} files could be added; the reasons stand above.`,
            { refused },
          )
        output.result({ videos: added, refused }, () =>
          added
            .map((one) => `${one.id}  ${one.fileName}  ${one.frameCount} frames, ${one.width} x ${one.height}, subject ${one.subjectCode}`)
            .join('\n'),
        )
        if (refused.length > 0) throw new PartlyDone(`${refused.length} of ${files.length} files could not be added; the others were.`)
      }),
    )
  video
    .command('list <dir>')
    .description('videos with their ids and how far each has come')
    .action((directory: string, _options: unknown, command: Command) =>
      readProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        const videos = await client.video.list({ project })
        output.result({ videos }, () =>
          table(
            ['id', 'file', 'subject', 'condition', 'frames', 'analysed', 'predicted', 'labels', ''],
            videos.map((one) => [
              one.id,
              one.fileName,
              one.subjectCode,
              one.condition,
              one.frameCount,
              one.analysis,
              one.prediction,
              one.labelCount,
              one.isMissing ? 'missing' : '',
            ]),
          ),
        )
      }),
    )
  video
    .command('relocate <dir>')
    .description('say where a moved video is now; its content must be the same')
    .requiredOption('--video <id>', 'id of the video, as auw video list shows it')
    .requiredOption('--to <file>', 'where the file is now')
    .action((directory: string, options: { video: string; to: string }, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        const found = await client.video.relocate({ project, videoId: options.video, file: options.to })
        output.result({ videos: [found] }, () => `${found.fileName} is now read from ${options.to}.`)
      }),
    )
  video
    .command('remove <dir>')
    .description('take a video out of the project with its faces, predictions and labels; the file stays')
    .requiredOption('--video <id>', 'id of the video, as auw video list shows it')
    .action((directory: string, options: { video: string }, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        const removal = await client.video.remove({ project, videoId: options.video })
        output.result(
          removal,
          () =>
            `Removed the video and ${removal.labelCount} labels; ${removal.isFileDeleted ? 'the copy inside the project is deleted' : 'its file stays where it is'}.`,
        )
      }),
    )
}
