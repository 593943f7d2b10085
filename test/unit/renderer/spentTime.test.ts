// The coding clock credits time to whoever was coding while it passed.
import { expect, it } from 'vitest'
import { SpentTime } from '../../../src/renderer/features/coding/assist/spentTime'

it('keeps coders, and what they could see, apart', () => {
  const time = new SpentTime()
  time.add({ coder: 'AB ', isAssisted: true, seconds: 7 })
  time.add({ coder: 'AB', isAssisted: false, seconds: 2 })
  time.add({ coder: 'AB', isAssisted: true, seconds: 1 })
  time.add({ coder: '  ', isAssisted: true, seconds: 9 })
  time.add({ coder: 'CD', isAssisted: true, seconds: 3 })
  expect(time.take()).toEqual([
    { coder: 'AB', isAssisted: true, seconds: 8 },
    { coder: 'AB', isAssisted: false, seconds: 2 },
    { coder: 'CD', isAssisted: true, seconds: 3 },
  ])
  expect(time.take()).toEqual([])
})

it('keeps what is too little to report for later', () => {
  const time = new SpentTime()
  time.add({ coder: 'AB', isAssisted: true, seconds: 0.3 })
  expect(time.take()).toEqual([])
  time.add({ coder: 'AB', isAssisted: true, seconds: 0.3 })
  expect(time.take()).toEqual([{ coder: 'AB', isAssisted: true, seconds: 0.6 }])
})
