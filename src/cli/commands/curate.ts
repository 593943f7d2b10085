// auw curate: image folders and videos into a store of pictures for pretraining.
import { resolve } from 'node:path'
import { InvalidArgumentError, Option, type Command } from 'commander'
import { REJECTIONS, type CurationResult, type Rejection } from '@shared/curation'
import { AppError } from '@shared/errors'
import { weightList, wholeNumber } from '../arguments'
import { table } from '../output'
import { withBackend, type Session } from '../session'

interface CurateOptions {
  out: string
  weights?: number[]
  pixels?: number
  minSide?: number
  maxAspect?: number
  every?: number
  faces?: 'auto' | 'cut' | 'whole'
  faceCheck: boolean
  similar?: number
  licence?: string
}

function atLeastZero(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value) || value < 0) throw new InvalidArgumentError('Give a number that is not negative.')
  return value
}

const HEADINGS: Readonly<Record<Rejection, string>> = {
  unreadable: 'unreadable',
  'too-small': 'too small',
  aspect: 'aspect',
  'no-face': 'no face',
  duplicate: 'copies',
  'near-duplicate': 'near copies',
}

export function addCurateCommand(program: Command): void {
  program
    .command('curate <sources...>')
    .description('gather pictures of faces from image folders and videos for pretraining; the same command goes on after an interruption')
    .requiredOption('--out <folder>', 'folder of the store that is made')
    .option('--weights <list>', 'share of each source in what pretraining draws, such as 1,3; default: by number of pictures', weightList)
    .option('--pixels <n>', 'side of the stored pictures (default 224)', wholeNumber)
    .option('--min-side <n>', 'leave out pictures with a shorter side; default: as --pixels', wholeNumber)
    .option('--max-aspect <n>', 'leave out pictures that are wider or taller than this (default 1.5)', atLeastZero)
    .option('--every <n>', 'of videos look at every n-th frame (default 5)', wholeNumber)
    .addOption(
      new Option(
        '--faces <how>',
        'cut: cut out the largest face; whole: keep pictures as they are; auto: cut where the face is small',
      ).choices(['auto', 'cut', 'whole']),
    )
    .option('--no-face-check', 'keep pictures without looking for a face in them, whole; much faster')
    .option(
      '--similar <n>',
      'brightness difference (of 255) up to which pictures count as one; 0 leaves out exact copies only (default 8)',
      atLeastZero,
    )
    .option('--licence <text>', 'terms of the pictures, kept with the store and with models pretrained on it')
    .action((sources: string[], options: CurateOptions, command: Command) =>
      withBackend(command.optsWithGlobals(), (session) => curate(session, sources, options)),
    )
}

async function curate({ client, output }: Session, sources: string[], options: CurateOptions): Promise<void> {
  const { weights } = options
  if (weights && weights.length !== sources.length)
    throw new AppError('USAGE', `There are ${sources.length} sources and ${weights.length} weights; give one weight for each source.`)
  const cancelled = new AbortController()
  const cancel = (): void => {
    output.note('Cancelling; what was looked at stays.')
    cancelled.abort()
  }
  process.once('SIGINT', cancel)
  process.once('SIGTERM', cancel)
  try {
    const request = {
      sources: sources.map((path, index) => ({ path: resolve(path), weight: weights?.[index] })),
      directory: resolve(options.out),
      settings: {
        pixels: options.pixels,
        minSide: options.minSide,
        maxAspect: options.maxAspect,
        every: options.every,
        faces: options.faces,
        hasFaceCheck: options.faceCheck,
        similarity: options.similar,
      },
      licence: options.licence,
    }
    const began = performance.now()
    let result: CurationResult | null = null
    let first: number | null = null
    for await (const event of await client.curation.curate(request, { signal: cancelled.signal })) {
      if (event.kind === 'done') {
        result = event.result
        continue
      }
      const { done, kept, source, sources: all } = event.progress
      first ??= done
      const rate = (done - first) / ((performance.now() - began) / 1000)
      output.progress(`Source ${source} of ${all}: ${done} looked at, ${kept} kept${rate >= 1 ? `, ${rate.toFixed(0)} a second` : ''}`)
    }
    if (cancelled.signal.aborted || !result) throw interrupted()
    const finished = result
    output.result(finished, () => summary(finished))
  } catch (error) {
    if (cancelled.signal.aborted) throw interrupted()
    throw error
  } finally {
    process.off('SIGINT', cancel)
    process.off('SIGTERM', cancel)
    output.progress(null)
  }
}

const interrupted = (): AppError => new AppError('CANCELLED', 'Cancelled. Run the same command again to continue where it stopped.')

function summary({ manifest, directory, resumedAt, seconds }: CurationResult): string {
  const looked = manifest.sources.reduce((sum, one) => sum + one.looked, 0)
  return [
    table(
      ['source', 'looked at', 'kept', ...REJECTIONS.map((reason) => HEADINGS[reason])],
      manifest.sources.map((one) => [one.name, one.looked, one.kept, ...REJECTIONS.map((reason) => one.rejected[reason])]),
    ),
    ...manifest.sources.flatMap(({ notes }) => notes),
    `${manifest.frames} pictures in ${directory} (${looked - resumedAt} looked at in ${seconds.toFixed(0)} s${resumedAt > 0 ? `, ${resumedAt} before` : ''}). The report: ${directory}/report.html`,
  ].join('\n')
}
