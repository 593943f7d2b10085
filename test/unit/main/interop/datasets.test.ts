// Label files of published data sets: frames count from 1 there, 9 is not known, DISFA's threshold is a setting, and every refusal names its line.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bp4dClip, bp4dMedia, readBp4dCsv } from '@main/interop/datasets/bp4d'
import { spansOf, type FrameStates } from '@main/interop/datasets/datasetLabels'
import { disfaFile, disfaVideo, readDisfaLabels } from '@main/interop/datasets/disfa'
import { readFmaeJsonl } from '@main/interop/datasets/fmaeJsonl'
import { BP4D_AUS } from '@shared/facs'

const cell = fc.constantFrom('0', '1', '9')
const stateOf = (value: string): string | undefined => ({ '0': 'absent', '1': 'present' })[value]

describe('BP4D', () => {
  it('gives back every label of a table, and none where it says 9', () => {
    const aus = [1, 2, 12]
    const table = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 40 })
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 5000 }), (rows, first) => {
        const text = ['0,1,2,12', ...rows.map((row, index) => [first + index, ...row].join(','))].join('\n')
        const { states, unknown } = readBp4dCsv(text, 'F001_T1.csv')
        expect(unknown).toBe(rows.flat().filter((value) => value === '9').length)
        rows.forEach((row, index) =>
          row.forEach((value, column) => {
            expect(states.get(aus[column] as number)?.get(first + index - 1)).toBe(stateOf(value))
          }),
        )
      }),
    )
  })

  it.each([
    ['0,1\n0,1', /line 2.*count from 1/],
    ['0,1\n1,0\n1,1', /line 3.*twice/],
    ['0,1\n1,2', /line 2.*AU1 is "2"/],
    ['frame\n1', /names no AUs/],
    ['', /names no AUs/],
  ])('refuses %j', (text, words) => expect(() => readBp4dCsv(text, 'F001_T1.csv')).toThrow(words))

  it('knows clips by the names that people give files', () => {
    expect(bp4dClip('M003_T08.csv')).toEqual({ subject: 'M003', task: 'T8', clip: 'M003_T8' })
    expect(['F001_T1.avi', '2F01_T1.avi', 'videos/f1_T01.mp4', 'F001/T1'].map(bp4dMedia)).toEqual(Array(4).fill('F001_T1'))
    expect(bp4dMedia('holiday.avi')).toBeNull()
  })
})

describe('DISFA', () => {
  it('counts an AU as present from the threshold on', () => {
    const intensities = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 50 })
    fc.assert(
      fc.property(intensities, fc.integer({ min: 1, max: 5 }), (values, threshold) => {
        const text = values.map((value, index) => `${index + 1},${value}`).join('\r\n')
        const states = readDisfaLabels(text, 'SN001_au1.txt', threshold)
        expect([...states.values()]).toEqual(values.map((value) => (value >= threshold ? 'present' : 'absent')))
        expect([...states.keys()]).toEqual(values.map((_, index) => index))
      }),
    )
  })

  it.each(['1,6', '1,-1', '1', '0,2', '1,2\n1,3', '1,2,3', 'x,1'])('refuses %j with its line', (text) =>
    expect(() => readDisfaLabels(text, 'SN001_au1.txt', 2)).toThrow(/SN001_au1.txt, line \d/),
  )

  it('knows its files', () => {
    expect(disfaFile('SN012_au25.txt')).toEqual({ subject: 'SN012', au: 25 })
    expect(disfaVideo('LeftVideoSN012_comp.avi')).toEqual({ subject: 'SN012', camera: 'left' })
    expect(disfaVideo('RightVideoSN001.mp4')).toEqual({ subject: 'SN001', camera: 'right' })
  })
})

describe('lists of the FMAE code', () => {
  it('give each AU as it stands there', () => {
    const flags = fc.array(fc.boolean(), { minLength: BP4D_AUS.length, maxLength: BP4D_AUS.length })
    fc.assert(
      fc.property(flags, fc.integer({ min: 0, max: 9999 }), (present, frame) => {
        const line = { img_path: `2F01_T5/frame_${frame}.jpg`, AUs: BP4D_AUS.map((au, place) => (present[place] ? au : 999)) }
        const [read] = readFmaeJsonl(`${JSON.stringify(line)}\n\n`, 'train.json')
        expect(read).toMatchObject({ subject: 'F001', clip: '2F01_T5', order: frame })
        expect(read?.present).toEqual(BP4D_AUS.filter((_, place) => present[place]))
        expect(read?.absent).toEqual(BP4D_AUS.filter((_, place) => !present[place]))
      }),
    )
  })

  it.each([
    ['no json', /line 1.*JSON/],
    ['{"AUs":[]}', /img_path/],
    ['{"img_path":"../F001/1.jpg","AUs":[]}', /leads out/],
    ['{"img_path":"F001/1.jpg","AUs":[1,2]}', /lists 2 AUs/],
    [JSON.stringify({ img_path: 'holiday/1.jpg', AUs: BP4D_AUS }), /names no subject/],
    [JSON.stringify({ img_path: 'F001/1.jpg', AUs: BP4D_AUS.map(() => 7.5) }), /only 1 and 999/],
  ])('refuse %j', (line, words) => expect(() => readFmaeJsonl(line, 'train.json')).toThrow(words))
})

it('spans hold exactly the frames they were made of', () => {
  const frames = fc.dictionary(fc.nat({ max: 60 }).map(String), fc.constantFrom('present' as const, 'absent' as const))
  fc.assert(
    fc.property(frames, (entries) => {
      const states: FrameStates = new Map(Object.entries(entries).map(([frame, state]) => [Number(frame), state]))
      const spans = spansOf(new Map([[12, states]]))
      const back = new Map<number, string>()
      for (const { startFrame, endFrame, state } of spans) for (let frame = startFrame; frame <= endFrame; frame++) back.set(frame, state)
      expect(back).toEqual(states)
    }),
  )
})
