// Several changes under way while lists come in between: nobody's label is lost from the screen for good, and a refusal asks for the truth.
import { beforeEach, expect, it } from 'vitest'
import type { LabelDelta } from '@shared/contract/coding'
import type { LabelSpan } from '@shared/labels'
import { queryClient } from '../../../src/renderer/app/queryClient'
import { queries } from '../../../src/renderer/bridge/client'
import { changeLabels, expectLabels } from '../../../src/renderer/features/coding/labels/labelChanges'

const PROJECT = 'p'
const VIDEO = 'v'
const key = queries.label.list.queryKey({ input: { project: PROJECT, videoId: VIDEO } })
const span = (id: string): LabelSpan => ({ id, videoId: VIDEO, au: 12, startFrame: 0, endFrame: 1 }) as LabelSpan
const history = { canUndo: true, canRedo: false } as never
const answer = (revision: number, written: LabelSpan[]): LabelDelta & { history: never; revision: number } => ({
  revision,
  removed: [],
  written,
  history,
})
const ids = (): string[] | undefined => queryClient.getQueryData(key)?.map(({ id }) => id)
const isStale = (): boolean => queryClient.getQueryState(key)?.isInvalidated === true

beforeEach(() => {
  queryClient.clear()
  queryClient.setQueryData(key, [])
})

/** A change whose answer the test gives when it wants to. */
function asked(id: string): { answered: Promise<unknown>; give(revision: number): void; fail(): void } {
  let give = (_revision: number): void => undefined
  let fail = (): void => undefined
  const reply = new Promise<ReturnType<typeof answer>>((resolve, reject) => {
    give = (revision) => resolve(answer(revision, [span(id)]))
    fail = () => reject(new Error('refused'))
  })
  expectLabels(PROJECT, VIDEO, (labels) => [...labels, span(id)])
  const answered = changeLabels(PROJECT, () => [VIDEO], () => reply) // prettier-ignore
  return { answered, give: (revision) => give(revision), fail: () => fail() }
}

it('shows what is expected at once, and what the answers say in the end', async () => {
  const first = asked('a')
  const second = asked('b')
  expect(ids()).toEqual(['a', 'b'])
  first.give(1)
  second.give(2)
  await Promise.all([first.answered, second.answered])
  expect(ids()).toEqual(['a', 'b'])
  expect(isStale()).toBe(false)
})

it('asks again where a list with another person’s label came in between two answers', async () => {
  const first = asked('a')
  const second = asked('b')
  first.give(1)
  await first.answered
  queryClient.setQueryData(key, [span('theirs'), span('a')])
  second.give(2)
  await second.answered
  expect(ids()).toContain('b')
  expect(isStale()).toBe(true)
})

it('asks for the truth where a change was refused', async () => {
  const only = asked('a')
  only.fail()
  await only.answered
  expect(isStale()).toBe(true)
})
