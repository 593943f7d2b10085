// auw analyse, predict, export: the long work.
import { Option, type Command } from 'commander'
import { PRECISIONS, type Precision } from '@shared/model'
import { followJobs } from '../progress'
import { table } from '../output'
import { readProject, withProject } from '../session'

interface ExportOptions {
  format: 'csv' | 'openface'
  out?: string
  video?: string
  model?: string
  expressions?: string
  coder?: string
  strict?: boolean
}

export function addWorkCommands(program: Command): void {
  program
    .command('analyse <dir>')
    .description('find the faces; continues where an earlier run stopped')
    .option('--video <id>', 'only this video')
    .action((directory: string, options: { video?: string }, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async (session) => {
        const jobs = await session.client.job.analyse({ project: session.project, videoIds: options.video ? [options.video] : undefined })
        const ended = await followJobs(session, jobs)
        const videos = await session.client.video.list({ project: session.project })
        session.output.result({ jobs: ended, videos }, () =>
          ended.length === 0 ? 'Everything is analysed already.' : ended.map((job) => `${job.title}: ${job.status}`).join('\n'),
        )
      }),
    )
  program
    .command('predict <dir>')
    .description('AU probabilities for every frame; analyses first what is not analysed')
    .option('--model <id>', 'default: the active model')
    .option('--video <id>', 'only this video')
    .option('--device <device>', 'cpu, webgpu, wasm, cuda; default: the fastest that passed its check')
    .addOption(
      new Option('--precision <precision>', 'int8: faster on processors, a little off; see what it does with auw model precision').choices(
        PRECISIONS,
      ),
    )
    .action((directory: string, options: { model?: string; video?: string; device?: string; precision?: Precision }, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async (session) => {
        const jobs = await session.client.job.predict({
          project: session.project,
          videoIds: options.video ? [options.video] : undefined,
          modelId: options.model,
          device: options.device,
          precision: options.precision,
        })
        const ended = await followJobs(session, jobs)
        const device = (ended.find((job) => job.kind === 'predict')?.result as { device?: string } | undefined)?.device
        if (options.device !== undefined && device !== undefined && device !== options.device)
          session.output.note(`This model runs on ${device} only, so --device ${options.device} was left aside.`)
        session.output.result({ jobs: ended }, () =>
          ended.length === 0 ? 'Everything is predicted already.' : ended.map((job) => `${job.title}: ${job.status}`).join('\n'),
        )
      }),
    )
  program
    .command('export <dir>')
    .description('one CSV a video, every frame')
    .addOption(
      new Option('--format <format>', 'csv: everything known; openface: the AU layout of OpenFace 2.2')
        .choices(['csv', 'openface'])
        .default('csv'),
    )
    .option('--out <dir>', "default: the project's exports folder")
    .option('--video <id>', 'only this video')
    .option('--model <id>', 'default: the active model')
    .option(
      '--expressions <id>',
      'expression model whose columns stand beside the AUs, or none; default: the newest that has predicted one of the videos',
    )
    .option('--coder <code>', 'whose labels, where there are several coders')
    .option('--strict', 'openface: all 40 columns, numbers only')
    .action((directory: string, options: ExportOptions, command: Command) =>
      readProject(directory, command.optsWithGlobals(), async ({ client, output, project }) => {
        const written = await client.export.start({
          project,
          format: options.format,
          directory: options.out,
          videoIds: options.video ? [options.video] : undefined,
          modelId: options.model,
          expressionModelId: options.expressions === 'none' ? null : options.expressions,
          coder: options.coder,
          isStrict: options.strict === true,
        })
        output.result(written, () =>
          table(
            ['file', 'rows'],
            written.files.map((file) => [file.fileName, file.rows]),
          ),
        )
      }),
    )
}
