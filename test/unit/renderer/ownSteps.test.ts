// Whose step undo would take back: that of another window is asked about, whether or not its hint has come.
import { expect, it } from 'vitest'
import { countAsOwn, isOthers, noteAnswer, noteRequest, ownerOf } from '../../../src/renderer/app/ownSteps'

const at = (seconds: number): string => new Date(performance.timeOrigin + 1000 * seconds).toISOString()

it('knows its own steps by their answers, and takes back without asking what was made before the window was opened', () => {
  noteRequest('own')
  noteAnswer('own', 7)
  expect(isOthers('own', { id: 7, madeAt: at(5) })).toBe(false)
  expect(isOthers('own', { id: 6, madeAt: at(-60) })).toBe(false)
  expect(isOthers('own', { id: 8, madeAt: at(6) })).toBe(true)
})

it("asks about another's step also where its hint came while a change of this window was under way", () => {
  noteRequest('both')
  expect(ownerOf('both', 3)).toBe('unknown')
  noteAnswer('both', 2)
  expect(isOthers('both', { id: 3, madeAt: at(1) })).toBe(true)
})

it('asks once', () => {
  const step = { id: 4, madeAt: at(1) }
  expect(isOthers('once', step)).toBe(true)
  countAsOwn('once', step.id)
  expect(isOthers('once', step)).toBe(false)
})
