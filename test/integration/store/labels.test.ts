// Labels against a naive model with one cell per frame, and what undo and redo promise.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type LabelEdit, openProject, type ProjectStore, type SpanToWrite } from '@main/store/index'
import type { LabelSpan } from '@shared/labels'
import { addVideo, closing, newProject } from './projectFixture'

const FRAMES = 40

type Step =
  | { op: 'put'; mode: 'write' | 'fill'; spans: Omit<SpanToWrite, 'keepId'>[] }
  | { op: 'clear'; range: { au: number; side: LabelSpan['side']; coder: string; startFrame: number; endFrame: number } }
  | { op: 'one'; isMove: boolean; pick: number; by: number }
  | { op: 'history'; verb: 'undo' | 'redo' }
  | { op: 'reopen' }

const lane = fc.record({
  au: fc.constantFrom(1, 12),
  side: fc.constantFrom('both' as const, 'left' as const),
  coder: fc.constantFrom('AB', "O'Neil ü"),
})
const range = fc.tuple(fc.nat(FRAMES - 1), fc.nat(FRAMES - 1)).map(([a, b]) => ({ startFrame: Math.min(a, b), endFrame: Math.max(a, b) }))
const span = fc
  .record({
    lane,
    range,
    state: fc.constantFrom('present' as const, 'absent' as const, 'not-scorable' as const),
    grade: fc.constantFrom(null, 'A' as const, 'E' as const),
    apex: fc.nat(FRAMES),
    note: fc.option(fc.string()),
  })
  .map(({ lane: where, range: frames, state, grade, apex, note }) => ({
    ...where,
    ...frames,
    state,
    intensity: state === 'present' ? grade : null,
    apexFrame: apex >= frames.startFrame && apex <= frames.endFrame ? apex : null,
    source: 'manual' as const,
    modelId: null,
    wasPredictionVisible: true,
    note,
  }))
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      op: fc.constant('put' as const),
      mode: fc.constantFrom('write' as const, 'fill' as const),
      spans: fc.array(span, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 2, arbitrary: fc.tuple(lane, range).map(([where, frames]) => ({ op: 'clear' as const, range: { ...where, ...frames } })) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('one' as const), isMove: fc.boolean(), pick: fc.nat(50), by: fc.nat(10) }) },
  { weight: 4, arbitrary: fc.record({ op: fc.constant('history' as const), verb: fc.constantFrom('undo' as const, 'redo' as const) }) },
  { weight: 1, arbitrary: fc.constant({ op: 'reopen' as const }) },
)

/** What is said of every frame, by lane; one text per frame. */
type Cells = Map<string, (string | null)[]>

const keyOf = (where: { au: number; side: string; coder: string }): string => `${where.au} ${where.side} ${where.coder}`
const says = (one: Pick<LabelSpan, 'state' | 'intensity' | 'note'>): string => JSON.stringify([one.state, one.intensity, one.note])

function paint(
  cells: Cells,
  where: SpanToWrite | (LabelSpan & object) | Extract<Step, { op: 'clear' }>['range'],
  text: string | null,
  onlyEmpty = false,
): Cells {
  const next = new Map([...cells].map(([key, row]) => [key, [...row]]))
  const row = next.get(keyOf(where)) ?? Array.from({ length: FRAMES }, () => null as string | null)
  for (let frame = where.startFrame; frame <= where.endFrame; frame++) if (!onlyEmpty || row[frame] === null) row[frame] = text
  return next.set(keyOf(where), row)
}

function cellsOf(spans: readonly LabelSpan[]): Cells {
  return spans.reduce((cells, one) => paint(cells, one, says(one)), new Map() as Cells)
}

const withoutEmpty = (cells: Cells): Record<string, (string | null)[]> =>
  Object.fromEntries([...cells].filter(([, row]) => row.some((cell) => cell !== null)).sort(([a], [b]) => (a < b ? -1 : 1)))

function expectNoOverlap(spans: readonly LabelSpan[]): void {
  const last = new Map<string, number>()
  for (const one of spans) {
    expect(one.startFrame).toBeGreaterThan(last.get(keyOf(one)) ?? -1)
    if (one.apexFrame !== null) expect(one.apexFrame >= one.startFrame && one.apexFrame <= one.endFrame).toBe(true)
    last.set(keyOf(one), one.endFrame)
  }
}

