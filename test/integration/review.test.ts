// Reviewing against the real backend: the queue shrinks as its items are coded; events fill what is not coded and are one undoable step.
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createBackend, type Backend } from '@main/backend/index'
import { nodePorts } from '@main/backend/ports'
import { applyDelta } from '@renderer/features/coding/labels/labelDelta'
import { demoClip, root, temporaryFolder } from './cli/auw'

const folder = temporaryFolder()
let backend: Backend
let client: ReturnType<typeof connect>
let project = ''
let videoId = ''
const connect = (to: Backend) => createRouterClient(to.router, { context: {} })

beforeAll(async () => {
  backend = await createBackend({
    ...nodePorts('cli', '0.0.0', () => undefined),
    resourcesDirectory: join(root, 'resources'),
    settingsDirectory: join(folder, 's'),
    computeEntry: join(root, 'out/main/compute.js'),
  })
  client = connect(backend)
  project = (await client.project.create({ directory: join(folder, 'p.auproj') })).id
  videoId = (await client.video.add({ project, files: [demoClip('S04')], subject: 'S04' })).added[0]?.id ?? ''
  await client.job.predict({ project })
  for await (const job of await client.job.watch({ project })) if (job.kind === 'predict' && job.status === 'succeeded') break
})
afterAll(() => backend.close())

it('asks, and asks no more about what is coded', async () => {
  const before = await client.review.queue({ project, coder: 'AB' })
  expect(before.items.length).toBeGreaterThan(0)
  const [first] = before.items
  expect(first).toMatchObject({ subjectCode: 'S04', fileName: 'synthetic_S04.mp4' })
  if (!first) return
  await client.label.set({
    project,
    videoId,
    au: first.au,
    startFrame: first.startFrame,
    endFrame: first.endFrame,
    state: 'absent',
    coder: 'AB',
  })
  const after = await client.review.queue({ project, coder: 'AB' })
  expect(after.items.some((item) => item.id === first.id)).toBe(false)
  expect((await client.review.queue({ project, coder: 'CD' })).total).toBe(before.total)
  await client.history.undo({ project })
})

it('asks where two coders disagree, before all else, and whoever is asked', async () => {
  const say = (coder: string, state: 'present' | 'absent') =>
    client.label.set({ project, videoId, au: 12, startFrame: 100, endFrame: 119, state, coder })
  await say('AB', 'present')
  await say('CD', 'absent')
  for (const coder of ['AB', 'CD', 'EF']) {
    const [first] = (await client.review.queue({ project, coder })).items
    expect(first).toMatchObject({ reason: 'coders', au: 12, startFrame: 100, endFrame: 119 })
  }
  await client.history.undo({ project })
  expect((await client.review.queue({ project, coder: 'AB' })).items.some(({ reason }) => reason === 'coders')).toBe(false)
  await client.history.undo({ project })
})

it('asks sooner about faces unlike all that is coded, once something is, and says so', async () => {
  const said = async (): Promise<Map<string, { score: number; isNovel: boolean }>> =>
    new Map(
      (await client.review.queue({ project, coder: 'AB' })).items.map(({ id, score, explanation }) => [
        id,
        { score, isNovel: explanation.includes('unlike every frame') },
      ]),
    )
  const before = await said()
  expect([...before.values()].some(({ isNovel }) => isNovel)).toBe(false)
  // The face at rest, from which expressions stand out.
  await client.label.set({ project, videoId, au: 43, startFrame: 0, endFrame: 5, state: 'absent', coder: 'AB' })
  const after = await said()
  const novel = [...after].filter(([, { isNovel }]) => isNovel)
  expect(novel.length).toBeGreaterThan(0)
  expect(novel.length).toBeLessThan(after.size)
  for (const [id, { score }] of novel) expect(score).toBeGreaterThan(before.get(id)?.score ?? 0)
  await client.history.undo({ project })
})

it('takes events where nothing is coded, completes with absent, and undoes all at once', async () => {
  await client.label.set({ project, videoId, au: 12, startFrame: 10, endFrame: 20, state: 'not-scorable', coder: 'AB' })
  const done = await client.review.acceptEvents({
    project,
    videoId,
    coder: 'AB',
    events: [{ au: 12, startFrame: 5, endFrame: 30, apexFrame: 25 }],
    isAbsentElsewhere: true,
  })
  expect(done.acceptedEvents).toBe(2)
  const labels = await client.label.list({ project, videoId })
  const spans = labels.filter((label) => label.coder === 'AB' && label.au === 12)
  expect(spans.filter((span) => span.state === 'present').map((span) => [span.startFrame, span.endFrame])).toEqual([
    [5, 9],
    [21, 30],
  ])
  expect(spans.find((span) => span.state === 'not-scorable')).toMatchObject({ startFrame: 10, endFrame: 20, source: 'manual' })
  expect(spans.filter((span) => span.state === 'absent').every((span) => span.endFrame < 5 || span.startFrame > 30)).toBe(true)
  await client.history.undo({ project })
  expect((await client.label.list({ project, videoId })).filter((label) => label.au === 12)).toHaveLength(1)
  await expect(
    client.review.acceptEvents({ project, videoId, coder: 'AB', events: [{ au: 12, startFrame: 5, endFrame: 300 }] }),
  ).rejects.toMatchObject({ code: 'RANGE_INVALID' })
})

