// Runs what `npm run bench:ui` measures, one part after the other, and prints a table of figures and limits.
import { resolveFfmpeg } from '@main/media/index'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { FRAMES, makeLargeProject, makeLongClip } from './largeProject'
import { percentile } from './mainThread'
import { LIMIT_MS, measureTimeline } from './timeline'
import { findChromium, openWindow } from './window'

const say = (line: string): void => void process.stdout.write(`${line}\n`)
let isBroken = false

/** One row: what, how much, of how much is allowed. */
function row(name: string, value: number, limit: number, unit: string, more = ''): void {
  const holds = value <= limit
  isBroken ||= !holds
  const ratio = (value / limit).toFixed(2).padStart(5)
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
      say(window.url)
      await new Promise(() => undefined)
    }
    const figures = await measureTimeline(window)
    await window.close()
    say(
      `\nTimeline: ${FRAMES} frames x 20 AUs x 3 coders, ${project.labelCount} events; main-thread work a frame, 95th percentile, processor time`,
    )
    for (const { name, work, cpu95, wall95, framesPerSecond } of figures) {
      const rest = `  median ${percentile(work.cpu, 0.5).toFixed(2)}, on the clock ${wall95.toFixed(1)}, ${framesPerSecond.toFixed(0)} frames/s over ${work.cpu.length}`
      row(name, cpu95, LIMIT_MS, 'ms', rest)
    }
    for (const error of window.errors) say(`  error in the page: ${error}`)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const PARTS = { timeline }

if (findChromium() === null) {
  say('SKIPPED: nothing was measured, because there is no Chromium. Install one, or name it in AUW_CHROMIUM.')
  process.exit(3)
}
say(`Coding screen in Chromium, 1280 x 800, ${availableParallelism()} cores, drawing without a graphics card`)
const wished = process.argv.slice(2)
for (const [name, part] of Object.entries(PARTS)) if (wished.length === 0 || wished.some((word) => name.includes(word))) await part()
process.exit(isBroken ? 1 : 0)
