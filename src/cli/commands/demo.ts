// auw demo: the whole main job on the synthetic subjects that ship with the product, or on somebody's own video. Run again, it continues.
import { existsSync } from 'node:fs'
import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import { DEMO_HELD_OUT_CODER, DEMO_HELD_OUT_SUBJECTS, DEMO_LABELLED_SUBJECTS } from '@shared/demo'
import { auLabel } from '@shared/facs'
import type { Video } from '@shared/project'
import { followJobs } from '../progress'
import { table } from '../output'
import { withBackend, type Session } from '../session'

interface DemoOptions {
  project: string
}

export function addDemoCommand(program: Command): void {
  program
    .command('demo [files...]')
    .description('try everything: on eight synthetic subjects, or on your own video files')
    .option('--project <dir>', 'where the demo project goes', './demo.auproj')
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
        if (isSynthetic)
          session.output.note(
            `Took in the known labels of ${DEMO_LABELLED_SUBJECTS.join(', ')}; those of ${DEMO_HELD_OUT_SUBJECTS.join(', ')} are only measured against.`,
          )
        session.output.note('Writing the per-frame CSVs')
        const written = await session.client.export.start({ project: info.id, format: 'csv', videoIds: ids })
        const agreement = isSynthetic
          ? await session.client.model.agreement({ project: info.id, subjects: [...DEMO_HELD_OUT_SUBJECTS], coder: DEMO_HELD_OUT_CODER })
          : null
        session.output.result({ project: directory, exports: written, agreement }, () => summary(directory, written, agreement))
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
type Agreement = Awaited<ReturnType<Session['client']['model']['agreement']>>

function summary(directory: string, written: Written, agreement: Agreement | null): string {
  const figure = (value: number | null): string | null => (value === null ? null : value.toFixed(2))
  const lines = ['']
  if (agreement) {
    lines.push(
      `The starter model on the held-out synthetic subjects ${DEMO_HELD_OUT_SUBJECTS.join(', ')} (frames, thresholds of its card):`,
      table(
        ['AU', 'frames', 'present', 'F1'],
        agreement.rows.map((row) => [auLabel(row.au), row.known, figure(row.baseRate), figure(row.f1)]),
      ),
      `Mean F1 ${figure(agreement.meanF1) ?? 'unknown'} over the AUs with both classes${agreement.leftOut.length === 0 ? '' : `; left out: ${agreement.leftOut.map((au) => auLabel(au)).join(' ')}`}.`,
      'The starter was trained on synthetic faces like these, so this says little about real ones: its card tells what was seen there.',
      '',
    )
  }
  lines.push(
    `Project       ${directory}`,
    `Per-frame CSV ${written.directory} (${written.files.length} files, ${written.files.reduce((sum, file) => sum + file.rows, 0)} rows)`,
    'Next          npm start            opens the application',
    `              npx auw --help       everything from a terminal, for example: npx auw project info ${directory}`,
  )
  return lines.join('\n')
}