it('completes around a side that is coded apart and around proposals that nobody has decided about', async () => {
  await client.label.set({ project, videoId, au: 6, side: 'left', startFrame: 40, endFrame: 60, state: 'present', coder: 'CD' })
  await client.review.acceptEvents({
    project,
    videoId,
    coder: 'CD',
    events: [],
    isAbsentElsewhere: true,
    aus: [6],
    undecided: [{ au: 6, startFrame: 100, endFrame: 120 }],
  })
  const both = (await client.label.list({ project, videoId })).filter((label) => label.coder === 'CD' && label.side === 'both')
  expect(both.length).toBeGreaterThan(1)
  const covers = (frame: number) => both.some((label) => label.state === 'absent' && label.startFrame <= frame && label.endFrame >= frame)
  expect([39, 40, 60, 61, 99, 100, 120, 121].map(covers)).toEqual([true, false, false, true, true, false, false, true])
  await client.history.undo({ project })
  await client.history.undo({ project })
})

it('refuses several events in one undoable step, as corrections of the model', async () => {
  const before = await client.label.list({ project, videoId })
  const events = [10, 50, 90].map((startFrame) => ({ au: 4, startFrame, endFrame: startFrame + 8, apexFrame: startFrame }))
  await client.review.acceptEvents({ project, videoId, coder: 'CD', events, isRefusal: true })
  const after = (await client.label.list({ project, videoId })).filter((label) => label.coder === 'CD')
  expect(after).toHaveLength(3)
  expect(after.every((label) => label.state === 'absent' && label.source === 'corrected' && label.modelId === 'starter')).toBe(true)
  await client.history.undo({ project })
  expect(await client.label.list({ project, videoId })).toEqual(before)
})

it('undoes only the step that is meant: one that came meanwhile from elsewhere is not taken back instead', async () => {
  const lane = { project, videoId, au: 25, state: 'present' as const }
  await client.label.set({ ...lane, startFrame: 1, endFrame: 3, coder: 'AB' })
  const seen = (await client.history.get({ project })).undo
  await client.label.set({ ...lane, startFrame: 5, endFrame: 8, coder: 'CD' })
  await expect(client.history.undo({ project, stepId: seen?.id })).rejects.toMatchObject({ code: 'HISTORY_MOVED' })
  const own = (await client.label.list({ project, videoId })).filter((label) => label.au === 25)
  expect(own.map(({ coder }) => coder).sort()).toEqual(['AB', 'CD'])
  const newest = (await client.history.get({ project })).undo
  await client.history.undo({ project, stepId: newest?.id })
  await client.history.undo({ project, stepId: seen?.id })
  await expect(client.history.redo({ project, stepId: newest?.id })).rejects.toMatchObject({ code: 'HISTORY_MOVED' })
})

it('answers an edit with what it changed, not with every label, and tells the step to whoever watches', async () => {
  const id = (await client.video.add({ project, files: [demoClip('S05')], subject: 'S05' })).added[0]?.id ?? ''
  const lane = { project, videoId: id, au: 12, state: 'present' as const, coder: 'AB' }
  for (let startFrame = 0; startFrame < 200; startFrame += 10) await client.label.set({ ...lane, startFrame, endFrame: startFrame + 4 })
  const watch = await client.project.watch({ project })
  const hinted = watch.next()
  const before = await client.label.list({ project, videoId: id })
  // Over the second and into the third: one goes, one is trimmed, one is new.
  const done = await client.label.set({ ...lane, startFrame: 8, endFrame: 22 })
  expect(done.removed).toHaveLength(2)
  expect(done.written.map(({ startFrame, endFrame }) => [startFrame, endFrame]).sort()).toEqual([
    [23, 24],
    [8, 22],
  ])
  expect(JSON.stringify(done).length).toBeLessThan(JSON.stringify(before).length / 3)
  expect(applyDelta(before, done.removed, done.written)).toEqual(await client.label.list({ project, videoId: id }))
  const { value: hint } = await hinted
  expect(hint).toEqual({ topic: 'labels', videoId: id, revision: done.revision })
  await watch.return?.()
  const undone = await client.history.undo({ project })
  expect(undone.revision).toBeGreaterThan(done.revision ?? 0)
  expect(applyDelta(applyDelta(before, done.removed, done.written), undone.removed, undone.written)).toEqual(before)
  expect(await client.label.coders({ project })).toEqual(['AB'])
  const nothing = await client.label.clear({ project, videoId: id, au: 1, side: 'both', startFrame: 0, endFrame: 9, coder: 'AB' })
  expect(nothing).toMatchObject({ revision: null, removed: [], written: [] })
  await client.video.remove({ project, videoId: id })
})

