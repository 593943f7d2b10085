// auw synth import: rendered videos with their known labels into a project, as a lab's would be taken in. Run again, it takes in what is missing.
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { AppError } from '@shared/errors'
import { SYNTH_MANIFEST, type SynthManifest } from '@shared/synth'
import { followJobs } from '../progress'
import { withProject, type Session } from '../session'

/** The coder of labels that are known by construction. */
const CODER = 'known'

export function addSynthImportCommand(synth: Command): void {
  synth
    .command('import <dir> <folder>')
    .description(
      'take the videos of a rendered folder into the project DIR, find the faces, and take their tables in as labels of the coder "known"',
    )
    .action((dir: string, folder: string, _options: unknown, command: Command) =>
      withProject(dir, command.optsWithGlobals(), async (session) => {
        const directory = resolve(folder)
        const taken = await takeInSynthetic(session, readManifest(directory), directory)
        session.output.result(
          taken,
          () => `${taken.videos} videos of ${taken.subjects} synthetic subjects are in the project, with known labels.`,
        )
      }),
    )
}

/** @throws AppError FILE_NOT_FOUND where the folder holds no rendered videos */
function readManifest(directory: string): SynthManifest {
  try {
    const manifest = JSON.parse(readFileSync(join(directory, SYNTH_MANIFEST), 'utf8')) as SynthManifest
    if (manifest.kind === 'synthetic-subjects' && manifest.output === 'videos') return manifest
  } catch {
    // said below, as for a folder of something else
  }
  throw new AppError('FILE_NOT_FOUND', `${directory} holds no finished videos of auw synth. Render them first, or give another folder.`)
}

/** Videos, faces and known labels; what is there already stays as it is. @throws AppError MEDIA_DECODE_FAILED naming the file */
export async function takeInSynthetic(
  session: Session & { project: string },
  manifest: SynthManifest,
  directory: string,
): Promise<{ videos: number; subjects: number }> {
  const { client, output, project } = session
  const files = manifest.subjects.flatMap(({ code, recordings }) => recordings.map((recording) => ({ subject: code, ...recording })))
  const present = new Set((await client.video.list({ project })).map(({ fileName }) => fileName))
  for (const { file, subject } of files) {
    if (present.has(file)) continue
    output.progress(`Taking in ${file}`)
    const { refused } = await client.video.add({ project, files: [join(directory, file)], subject, condition: 'synthetic' })
    for (const one of refused) throw new AppError('MEDIA_DECODE_FAILED', `${one.fileName}: ${one.message}`)
  }
  const videos = await client.video.list({ project })
  const waiting = videos.filter(({ analysis }) => analysis !== 'done').map(({ id }) => id)
  if (waiting.length > 0) await followJobs(session, await client.job.analyse({ project, videoIds: waiting }))
  const tables = new Map(files.map(({ file, labels }) => [file, labels]))
  for (const video of videos) {
    const labels = tables.get(video.fileName)
    if (labels === undefined || video.labelCount > 0) continue
    output.progress(`Labels of ${video.fileName}`)
    await client.label.import({
      project,
      videoId: video.id,
      file: join(directory, labels),
      threshold: manifest.config.labels.threshold,
      coder: CODER,
    })
  }
  output.progress(null)
  return { videos: files.length, subjects: manifest.subjects.length }
}
