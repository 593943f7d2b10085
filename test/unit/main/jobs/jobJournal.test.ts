// The journal keeps the last lines of the last jobs and no more.
import { expect, it } from 'vitest'
import { JobJournal } from '@main/jobs/jobJournal'

it('keeps lines in order, splits them, and forgets the oldest', () => {
  const journal = new JobJournal()
  journal.add('a', 'one\ntwo')
  expect(journal.linesOf('a').map((line) => line.slice(10))).toEqual(['one', 'two'])
  for (let i = 0; i < 1000; i++) journal.add('a', `line ${i}`)
  expect(journal.linesOf('a').length).toBeLessThanOrEqual(400)
  expect(journal.linesOf('a').at(-1)).toContain('line 999')
  for (let i = 0; i < 100; i++) journal.add(`job ${i}`, 'x')
  expect(journal.linesOf('a')).toEqual([])
  expect(journal.linesOf('nobody')).toEqual([])
})
