// Tables of intensities become label spans: every frame once, gaps left alone, nothing invented.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readIntensityCsv } from '@main/interop/intensityCsvRead'

describe('readIntensityCsv', () => {
  it('turns each demo table into spans that give back every frame', () => {
    for (let subject = 1; subject <= 8; subject++) {
      const text = readFileSync(`resources/demo/synthetic_S0${subject}.csv`, 'utf8')
      const [header = [], ...lines] = text
        .trimEnd()
        .split('\n')
        .map((line) => line.split(','))
      const spans = readIntensityCsv(text, { frameCount: lines.length })
      expect(lines.length).toBe(250)
      for (const [column, name] of header.entries()) {
        if (name === 'frame') continue
        const ofAu = spans.filter(({ au }) => au === Number(name.slice(2)))
        expect(ofAu[0]?.startFrame).toBe(0)
        expect(ofAu.at(-1)?.endFrame).toBe(249)
        const states = ofAu.flatMap(({ startFrame, endFrame, state }) => new Array<string>(endFrame - startFrame + 1).fill(state))
        expect(states).toEqual(lines.map((line) => (Number(line[column]) >= 0.3 ? 'present' : 'absent')))
      }
    }
  })

  it('keeps frames without a row and empty cells uncoded, in whatever order the rows come', () => {
    const text = 'time,frame,AU12,AU1\n0.2,2,0.5,\n0.0,0,0.3,0\n0.1,1,0.29,0\n0.5,5,1,0.9\n'
    expect(readIntensityCsv(text)).toEqual([
      { au: 1, startFrame: 0, endFrame: 1, state: 'absent' },
      { au: 1, startFrame: 5, endFrame: 5, state: 'present' },
      { au: 12, startFrame: 0, endFrame: 0, state: 'present' },
      { au: 12, startFrame: 1, endFrame: 1, state: 'absent' },
      { au: 12, startFrame: 2, endFrame: 2, state: 'present' },
      { au: 12, startFrame: 5, endFrame: 5, state: 'present' },
    ])
    expect(readIntensityCsv(text, { threshold: 0.6 }).filter(({ au }) => au === 12)).toEqual([
      { au: 12, startFrame: 0, endFrame: 2, state: 'absent' },
      { au: 12, startFrame: 5, endFrame: 5, state: 'present' },
    ])
  })

  it('gives back any table frame by frame', () => {
    const value = fc.option(fc.integer({ min: 0, max: 1000 }).map((thousandths) => thousandths / 1000))
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), fc.integer({ min: 0, max: 10 }), (values, tenths) => {
        const threshold = tenths / 10
        const text = `frame,AU04\n${values.map((one, frame) => `${frame},${one ?? ''}`).join('\n')}\n`
        const states = new Array<string | null>(values.length).fill(null)
        for (const { startFrame, endFrame, state } of readIntensityCsv(text, { threshold })) {
          for (let frame = startFrame; frame <= endFrame; frame++) {
            expect(states[frame]).toBeNull()
            states[frame] = state
          }
        }
        expect(states).toEqual(values.map((one) => (one === null ? null : one >= threshold ? 'present' : 'absent')))
      }),
    )
  })

  it.each([
    ['nothing', '', 'empty'],
    ['no frames', 'AU12\n0\n', '"frame"'],
    ['no AUs', 'frame,smile\n0,1\n', 'AU12'],
    ['sides', 'frame,AU12L\n0,1\n', 'AU12L'],
    ['OpenFace values', 'frame,AU12_r\n1,2.5\n', 'AU12_r'],
    ['an AU twice', 'frame,AU1,AU01\n0,1,1\n', 'AU1 '],
    ['a frame twice', 'frame,AU12\n0,1\n0,1\n', 'line 3'],
    ['frames past the end', 'frame,AU12\n9,1\n10,1\n', 'line 3'],
    ['a frame between two', 'frame,AU12\n1.5,1\n', 'line 2'],
    ['a negative frame', 'frame,AU12\n-1,1\n', 'line 2'],
    ['an empty frame', 'frame,AU12\n,1\n', 'line 2'],
    ['an intensity of 5', 'frame,AU12\n0,5\n', 'line 2'],
    ['a word', 'frame,AU12\n0,high\n', 'high'],
    ['a short line', 'frame,AU12\n0\n', 'line 2'],
    ['an open quote', 'frame,AU12\n0,"1\n', 'Quote'],
  ])('refuses %s and says where', (_, text, where) => {
    let message = ''
    try {
      readIntensityCsv(text, { frameCount: 10 })
    } catch (error) {
      expect(error).toMatchObject({ code: 'INPUT_INVALID' })
      message = (error as Error).message
    }
    expect(message).toContain(where)
  })
})
