// Runs what `npm run bench:ui` measures, one part after the other, and prints a table of figures and limits.
import { resolveFfmpeg } from '@main/media/index'
import Database from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { measureFrameList } from './frameList'
import { FRAMES, makeLargeProject, makeLongClip } from './largeProject'
import { percentile } from './mainThread'
import { makeStepProject, measureSteps, STEP_LIMIT_MS } from './steps'
import { LIMIT_MS, measureTimeline } from './timeline'
import { EDITS, LIMIT_RATIO, measureEdits } from './editMemory'
import { CLIPS, compareWays, describeWay } from './keystrokes'
import { findChromium, openWindow } from './window'

const say = (line: string): void => void process.stdout.write(`${line}\n`)
let isBroken = false

/**
 * Milliseconds that a fixed piece of work takes on one thread now, the shortest of three. Shared machines differ by half from one minute to the next, in
 * processor time too; figures of two runs can be compared only where this is alike.
 */
function pace(): number {
  const once = (): number => {
    const start = performance.now()
    let sum = 0
    for (let index = 0; index < 1e8; index++) sum += index % 7
    return sum < 0 ? Number.NaN : performance.now() - start
  }
  return Math.min(once(), once(), once())
}

/** One row: what, how much, of how much is allowed. */
function row(name: string, value: number, limit: number, unit: string, more = ''): void {
  const holds = value <= limit
  isBroken ||= !holds
  const ratio = (limit === 0 ? value : value / limit).toFixed(2).padStart(5)
  say(
    `  ${name.padEnd(46)} ${value.toFixed(2).padStart(8)} ${unit.padEnd(4)} limit ${String(limit).padStart(5)}  ratio ${ratio}  ${holds ? 'holds ' : 'BROKEN'}${more}`,
  )
}

