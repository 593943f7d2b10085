// An ablation from the outside: killed in its second run it goes on where it was, keeps what had finished, and ends with a table, a page and pictures of features.
import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { resolveFfmpeg } from '@main/media/index'
import type { StudyDetail } from '@shared/contract/studies'
import type { Embedding, StudySummary } from '@shared/studies'
import { auw, demoClip, root, temporaryFolder } from './auw'

const folder = temporaryFolder()
const path = (...names: string[]): string => join(folder, ...names)
const project = path('lab.auproj')
const run = (...args: string[]) => auw({ settings: path('settings') }, ...args)
const SUBJECTS = ['S01', 'S02', 'S03', 'S06']

beforeAll(async () => {
  const { path: ffmpeg } = await resolveFfmpeg()
  await run('project', 'create', project)
  for (const subject of SUBJECTS) {
    execFileSync(ffmpeg, ['-v', 'error', '-i', demoClip(subject), '-frames:v', '60', '-c:v', 'mpeg4', '-q:v', '3', path(`${subject}.mp4`)])
    const added = await run('video', 'add', project, path(`${subject}.mp4`), '--subject', subject, '--condition', 'synthetic', '--json')
    const id = added.json<{ videos: { id: string }[] }>().videos[0]!.id
    const table = readFileSync(join(root, 'resources/demo', `synthetic_${subject}.csv`), 'utf8')
      .split('\n')
      .slice(0, 61)
      .join('\n')
    writeFileSync(path(`${subject}.csv`), `${table}\n`)
    expect(await run('label', 'import', project, path(`${subject}.csv`), '--video', id, '--coder', 'known')).toMatchObject({ code: 0 })
  }
  expect(await run('analyse', project)).toMatchObject({ code: 0 })
  const settings = {
    network: { size: 'tiny', imageSize: 32 },
    optimisation: { epochs: 2, warmupEpochs: 1, batch: 8, microBatches: 1, baseRate: 4e-3, layerDecay: 0.75, stochasticDepth: 0 },
    augmentation: { resizedCropScale: null, randAugment: null, erasing: 0 },
    evaluation: { resamples: 100 },
  }
  writeFileSync(path('settings.json'), JSON.stringify(settings))
}, 240_000)

const ablate = [
  'ablate',
  project,
  '--lambda',
  '0,1',
  '--seeds',
  '3',
  '--epoch-probe',
  '--from',
  'none',
  '--folds',
  'holdout:S06',
  '--device',
  'cpu',
]

it('goes on after kill -9, keeps finished runs, and compares what came out', async () => {
  let isKilled = false
  const killed = await auw(
    {
      settings: path('settings'),
      onStart(child) {
        child.stderr?.on('data', (text: Buffer) => {
          // half of the progress is the first run
          const [, done, total] = /(\d+)\/(\d+) steps/.exec(text.toString()) ?? []
          if (isKilled || !done || Number(done) <= Number(total) / 2) return
          isKilled = true
          child.kill('SIGKILL')
        })
      },
    },
    ...ablate,
    '--config',
    path('settings.json'),
  )
  const { studies } = (await run('study', 'list', project, '--json')).json<{ studies: StudySummary[] }>()
  const [study] = studies
  const first = study!.study.runs[0]!.runId!
  if (isKilled) {
    expect(killed.code).not.toBe(0)
    expect(study).toMatchObject({ state: 'interrupted', finishedRuns: 1 })
  }
  const report = join(project, 'runs', first, 'result.json')
  const before = statSync(report).mtimeMs
  const resumed = isKilled
    ? await run('study', 'resume', project, study!.study.id, '--html', path('study.html'), '--json')
    : await run('study', 'show', project, study!.study.id, '--html', path('study.html'), '--json')
  expect(resumed).toMatchObject({ code: 0 })
  const detail = resumed.json<StudyDetail>()
  expect(detail).toMatchObject({ state: 'finished', finishedRuns: 2 })
  expect(detail.study.runs[0]!.runId).toBe(first)
  expect(statSync(report).mtimeMs).toBe(before)
  const [none, one] = detail.figures!.arms
  expect(none!.runs[0]!.meanF1).toBe(none!.meanF1.value)
  expect(one!.difference!.meanF1.value).toBeCloseTo(one!.meanF1.value! - none!.meanF1.value!, 9)
  expect(none!.curve.map(({ epoch }) => epoch)).toEqual([1, 2])
  expect(none!.curve.every(({ probe, testF1 }) => probe !== null && testF1 !== null)).toBe(true)
  // a single held-out person gives no interval, and the table says nothing of the kind
  expect(none!.meanF1.interval).toBeNull()
  expect(detail.published!.columns).toContain('BP4D')
  const html = readFileSync(path('study.html'), 'utf8')
  expect(html).toContain('lambda 1')
  expect(html).not.toMatch(/<script|https?:/)

  const { models } = (await run('model', 'list', project, '--json')).json<{ models: { id: string; kind: string }[] }>()
  const embedded = await run(
    'embed',
    project,
    '--model',
    models.find(({ id, kind }) => kind === 'vit' && id !== 'starter-vit')!.id,
    '--frames',
    '10',
    '--json',
  )
  expect(embedded).toMatchObject({ code: 0 })
  const embedding = embedded.json<Embedding>()
  expect(embedding.frames).toHaveLength(10 * SUBJECTS.length)
  expect(embedding.heldOut).toEqual(['S06'])
  for (const layout of [embedding.before!, embedding.after]) {
    expect(layout.points).toHaveLength(embedding.frames.length)
    expect(layout.points.flat().every(Number.isFinite)).toBe(true)
  }
}, 400_000)

it('refuses what is no comparison before anything is written', async () => {
  const single = await run('ablate', project, '--lambda', '1', '--config', path('settings.json'), '--from', 'none')
  expect(single.code).not.toBe(0)
  expect(single.stderr).toMatch(/nothing to compare/)
  const missing = await run('study', 'show', project, 'nothing')
  expect(missing.stderr).toMatch(/no study nothing/)
})

it('forgets a subject who withdraws: figures stay and say so, the name and the pictures of features go', async () => {
  const { studies } = (await run('study', 'list', project, '--json')).json<{ studies: StudySummary[] }>()
  const { id } = studies[0]!.study
  const before = (await run('study', 'show', project, id, '--json')).json<StudyDetail>()
  expect(await run('subject', 'remove', project, 'S06')).toMatchObject({ code: 0 })
  const shown = await run('study', 'show', project, id, '--html', path('after.html'), '--json')
  expect(shown, shown.stderr).toMatchObject({ code: 0 })
  const after = shown.json<StudyDetail>()
  expect(after.figures!.arms).toEqual(before.figures!.arms)
  expect(after.figures!.heldOut).toEqual(['withdrawn'])
  expect(readFileSync(path('after.html'), 'utf8')).toMatch(/A subject has withdrawn since/)
  const files = readdirSync(join(project, 'runs'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
  expect(files.filter((file) => readFileSync(file, 'utf8').includes('S06'))).toEqual([])
  expect(files.filter((file) => file.endsWith('embedding.json'))).toEqual([])
  const report = readFileSync(join(project, 'runs', before.study.runs[0]!.runId!, 'report.json'), 'utf8')
  expect(report).toMatch(/A subject has withdrawn since/)
})
