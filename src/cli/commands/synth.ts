// auw synth: synthetic subjects with known Action Units, as videos or as crops of faces.
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { InvalidArgumentError, type Command } from 'commander'
import { auLabel } from '@shared/facs'
import { AppError } from '@shared/errors'
import type { SynthResult } from '@shared/synth'
import { auList, wholeNumber } from '../arguments'
import { table } from '../output'
import { withBackend, type Session } from '../session'
import { addBenchmarkCommand } from './synthBenchmark'
import { addSynthImportCommand } from './synthImport'

interface SynthOptions {
  facekit: string
  out: string
  config?: string
  seed?: number
  subjects?: number
  heldOut?: number
  threads?: number
  size?: number
  shortcut?: number
  shortcutAus?: number[]
  sides?: boolean
  occlusions?: number
}
type VideoOptions = SynthOptions & { seconds?: number; fps?: number; recordings?: number }
type CropOptions = SynthOptions & { perSubject?: number; packed?: boolean }

function number(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError('Give a number that is not negative.')
  return value
}

const withShared = (command: Command): Command =>
  command
    .requiredOption('--facekit <dir>', 'folder of the face model: facekit.json and facekit.bin.gz')
    .requiredOption('--out <dir>', 'folder to write into; a folder begun with the same settings is continued')
    .option('--config <file>', 'JSON file with any of the settings of docs/synthetic.md; options given here come after it')
    .option('--subjects <n>', 'subjects to train on, S001 onwards', number)
    .option('--held-out <n>', 'subjects to test on, H001 onwards', number)
    .option('--seed <n>', 'the same seed gives the same subjects', number)
    .option('--size <pixels>', 'side of the pictures', wholeNumber)
    .option('--shortcut <strength>', '0 to 1: how much the AU rates of training subjects depend on who they are', number)
    .option('--shortcut-aus <list>', 'AUs of the shortcut', auList)
    .option('--sides', 'a second table with left and right apart')
    .option('--occlusions <n>', 'things before the face: times a minute in videos, share of crops', number)
    .option('--threads <n>', 'subjects rendered side by side; default: as many as processors', wholeNumber)

export function addSynthCommands(program: Command): void {
  const synth = program.command('synth').description('synthetic subjects with known AU intensities, from a face model that you give')
  withShared(
    synth
      .command('videos', { isDefault: true })
      .description('one MP4 and one table of intensities per subject; what synth does when nothing else is said'),
  )
    .option('--seconds <s>', 'length of each video', number)
    .option('--fps <f>', 'frames per second', number)
    .option('--recordings <n>', 'videos per subject, each with other light, clothes, room and camera', wholeNumber)
    .action((options: VideoOptions, command: Command) =>
      withBackend(command.optsWithGlobals(), (session) =>
        render(session, 'videos', options, {
          video: { seconds: options.seconds, framesPerSecond: options.fps, size: options.size, recordings: options.recordings },
          occlusion: { perMinute: options.occlusions },
        }),
      ),
    )
  withShared(synth.command('crops').description('single face crops of many identities, for pretraining and fine-tuning'))
    .option('--per-subject <n>', 'crops of each subject', wholeNumber)
    .option('--packed', 'one file of raw RGB bytes per subject instead of a folder of JPEGs')
    .action((options: CropOptions, command: Command) =>
      withBackend(command.optsWithGlobals(), (session) =>
        render(session, 'crops', options, {
          crops: { perSubject: options.perSubject, size: options.size, layout: options.packed ? 'packed' : undefined },
          occlusion: { share: options.occlusions },
        }),
      ),
    )
  addSynthImportCommand(synth)
  addBenchmarkCommand(synth)
}

function readConfig(file: string | undefined): Record<string, unknown> {
  if (file === undefined) return {}
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
  } catch (error) {
    throw new AppError(
      'CONFIG_INVALID',
      `The configuration ${file} cannot be read: ${error instanceof Error ? error.message : String(error)}.`,
      { file },
    )
  }
}