describe('labels', () => {
  it('say of every frame what the naive model says, through edits, undo, redo and restarts', () => {
    let store = newProject()
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const videoId = addVideo(store, { name: `${store.info().videoCount}.mp4`, frameCount: FRAMES })
        const first = store.labels.edits(1)[0]?.id ?? 0
        let cells: Cells = new Map()
        const done: { cells: Cells; spans: LabelSpan[] }[] = []
        let undone: { cells: Cells; spans: LabelSpan[] }[] = []
        const list = (): LabelSpan[] => store.labels.list(videoId)
        for (const each of steps) {
          const before = { cells, spans: list() }
          if (each.op === 'reopen') {
            store.close()
            store = closing(openProject(store.root))
          } else if (each.op === 'history') {
            const [from, to] = each.verb === 'undo' ? [done, undone] : [undone, done]
            const target = from.pop()
            if (target === undefined) continue
            to.push(before)
            store.labels[each.verb]()
            cells = target.cells
            // Exactly what was there: ids, notes and times of making too.
            expect(list()).toEqual(target.spans)
          } else {
            const edit = editOf(each, before.spans, videoId)
            if (edit === null) continue
            const { editId } = store.labels.apply(edit.edit)
            cells = edit.model(cells)
            if (editId === null) expect(list()).toEqual(before.spans)
            else {
              done.push(before)
              undone = []
            }
          }
          const now = list()
          expectNoOverlap(now)
          expect(withoutEmpty(cellsOf(now))).toEqual(withoutEmpty(cells))
        }
        const depth = store.labels.edits(1000).filter((one) => one.id > first)
        expect(depth.every((one) => (one.kind === 'edit') === (one.targetId === null))).toBe(true)
      }),
      { numRuns: 60 },
    )
  })
})

function editOf(
  each: Extract<Step, { op: 'put' | 'clear' | 'one' }>,
  spans: readonly LabelSpan[],
  videoId: string,
): { edit: LabelEdit; model: (cells: Cells) => Cells } | null {
  const common = { videoId, description: each.op, coder: 'AB' }
  if (each.op === 'put') {
    const model = (cells: Cells): Cells => each.spans.reduce((row, one) => paint(row, one, says(one), each.mode === 'fill'), cells)
    return { edit: { ...common, [each.mode]: each.spans }, model }
  }
  if (each.op === 'clear') return { edit: { ...common, clear: [each.range] }, model: (cells) => paint(cells, each.range, null) }
  const target = spans[each.pick % Math.max(1, spans.length)]
  if (!target) return null
  if (!each.isMove) return { edit: { ...common, remove: [target.id] }, model: (cells) => paint(cells, target, null) }
  const { id, createdAt: _createdAt, videoId: _videoId, ...rest } = target
  const shifted = (frame: number): number => Math.min(FRAMES - 1, frame + each.by)
  const moved = { ...rest, startFrame: shifted(target.startFrame), endFrame: shifted(target.endFrame), apexFrame: null }
  const model = (cells: Cells): Cells => paint(paint(cells, target, null), moved, says(moved))
  return { edit: { ...common, remove: [id], write: [{ ...moved, keepId: id }] }, model }
}

const plain = (startFrame: number, endFrame: number, more: Partial<SpanToWrite> = {}): SpanToWrite => ({
  au: 12,
  side: 'both',
  coder: 'AB',
  startFrame,
  endFrame,
  state: 'present',
  intensity: null,
  apexFrame: null,
  source: 'manual',
  modelId: null,
  wasPredictionVisible: false,
  note: null,
  ...more,
})

function written(store: ProjectStore, videoId: string, ...write: SpanToWrite[]): LabelSpan[] {
  store.labels.apply({ videoId, description: 'AU12', coder: 'AB', write })
  return store.labels.list(videoId)
}

const code = (work: () => unknown): unknown => {
  try {
    return work()
  } catch (error) {
    return (error as { code?: string }).code
  }
}

