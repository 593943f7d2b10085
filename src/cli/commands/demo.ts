// auw demo: the whole job on the synthetic subjects that ship with the product, retraining included, or the coding part on somebody's own video. Run
// again, it continues.
import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import { DEMO_HELD_OUT_SUBJECTS, DEMO_LABELLED_SUBJECTS } from '@shared/demo'
import type { Video } from '@shared/project'
import { followJobs } from '../progress'
import { withBackend, type Session } from '../session'
import { demoTrainingText, trainDemo, type DemoTraining } from './demoTraining'

interface DemoOptions {
  project: string
  config?: string
  device?: string
}

export function addDemoCommand(program: Command): void {
  program
    .command('demo [files...]')
    .description('try everything: on eight synthetic subjects, or on your own video files')
    .option('--project <dir>', 'where the demo project goes', './demo.auproj')
    .option('--config <file>', 'JSON with settings of its training, laid over the preset tiny-demo')
    .option('--device <device>', 'of its training: cpu, webgpu, wasm, cuda; default: the fastest that passed its check')
    .option('--no-open', 'do not open the application afterwards')
    .action((files: string[], options: DemoOptions, command: Command) =>
      withBackend(command.optsWithGlobals(), async (session) => {
        const directory = resolve(options.project)
        const isSynthetic = files.length === 0
        session.output.progress(isSynthetic ? 'Taking in the demo subjects and their known labels' : null)
        const info = isSynthetic
          ? await session.client.demo.open({ directory })
          : existsSync(directory)
            ? await session.client.project.open({ directory })
            : await session.client.project.create({ directory, name: 'Demo' })
        session.output.progress(null)
        const inProject = { ...session, project: info.id }
        const videos = isSynthetic ? await syntheticVideos(inProject) : await addOwn(inProject, files)
        const ids = videos.map((video) => video.id)
        await followJobs(inProject, await session.client.job.analyse({ project: info.id, videoIds: ids }))
        await followJobs(inProject, await session.client.job.predict({ project: info.id, videoIds: ids }))
        // somebody's own video has no labels to learn from
        if (isSynthetic)
          session.output.note(
            `Took in the known labels of ${DEMO_LABELLED_SUBJECTS.join(', ')}; those of ${DEMO_HELD_OUT_SUBJECTS.join(', ')} only measure what is learned.`,
          )
        session.output.note('Writing the per-frame CSVs')
        const written = await session.client.export.start({ project: info.id, format: 'csv', videoIds: ids })
        const training = isSynthetic ? await trainDemo(inProject, DEMO_HELD_OUT_SUBJECTS, options) : null
        session.output.result(
          {
            project: directory,
            exports: written,
            run: training?.run ?? null,
            report: training?.report ?? null,
            study: training?.study ?? null,
          },
          () => summary(directory, written, training),
        )
      }),
    )
}

type InProject = Session & { project: string }

async function addOwn({ client, output, project }: InProject, files: string[]): Promise<Video[]> {
  const added: Video[] = []
  for (const file of files) {
    const known = (await client.video.list({ project })).find((video) => video.fileName === basename(file))
    if (known) {
      added.push(known)
      continue
    }
    const result = await client.video.add({ project, files: [file], subject: 'own' })
    for (const refused of result.refused) output.note(`${refused.fileName}: ${refused.message}`)
    added.push(...result.added)
  }
  return added
}

async function syntheticVideos({ client, project }: InProject): Promise<Video[]> {
  const subjects = [...DEMO_LABELLED_SUBJECTS, ...DEMO_HELD_OUT_SUBJECTS]
  return (await client.video.list({ project })).filter((video) => subjects.some((code) => video.fileName === `synthetic_${code}.mp4`))
}

type Written = Awaited<ReturnType<Session['client']['export']['start']>>

function summary(directory: string, written: Written, training: DemoTraining | null): string {
  const lines = ['']
  if (training) lines.push(demoTrainingText(training), '')
  lines.push(
    `Project       ${directory}`,
    `Per-frame CSV ${written.directory} (${written.files.length} files, ${written.files.reduce((sum, file) => sum + file.rows, 0)} rows)`,
    'Next          npm start            opens the application',
    `              npx auw --help       everything from a terminal, for example: npx auw project info ${directory}`,
  )
  return lines.join('\n')
}
