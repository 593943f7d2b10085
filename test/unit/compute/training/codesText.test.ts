// Subjects in a card's sentences: all of a lab's few, not hundreds of codes.
import { expect, it } from 'vitest'
import { codesText } from '@compute/training/newModel'

it('names up to twenty subjects, and of more the first and how many others', () => {
  const codes = Array.from({ length: 800 }, (_, index) => `S${String(index + 1).padStart(3, '0')}`)
  expect(codesText(codes.slice(0, 3))).toBe('S001, S002, S003')
  expect(codesText(codes.slice(0, 20)).split(', ')).toHaveLength(20)
  expect(codesText(codes)).toBe('S001, S002, S003 and 797 others')
})