async function timeline(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'auw-bench-ui-'))
  try {
    const clip = join(folder, 'long.mp4')
    makeLongClip((await resolveFfmpeg()).path, clip, folder, FRAMES)
    const project = makeLargeProject(join(folder, 'large.auproj'), clip)
    const window = await openWindow(project.directory, join(folder, 'settings'), `/video/${project.videoId}`)
    const loadBefore = loadavg()[0] ?? 0
    const figures = await measureTimeline(window)
    const list = await measureFrameList(window)
    await window.close()
    say(
      `\nTimeline: ${FRAMES} frames x 20 AUs x 3 coders, ${project.labelCount} events; main-thread work a frame, 95th percentile, processor time`,
    )
    say(`  load average ${loadBefore.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after`)
    for (const { name, work, cpu95, wall95, framesPerSecond } of figures) {
      const rest = `  median ${percentile(work.cpu, 0.5).toFixed(2)}, on the clock ${wall95.toFixed(1)}, ${framesPerSecond.toFixed(0)} frames/s over ${work.cpu.length}`
      row(name, cpu95, LIMIT_MS, 'ms', rest)
    }
    say(
      `\nTable of frames: ${FRAMES} rows x 20 AUs, scrolled by 20 rows a picture; main-thread work a picture, 95th percentile, processor time`,
    )
    row(
      'scroll',
      percentile(list.scroll.cpu, 0.95),
      LIMIT_MS,
      'ms',
      `  median ${percentile(list.scroll.cpu, 0.5).toFixed(2)}, on the clock ${percentile(list.scroll.wall, 0.95).toFixed(1)} over ${list.scroll.cpu.length}`,
    )
    say(`  sorted by AU12: ${list.sortMs.toFixed(0)} ms in all; filtered to ${list.shown}: ${list.filterMs.toFixed(0)} ms in all`)
    for (const error of window.errors) say(`  error in the page: ${error}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function edits(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'auw-bench-ui-'))
  try {
    const clip = join(folder, 'long.mp4')
    makeLongClip((await resolveFfmpeg()).path, clip, folder, MODERATE_FRAMES)
    const project = makeLargeProject(join(folder, 'moderate.auproj'), clip, MODERATE_FRAMES)
    const database = new Database(join(project.directory, 'project.sqlite'), { readonly: true })
    const count = (): Promise<number> =>
      Promise.resolve(Number(database.prepare('SELECT coalesce(max(id), 0) FROM edit_log').pluck().get()))
    const window = await openWindow(project.directory, join(folder, 'settings'), `/video/${project.videoId}`)
    const { looks, written } = await measureEdits(window, count, (after, pace) => say(`  ${after} edits, ${pace.toFixed(1)} s a thousand`))
    await window.close()
    database.close()
    say(`\nMemory over ${EDITS} edits by key, ${project.labelCount} events in the video; after collecting garbage`)
    const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MB`
    for (const { edits: after, page, host, secondsPerThousand } of looks)
      say(
        `  after ${String(after).padStart(5)}: page ${mebibytes(page)}, backend ${mebibytes(host.heap)}, its process ${mebibytes(host.resident)}, ${secondsPerThousand.toFixed(1)} s a thousand`,
      )
    const [last, middle] = [looks.at(-1), looks.at(-2)]
    const growth = `after ${last?.edits} edits over after ${middle?.edits}`
    row(`page, ${growth}`, (last?.page ?? Number.NaN) / (middle?.page ?? Number.NaN), LIMIT_RATIO, 'x')
    row(`backend, ${growth}`, (last?.host.heap ?? Number.NaN) / (middle?.host.heap ?? Number.NaN), LIMIT_RATIO, 'x')
    say(`  edits written by the backend: ${written} of ${EDITS}`)
    isBroken ||= written < EDITS
    for (const error of window.errors) say(`  error in the page: ${error}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function steps(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'auw-bench-ui-'))
  try {
    const settings = join(folder, 'settings')
    const project = makeStepProject((await resolveFfmpeg()).path, folder, settings)
    const window = await openWindow(project.directory, settings, `/video/${project.videoId}`)
    const before = loadavg()[0] ?? 0
    const figures = await measureSteps(window)
    await window.close()
    say(
      `\nStepping by keys, 1280 x 720, H.264 at 8 Mbit/s, key frames up to ten seconds apart; from key press to the painted frame, 95th percentile`,
    )
    say(
      `  load average ${before.toFixed(1)} before, ${(loadavg()[0] ?? 0).toFixed(1)} after; these are times on the clock, so other programs count`,
    )
    for (const { name, latencies, median, worst95, wrongPictures } of figures) {
      row(
        name,
        worst95,
        STEP_LIMIT_MS,
        'ms',
        `  median ${median.toFixed(1)}, longest ${Math.max(...latencies).toFixed(0)} over ${latencies.length}`,
      )
      row(`${name}: pictures of another frame`, wrongPictures, 0, '')
    }
    for (const error of window.errors) say(`  error in the page: ${error}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function keystrokes(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'auw-bench-ui-'))
  try {
    const { byHand, withProposals, isSame, eventCount, clipSeconds } = await compareWays(folder, CLIPS)
    say(
      `\nCoding ${CLIPS.length} demo clips (${clipSeconds.toFixed(0)} s of video, ${eventCount} events) to the frame, keystroke-level model`,
    )
    for (const line of [...describeWay('by hand', byHand), ...describeWay('with proposals', withProposals)]) say(`  ${line}`)
    say(
      `  time with proposals over by hand: ${(withProposals.seconds / byHand.seconds).toFixed(2)}; in neither way does anybody search or err`,
    )
    say(`  the resulting events are ${isSame ? 'the same' : 'NOT the same'}`)
    isBroken ||= !isSame
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const MODERATE_FRAMES = 3000
const PARTS = { timeline, steps, edits, keystrokes }

if (findChromium() === null) {
  say('SKIPPED: nothing was measured, because there is no Chromium. Install one, or name it in AUW_CHROMIUM.')
  process.exit(3)
}
say(`Coding screen in Chromium, 1280 x 800, ${availableParallelism()} cores, drawing without a graphics card`)
const wished = process.argv.slice(2)
for (const [name, part] of Object.entries(PARTS)) {
  if (wished.length > 0 && !wished.some((word) => name.includes(word))) continue
  const before = pace()
  await part()
  say(`  pace of this machine: a fixed piece of work took ${before.toFixed(0)} ms before and ${pace().toFixed(0)} ms after`)
}
process.exit(isBroken ? 1 : 0)