describe('an edit', () => {
  it('splits what it is written over: the first piece keeps the id, the apex stays where it is', () => {
    const store = newProject()
    const videoId = addVideo(store)
    const [whole] = written(store, videoId, plain(10, 50, { apexFrame: 40, intensity: 'C' }))
    const spans = written(store, videoId, plain(20, 30, { state: 'absent' }))
    expect(spans.map((one) => [one.startFrame, one.endFrame, one.state, one.apexFrame])).toEqual([
      [10, 19, 'present', null],
      [20, 30, 'absent', null],
      [31, 50, 'present', 40],
    ])
    expect(spans[0]?.id).toBe(whole?.id)
    expect(new Set(spans.map((one) => one.id)).size).toBe(3)
  })

  it('leaves other sides, coders and AUs alone', () => {
    const store = newProject()
    const videoId = addVideo(store)
    const spans = written(store, videoId, plain(0, 9), plain(0, 9, { side: 'left' }), plain(0, 9, { coder: 'CD' }), plain(0, 9, { au: 6 }))
    expect(spans).toHaveLength(4)
  })

  it('does not merge equal neighbours', () => {
    const store = newProject()
    const videoId = addVideo(store)
    expect(written(store, videoId, plain(0, 9), plain(10, 19))).toHaveLength(2)
  })

  it('keeps the id of a span that moves, over its own former frames too', () => {
    const store = newProject()
    const videoId = addVideo(store)
    const [one] = written(store, videoId, plain(10, 20, { note: 'twitch' }))
    store.labels.apply({
      videoId,
      description: 'move',
      coder: 'AB',
      remove: [one?.id ?? ''],
      write: [plain(15, 25, { note: 'twitch', keepId: one?.id })],
    })
    expect(store.labels.list(videoId)).toMatchObject([{ id: one?.id, startFrame: 15, endFrame: 25, note: 'twitch' }])
    store.labels.undo()
    expect(store.labels.list(videoId)).toEqual([one])
  })

  it('that is refused changes nothing and logs nothing', () => {
    const store = newProject()
    const videoId = addVideo(store)
    const other = addVideo(store, { name: 'other.mp4' })
    const [elsewhere] = written(store, other, plain(0, 1))
    const before = { spans: written(store, videoId, plain(0, 5)), edits: store.labels.edits(10) }
    const refused = (edit: Partial<LabelEdit>): unknown =>
      code(() => store.labels.apply({ videoId, description: 'x', coder: 'AB', ...edit }))
    expect(refused({ write: [plain(3, 4), plain(0, 1000)] })).toBe('RANGE_INVALID')
    expect(refused({ write: [plain(5, 4)] })).toBe('RANGE_INVALID')
    expect(refused({ write: [plain(-1, 4)] })).toBe('RANGE_INVALID')
    expect(refused({ write: [plain(0, 4.5)] })).toBe('RANGE_INVALID')
    expect(refused({ write: [plain(0, 4, { apexFrame: 5 })] })).toBe('RANGE_INVALID')
    expect(refused({ write: [plain(0, 4, { state: 'absent', intensity: 'A' })] })).toBe('INPUT_INVALID')
    expect(refused({ write: [plain(0, 4, { coder: ' ' })] })).toBe('INPUT_INVALID')
    expect(refused({ write: [plain(0, 4, { au: 0 })] })).toBe('INPUT_INVALID')
    expect(refused({ remove: ['nothing'] })).toBe('LABEL_NOT_FOUND')
    expect(refused({ remove: [elsewhere?.id ?? ''] })).toBe('LABEL_NOT_FOUND')
    expect(refused({ videoId: 'nothing', write: [plain(0, 4)] })).toBe('VIDEO_NOT_FOUND')
    expect({ spans: store.labels.list(videoId), edits: store.labels.edits(10) }).toEqual(before)
  })

  it('that changes nothing is not logged, so Undo does not appear to do nothing', () => {
    const store = newProject()
    const videoId = addVideo(store)
    written(store, videoId, plain(0, 9))
    const history = store.labels.history()
    expect(store.labels.apply({ videoId, description: 'fill', coder: 'AB', fill: [plain(2, 5)] }).editId).toBeNull()
    expect(store.labels.apply({ videoId, description: 'clear', coder: 'AB', clear: [plain(20, 30)] }).editId).toBeNull()
    expect(store.labels.history()).toEqual(history)
  })
})

describe('undo and redo', () => {
  it('say when there is nothing left', () => {
    const store = newProject()
    expect(code(() => store.labels.undo())).toBe('NOTHING_TO_UNDO')
    expect(code(() => store.labels.redo())).toBe('NOTHING_TO_REDO')
  })

  it('append rows, and a new edit ends the redos', () => {
    const store = newProject()
    const videoId = addVideo(store)
    written(store, videoId, plain(0, 1))
    written(store, videoId, plain(5, 6))
    store.labels.undo()
    store.labels.undo()
    store.labels.redo()
    expect(store.labels.history()).toMatchObject({ undo: { id: 1 }, redo: { id: 2 } })
    written(store, videoId, plain(8, 9))
    expect(store.labels.history()).toMatchObject({ undo: { id: 6 }, redo: null })
    expect(code(() => store.labels.redo())).toBe('NOTHING_TO_REDO')
    expect(store.labels.edits(10).map((one) => [one.id, one.kind, one.targetId])).toEqual([
      [6, 'edit', null],
      [5, 'redo', 1],
      [4, 'undo', 1],
      [3, 'undo', 2],
      [2, 'edit', null],
      [1, 'edit', null],
    ])
    store.labels.undo()
    store.labels.undo()
    expect(store.labels.list(videoId)).toEqual([])
    expect(code(() => store.labels.undo())).toBe('NOTHING_TO_UNDO')
  })

  it('name the videos they changed', () => {
    const store = newProject()
    const videoId = addVideo(store)
    written(store, videoId, plain(0, 1))
    expect(store.labels.undo()).toMatchObject({ videoIds: [videoId], history: { undo: null, redo: { id: 1 } } })
  })
})

it('frames not coded by a lane are known', () => {
  const store = newProject()
  const videoId = addVideo(store)
  written(store, videoId, plain(10, 19), plain(30, 39), plain(40, 45))
  const where = { au: 12, side: 'both' as const, coder: 'AB' }
  expect(store.labels.uncoded(videoId, where, { startFrame: 15, endFrame: 50 })).toEqual([
    { startFrame: 20, endFrame: 29 },
    { startFrame: 46, endFrame: 50 },
  ])
  expect(store.labels.uncoded(videoId, { ...where, side: 'right' }, { startFrame: 0, endFrame: 3 })).toEqual([
    { startFrame: 0, endFrame: 3 },
  ])
})
