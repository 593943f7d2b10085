// The demo project with something of everything, for the pictures of gallery.mjs: coded by two people, and a small run of every kind. What the runs learn is next to
// nothing, and the screens say so. Made through the command line; each step that is done already is left alone, so an interrupted one goes on.
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawnSync } from 'node:child_process'
import { root, say } from './pinnedNode.mjs'

/** The subject whose video is coded by hand for the pictures. */
export const CODED = 'S04'
/** As for the atlas's pictures. */
const FFMPEG = process.env.AUW_FFMPEG || 'ffmpeg'
/** The run whose results are shown. */
export const RESULTS = 'Demonstration: lambda 0.5, seed 0'
const DEMO = join(root, 'resources', 'demo')
const SUBJECTS = ['S01', 'S02', 'S03', 'S04', 'S05', 'S06', 'S07', 'S08']
/** Frames of a clip that go into the set of sorted images. */
const IMAGES_OF_A_CLIP = 12

/**
 * @param auw runs the command line and returns what it printed
 * @param project where the demo project is made
 * @param work folder for files between the steps
 */
export function prepareProject(auw, project, work) {
  const named = (text, name) => JSON.stringify(JSON.parse(text)).includes(`"name":"${name}"`)
  say('Making the demo project')
  auw('demo', '--no-open', '--project', project)
  codeByHand(auw, project)
  if (!named(auw('pretrain', project, '--list', '--json'), 'Own faces')) {
    say('Pretraining')
    auw('pretrain', project, '--epochs', '6', '--batch', '32', '--every', '25', '--leave-out', 'S08', '--name', 'Own faces')
  }
  if (!named(auw('expressions', 'list', project, '--json'), 'Mouths')) {
    say('Expressions')
    auw('expressions', 'import', project, sortedImages(join(work, 'sorted')), '--name', 'Mouths', '--pixels', '64')
  }
  if (!named(auw('expressions', 'runs', project, '--json'), 'Mouths, first')) {
    auw('expressions', 'train', project, 'Mouths', '--epochs', '8', '--name', 'Mouths, first')
  }
  say('Features on a plane, and what int8 does')
  const { modelId } = JSON.parse(auw('runs', 'list', project, '--json')).runs.find(({ name }) => name === RESULTS)
  auw('embed', project, '--model', modelId, '--frames', '15')
  auw('model', 'precision', project, 'starter-vit', '--coders', 'known', '--subjects', 'S01,S02')
  if (!named(auw('distil', project, '--list', '--json'), 'Small and fast')) {
    say('Distillation')
    const of = ['--teacher', 'starter-vit', '--leave-out', 'S06,S07,S08', '--every', '25']
    auw('distil', project, ...of, '--epochs', '3', '--name', 'Small and fast')
  }
}

/** One person codes a video over accepted predictions; another codes part of it and says something else of some frames. */
function codeByHand(auw, project) {
  const { videos } = JSON.parse(auw('video', 'list', project, '--json'))
  const { id } = videos.find((video) => video.subjectCode === CODED)
  const labelsOf = () => JSON.parse(auw('label', 'list', project, '--video', id, '--json')).labels
  if (labelsOf().some(({ coder }) => coder === 'CD')) return
  auw('neutral', 'set', project, '--subject', CODED, '--video', id, '--from', '2', '--to', '6')
  say('Coding by hand')
  auw('label', 'accept', project, '--video', id, '--coder', 'AB', '--au', '6,12,45')
  const known = labelsOf().filter(({ coder, state, au }) => coder === 'known' && state === 'present' && [1, 2, 4, 9, 17].includes(au))
  for (const [index, { au, startFrame, endFrame }] of known.entries()) {
    const intensity = ['B', 'C', 'D'][index % 3]
    const add = (coder, from, to) =>
      auw(
        ...['label', 'add', project, '--video', id, '--au', au, '--from', from, '--to', to].map(String),
        ...['--state', 'present', '--intensity', intensity, '--coder', coder],
      )
    add('AB', startFrame, endFrame)
    if (index % 2 === 0) add('CD', startFrame + 3, endFrame + 5)
  }
}

/** Frames of the demo clips sorted by what the mouth does in the known tables, a folder for each class and subject. @returns the folder */
function sortedImages(folder) {
  const classes = {
    'lip corners raised': (row) => row.AU12 > 0.4,
    'mouth open': (row) => row.AU25 > 0.4 && row.AU12 < 0.1,
    'mouth at rest': (row) => row.AU12 < 0.02 && row.AU25 < 0.02,
  }
  for (const subject of SUBJECTS) {
    const [head, ...lines] = readFileSync(join(DEMO, `synthetic_${subject}.csv`), 'utf8')
      .trim()
      .split('\n')
    const names = head.split(',')
    const rows = lines.map((line) => Object.fromEntries(line.split(',').map((value, column) => [names[column], Number(value)])))
    for (const [name, isOf] of Object.entries(classes)) {
      const found = rows.filter(isOf)
      const every = Math.max(1, Math.floor(found.length / IMAGES_OF_A_CLIP))
      const frames = found.filter((_, index) => index % every === 0).slice(0, IMAGES_OF_A_CLIP)
      if (frames.length === 0) continue
      const place = join(folder, name, subject)
      mkdirSync(place, { recursive: true })
      const select = `select='${frames.map(({ frame }) => `eq(n,${frame})`).join('+')}'`
      const clip = join(DEMO, `synthetic_${subject}.mp4`)
      const { status, stderr } = spawnSync(
        FFMPEG,
        ['-v', 'error', '-y', '-i', clip, '-vf', select, '-fps_mode', 'vfr', join(place, '%02d.png')],
        { encoding: 'utf8' },
      )
      if (status !== 0) throw new Error(`ffmpeg failed on ${clip}: ${stderr}`)
    }
  }
  return folder
}