type Tree = Record<string, unknown>
const isTree = (value: unknown): value is Tree => typeof value === 'object' && value !== null && !Array.isArray(value)

/** Options over the file; those that were not given are undefined and change nothing. */
function merged(base: Tree, change: Tree): Tree {
  const result = { ...base }
  for (const [key, value] of Object.entries(change)) {
    const before = result[key]
    if (isTree(value)) result[key] = merged(isTree(before) ? before : {}, value)
    else if (value !== undefined) result[key] = value
  }
  return result
}

async function render({ client, output }: Session, kind: 'videos' | 'crops', options: SynthOptions, special: Tree): Promise<void> {
  const configuration = merged(
    readConfig(options.config),
    merged(special, {
      seed: options.seed,
      subjects: { train: options.subjects, heldOut: options.heldOut },
      shortcut: { strength: options.shortcut, aus: options.shortcutAus },
      labels: { hasSides: options.sides },
    }),
  )
  const cancelled = new AbortController()
  const cancel = (): void => {
    output.note('Cancelling; finished subjects stay.')
    cancelled.abort()
  }
  process.once('SIGINT', cancel)
  process.once('SIGTERM', cancel)
  const began = performance.now()
  try {
    const request = {
      facekit: resolve(options.facekit),
      directory: resolve(options.out),
      output: kind,
      configuration,
      threads: options.threads,
    }
    let result: SynthResult | null = null
    let first: number | null = null
    for await (const event of await client.synth.render(request, { signal: cancelled.signal })) {
      if (event.kind === 'done') {
        result = event.result
        continue
      }
      const { done, total } = event.progress
      first ??= done
      const rate = (done - first) / ((performance.now() - began) / 1000)
      output.progress(
        `Rendering ${done}/${total} ${kind === 'videos' ? 'frames' : 'crops'}${rate > 0 ? `, ${rate.toFixed(0)} a second` : ''}`,
      )
    }
    if (cancelled.signal.aborted || !result)
      throw new AppError('CANCELLED', 'Cancelled. Run the same command again to continue where it stopped.')
    const finished = result
    output.result({ ...finished }, () => summary(finished))
  } catch (error) {
    if (cancelled.signal.aborted) throw new AppError('CANCELLED', 'Cancelled. Run the same command again to continue where it stopped.')
    throw error
  } finally {
    process.off('SIGINT', cancel)
    process.off('SIGTERM', cancel)
    output.progress(null)
  }
}

function summary({ manifest, directory, keptSubjects, renderedFrames, seconds }: SynthResult): string {
  const { subjects, config } = manifest
  const rate = (au: number, role: 'train' | 'held-out'): string | null => {
    const rates = subjects.filter((one) => one.role === role).flatMap((one) => one.recordings.map(({ baseRates }) => baseRates[au] ?? 0))
    if (rates.length === 0) return null
    const percent = (value: number): string => (100 * value).toFixed(0)
    return `${percent(Math.min(...rates))}-${percent(Math.max(...rates))}`
  }
  const speed =
    renderedFrames === 0
      ? 'nothing was left to render'
      : `${renderedFrames} pictures in ${seconds.toFixed(0)} s, ${(renderedFrames / seconds).toFixed(0)} a second`
  return [
    `${subjects.length} subjects in ${directory} (${keptSubjects} were there already; ${speed}).`,
    `Share of pictures with the AU present, lowest to highest subject, in percent (present from ${config.labels.threshold}${config.shortcut.strength > 0 ? `; shortcut ${config.shortcut.strength}` : ''}):`,
    table(
      ['AU', 'train', 'held-out'],
      manifest.aus.map((au) => [auLabel(au), rate(au, 'train'), rate(au, 'held-out')]),
    ),
    `The truth is in ${directory}/manifest.json. These are synthetic faces: say so wherever you show or use them.`,
  ].join('\n')
}
