// Whose face is whose when detections meet tracks and when lost faces come back.
import { expect, it } from 'vitest'
import type { Detection } from '@vision/detector'
import { findReturning, matchDetections } from '@vision/trackMatching'

const box = (x: number, y: number, size = 100): { x: number; y: number; width: number; height: number } => ({
  x,
  y,
  width: size,
  height: size,
})
const detection = (x: number, y: number, size = 70): Detection => ({
  score: 0.9,
  box: box(x, y, size),
  rightEye: { x, y },
  leftEye: { x: x + 10, y },
})

it('matches each face to the detection that covers it best, once', () => {
  const matched = matchDetections([box(0, 0), box(60, 0), box(500, 0)], [detection(75, 15), detection(10, 15), detection(900, 0)])
  expect([...matched].sort()).toEqual([
    [0, 1],
    [1, 0],
  ])
})

it('gives a returning face its track when it appears where it was lost, however late', () => {
  const lost = [
    { track: 3, box: box(0, 0), frame: 10 },
    { track: 5, box: box(300, 0), frame: 90 },
  ]
  expect(findReturning(box(20, 10), 10_000, lost)?.track).toBe(3)
  expect(findReturning(box(290, 5), 100, lost)?.track).toBe(5)
})

it('lets a face that was lost only just have moved, but not one that is long gone or of another size', () => {
  const lost = [{ track: 5, box: box(300, 0), frame: 90 }]
  expect(findReturning(box(380, 0), 100, lost)?.track).toBe(5)
  expect(findReturning(box(380, 0), 400, lost)).toBeNull()
  expect(findReturning(box(380, 0, 30), 100, lost)).toBeNull()
  expect(findReturning(box(600, 0), 100, lost)).toBeNull()
})
