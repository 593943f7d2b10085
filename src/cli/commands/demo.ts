// auw demo: the whole main job on the synthetic subjects that ship with the product, or on somebody's own video. Run again, it continues.
import { existsSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import type { Command } from 'commander'
import { auLabel } from '@shared/facs'
import type { Video } from '@shared/project'
import { followJobs } from '../progress'
import { table } from '../output'
import { withBackend, type Session } from '../session'

/** Labels of these subjects are taken in as if a person had coded them; the others' are held out to measure the model against. */
const LABELLED = ['S01', 'S02', 'S03', 'S04', 'S05']
const HELD_OUT = ['S06', 'S07', 'S08']
const KNOWN_CODER = 'known'
const HELD_OUT_CODER = 'held-out'

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
        const info = existsSync(directory)
          ? await session.client.project.open({ directory })
          : await session.client.project.create({ directory, name: 'Demo' })
        const inProject = { ...session, project: info.id }
        const videos = files.length > 0 ? await addOwn(inProject, files) : await addSynthetic(inProject)
        const ids = videos.map((video) => video.id)
        await followJobs(inProject, await session.client.job.analyse({ project: info.id, videoIds: ids }))
        await followJobs(inProject, await session.client.job.predict({ project: info.id, videoIds: ids }))
        if (files.length === 0) await takeLabelsIn(inProject, videos)
        session.output.note('Writing the per-frame CSVs')
        const written = await session.client.export.start({ project: info.id, format: 'csv', videoIds: ids })
        const agreement =
          files.length === 0 ? await session.client.model.agreement({ project: info.id, subjects: HELD_OUT, coder: HELD_OUT_CODER }) : null
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

async function addSynthetic({ client, output, project, backend }: InProject): Promise<Video[]> {
  const present = new Set((await client.video.list({ project })).map((video) => video.fileName))
  for (const subject of [...LABELLED, ...HELD_OUT]) {
    const fileName = `synthetic_${subject}.mp4`
    if (present.has(fileName)) continue
    output.progress(`Taking in ${fileName}`)
    await client.video.add({ project, files: [join(backend.ports.resourcesDirectory, 'demo', fileName)], subject, condition: 'synthetic' })
  }
  output.progress(null)
  const wanted = new Set([...LABELLED, ...HELD_OUT].map((subject) => `synthetic_${subject}.mp4`))
  return (await client.video.list({ project })).filter((video) => wanted.has(video.fileName))
}

async function takeLabelsIn({ client, output, project, backend }: InProject, videos: Video[]): Promise<void> {
  for (const video of videos) {
    const coder = LABELLED.includes(video.subjectCode) ? KNOWN_CODER : HELD_OUT_CODER
    const labels = await client.label.list({ project, videoId: video.id })
    if (labels.some((label) => label.coder === coder)) continue
    await client.label.import({
      project,
      videoId: video.id,
      file: join(backend.ports.resourcesDirectory, 'demo', `synthetic_${video.subjectCode}.csv`),
      threshold: 0.3,
      coder,
    })
  }
  output.note(`Took in the known labels of ${LABELLED.join(', ')}; those of ${HELD_OUT.join(', ')} are only measured against.`)
}

type Written = Awaited<ReturnType<Session['client']['export']['start']>>
type Agreement = Awaited<ReturnType<Session['client']['model']['agreement']>>

function summary(directory: string, written: Written, agreement: Agreement | null): string {
  const figure = (value: number | null): string | null => (value === null ? null : value.toFixed(2))
  const lines = ['']
  if (agreement) {
    lines.push(
      `The starter model on the held-out synthetic subjects ${HELD_OUT.join(', ')} (frames, thresholds of its card):`,
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
