// Makes the pictures of the AU atlas from the demo clips: for each AU the frame where its known intensity stands out most, and the subject's neutral frame.
// Run by hand when the demo clips change; needs an ffmpeg with WebP (AUW_FFMPEG, or the one on PATH).
import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { root, say } from './pinnedNode.mjs'

const demo = join(root, 'resources', 'demo')
const folder = join(root, 'src', 'renderer', 'features', 'help', 'pictures')
const ffmpeg = process.env.AUW_FFMPEG || 'ffmpeg'
// From this intensity on an AU counts as present in the demo tables.
const PRESENT = 0.3
// What another AU in the same frame costs: a clear picture of one AU is worth more than a strong one of five.
const COST_OF_OTHERS = 0.25
const FRAMES_PER_SECOND = 25

/** Rows of intensities (0-1) by AU of every demo clip. */
const clips = readdirSync(demo)
  .filter((name) => /^synthetic_S\d+\.csv$/.test(name))
  .map((name) => {
    const [header, ...lines] = readFileSync(join(demo, name), 'utf8').trim().split(/\r?\n/)
    const aus = header
      .split(',')
      .slice(1)
      .map((column) => Number(column.slice(2)))
    return { subject: /S\d+/.exec(name)[0], aus, frames: lines.map((line) => line.split(',').slice(1).map(Number)) }
  })

const sum = (values) => values.reduce((total, value) => total + value, 0)

function bestFrame(au) {
  let best = null
  for (const { subject, aus, frames } of clips) {
    const column = aus.indexOf(au)
    if (column < 0) continue
    frames.forEach((row, frame) => {
      const intensity = row[column]
      const score = intensity - COST_OF_OTHERS * (sum(row) - intensity)
      if (intensity < PRESENT || (best && score <= best.score)) return
      const also = aus.map((other, i) => ({ au: other, intensity: row[i] })).filter((one) => one.au !== au && one.intensity >= PRESENT)
      best = { score, subject, frame, intensity, also }
    })
  }
  return best
}

function picture(subject, frame, name) {
  const clip = join(demo, `synthetic_${subject}.mp4`)
  const filter = `select=eq(n\\,${frame}),crop=in_w*0.86:in_h*0.92,scale=240:-2`
  const made = spawnSync(
    ffmpeg,
    [
      '-v',
      'error',
      '-y',
      '-i',
      clip,
      '-vf',
      filter,
      '-frames:v',
      '1',
      '-c:v',
      'libwebp',
      '-quality',
      '84',
      '-map_metadata',
      '-1',
      join(folder, name),
    ],
    { encoding: 'utf8' },
  )
  if (made.status !== 0) throw new Error(`ffmpeg could not make ${name}: ${made.error?.message ?? made.stderr}`)
}

rmSync(folder, { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
const entries = []
for (const au of clips[0].aus) {
  const best = bestFrame(au)
  if (!best) continue
  const { subject, frame, intensity, also } = best
  picture(subject, frame, `au${au}.webp`)
  entries.push({ au, subject, frame, intensity, also })
}
const neutralFrames = {}
for (const { subject, frames } of clips) {
  if (!entries.some((entry) => entry.subject === subject)) continue
  const sums = frames.map(sum)
  neutralFrames[subject] = sums.indexOf(Math.min(...sums))
  picture(subject, neutralFrames[subject], `neutral-${subject}.webp`)
}
const facts = {
  source: 'resources/demo, synthetic subjects; made by scripts/atlasPictures.mjs',
  framesPerSecond: FRAMES_PER_SECOND,
  neutralFrames,
  pictures: entries,
}
writeFileSync(join(folder, 'pictures.json'), `${JSON.stringify(facts, null, 2)}\n`)
say(`${entries.length} AUs and ${Object.keys(neutralFrames).length} neutral faces in ${folder}`)