it('keeps bookmarks, time and window state', async () => {
  const mark = await client.bookmark.add({ project, videoId, frame: 7, note: 'odd' })
  expect(await client.bookmark.list({ project, videoId })).toEqual([mark])
  await client.timing.add({ project, videoId, coder: 'AB', isAssisted: true, seconds: 30 })
  expect(await client.timing.list({ project })).toEqual([{ videoId, coder: 'AB', isAssisted: true, seconds: 30 }])
  expect(await client.setting.get({ project, key: 'layout' })).toEqual({ value: undefined })
  await client.setting.set({ project, key: 'layout', value: { split: 0.4 } })
  expect(await client.setting.get({ project, key: 'layout' })).toEqual({ value: { split: 0.4 } })
  expect(await client.video.update({ project, videoId, isReviewed: true })).toMatchObject({ isReviewed: true })
})

it('changes and copies several labels in one undoable step each', async () => {
  const common = { project, videoId, coder: 'MN', wasPredictionVisible: false }
  const before = []
  for (const [au, from] of [
    [1, 10],
    [1, 21],
    [2, 10],
  ] as const)
    before.push(...(await client.label.set({ ...common, au, startFrame: from, endFrame: from + 10, state: 'present' })).written)
  const own = async () => (await client.label.list({ project, videoId })).filter((label) => label.coder === 'MN')
  const spans = (labels: { au: number; side: string; startFrame: number; endFrame: number }[]) =>
    labels.map(({ au, side, startFrame, endFrame }) => [au, side, startFrame, endFrame])
  const moved = await client.label.changeAll({
    ...common,
    changes: before.map(({ id, startFrame, endFrame }) => ({ labelId: id, startFrame: startFrame + 1, endFrame: endFrame + 1 })),
  })
  expect(moved.written.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort())
  expect(spans(await own())).toEqual([
    [1, 'both', 11, 21],
    [1, 'both', 22, 32],
    [2, 'both', 11, 21],
  ])
  const copied = await client.label.copy({ ...common, labelIds: before.map(({ id }) => id), side: 'left' })
  expect(spans(copied.written)).toEqual([
    [1, 'left', 11, 21],
    [1, 'left', 22, 32],
    [2, 'left', 11, 21],
  ])
  await client.history.undo({ project })
  await client.history.undo({ project })
  expect(await own()).toEqual(before)
  await expect(client.label.changeAll({ ...common, changes: [{ labelId: 'nobody', side: 'left' }] })).rejects.toThrow()
  expect(await own()).toEqual(before)
  await client.label.remove({ project, videoId, labelIds: before.map(({ id }) => id), coder: 'MN' })
})

it('calls a label blind only while nothing of it was decided in sight, and keeps what was once seen', async () => {
  const blind = { project, videoId, coder: 'BL', isBlind: true }
  const seeing = { project, videoId, coder: 'BL', isBlind: false, wasPredictionVisible: true }
  const set = async (sight: typeof blind | typeof seeing, au: number) => {
    const [label] = (await client.label.set({ ...sight, au, startFrame: 5, endFrame: 9, state: 'present' })).written
    return label?.id ?? ''
  }
  const change = async (sight: typeof blind | typeof seeing, labelId: string, patch: { intensity?: 'C'; note?: string }) =>
    (await client.label.change({ ...sight, labelId, ...patch })).written[0]
  const hidden = await set(blind, 5)
  expect(await change(blind, hidden, { intensity: 'C' })).toMatchObject({ source: 'blind', wasPredictionVisible: false })
  expect(await change(seeing, hidden, { note: 'see also 40' })).toMatchObject({
    source: 'blind',
    wasPredictionVisible: false,
    note: 'see also 40',
  })
  expect((await client.label.copy({ ...blind, labelIds: [hidden], side: 'left' })).written).toMatchObject([{ source: 'blind' }])
  expect((await client.label.copy({ ...seeing, labelIds: [hidden], side: 'right' })).written).toMatchObject([
    { source: 'manual', wasPredictionVisible: true },
  ])
  const seen = await set(seeing, 7)
  expect(await change(blind, seen, { intensity: 'C' })).toMatchObject({ source: 'manual', wasPredictionVisible: true })
  const late = await set(blind, 9)
  expect(await change(seeing, late, { intensity: 'C' })).toMatchObject({ source: 'manual', wasPredictionVisible: true })
  const [other] = (await client.label.copy({ project, videoId, coder: 'CD', isBlind: true, labelIds: [hidden] })).written
  expect(other).toMatchObject({ coder: 'CD', source: 'manual' })
})
