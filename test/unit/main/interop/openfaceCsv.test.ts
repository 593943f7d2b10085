// The OpenFace layout: 40 columns or fewer, what each value comes from, and both dialects read back.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { openfaceColumns, openfaceCsv, OPENFACE_INTENSITY_AUS, OPENFACE_PRESENCE_AUS } from '@main/interop/openfaceCsv'
import { readOpenfaceCsv, type OpenfaceRow } from '@main/interop/openfaceCsvRead'
import type { ExportCell, ExportRow } from '@main/interop/exportRow'
import { exportTable, lane, row, textOf } from './exportRows'

const read = async (source: Parameters<typeof readOpenfaceCsv>[0]) => {
  const { header, rows } = await readOpenfaceCsv(source)
  const all: OpenfaceRow[] = []
  for await (const one of rows) all.push(one)
  return { header, rows: all }
}
/** `_r` and `_c` of AU12 for one frame. */
const valuesOf = async (lanes: Parameters<typeof lane>[1][], cells: Partial<ExportCell>[]) => {
  const text = await textOf(
    openfaceCsv(
      lanes.map((side) => lane(12, side)),
      [row(cells)],
    ),
  )
  return text.split('\n')[1]?.split(',').slice(5)
}

describe('writing', () => {
  it('has the 40 columns of FeatureExtraction -aus when strict, and only those that can be given otherwise', async () => {
    const strict = openfaceColumns([lane(12)], { isStrict: true })
    expect(strict.length).toBe(40)
    expect(strict.slice(0, 7)).toEqual(['frame', 'face_id', 'timestamp', 'confidence', 'success', 'AU01_r', 'AU02_r'])
    expect(strict.slice(-3)).toEqual(['AU26_c', 'AU28_c', 'AU45_c'])
    const lanes = [lane(1, 'both', { isCoded: false }), lane(12), lane(16), lane(28)]
    expect(openfaceColumns(lanes).slice(5)).toEqual(['AU01_r', 'AU12_r', 'AU01_c', 'AU12_c', 'AU28_c'])
    const text = await textOf(
      openfaceCsv([lane(12)], [row([{ label: 1, intensity: 'E' }], { frameIndex: 4, timestampSeconds: 1.23456 })], { isStrict: true }),
    )
    const cells = text.trimEnd().split('\n')[1]?.split(',') as string[]
    expect(cells.slice(0, 5)).toEqual(['5', '0', '1.235', '0.90', '1'])
    expect(cells.length).toBe(40)
    expect(cells.every((cell) => cell !== '')).toBe(true)
    expect([cells[strict.indexOf('AU12_r')], cells[strict.indexOf('AU12_c')], cells[strict.indexOf('AU01_r')]]).toEqual([
      '5.00',
      '1.0',
      '0.00',
    ])
  })

  it('takes intensity from labels alone, presence from the label, else the prediction', async () => {
    const cases: [Partial<ExportCell>, string[]][] = [
      [{ label: 1, intensity: 'A' }, ['1.00', '1.0']],
      [{ label: 1, intensity: 'E', predicted: false }, ['5.00', '1.0']],
      [{ label: 1 }, ['', '1.0']],
      [{ label: 0, predicted: true, probability: 0.9 }, ['0.00', '0.0']],
      [{ label: 'NS', predicted: true }, ['', '']],
      [{ predicted: true, probability: 0.9 }, ['', '1.0']],
      [{ predicted: false }, ['', '0.0']],
      [{}, ['', '']],
    ]
    for (const [cell, expected] of cases) expect([cell, await valuesOf(['both'], [cell])]).toEqual([cell, expected])
  })

  it('joins sides: present if one is, the stronger grade, absent only if both are', async () => {
    const sides: ['left', 'right', 'both'] = ['left', 'right', 'both']
    const cases: [Partial<ExportCell>[], string[]][] = [
      [
        [{ label: 1, intensity: 'B' }, { label: 1, intensity: 'D' }, {}],
        ['4.00', '1.0'],
      ],
      [
        [{ label: 1, intensity: 'B' }, { label: 0 }, {}],
        ['2.00', '1.0'],
      ],
      [
        [{ label: 0 }, { label: 0 }, {}],
        ['0.00', '0.0'],
      ],
      [
        [{ label: 0 }, {}, { predicted: true }],
        ['', '1.0'],
      ],
      [
        [{ label: 0 }, { label: 'NS' }, {}],
        ['', ''],
      ],
      [
        [{}, {}, { label: 0 }],
        ['0.00', '0.0'],
      ],
    ]
    for (const [cells, expected] of cases) expect([cells, await valuesOf(sides, cells)]).toEqual([cells, expected])
    // a side that nobody coded is not absent
    expect(await valuesOf(['left'], [{ label: 0 }])).toEqual(['', ''])
  })

  it('says success 0 without a face, or where nothing coded could be scored', async () => {
    const success = async (cells: Partial<ExportCell>[], given: Partial<ExportRow> = {}) => {
      const lanes = [lane(1), lane(12), lane(4, 'both', { isCoded: false })]
      return (await textOf(openfaceCsv(lanes, [row(cells, given)]))).split('\n')[1]?.split(',')[4]
    }
    expect(await success([{ label: 'NS' }, { label: 'NS' }, {}])).toBe('0')
    expect(await success([{ label: 'NS' }, {}, {}])).toBe('1')
    expect(await success([{}, {}, {}])).toBe('1')
    expect(await success([{}, {}, {}], { success: false, faceConfidence: null })).toBe('0')
  })
})

describe('reading', () => {
  it('gets back what was written', async () => {
    await fc.assert(
      fc.asyncProperty(exportTable, fc.boolean(), async ({ lanes, rows }, isStrict) => {
        fc.pre(openfaceColumns(lanes, { isStrict }).length > 5)
        const text = await textOf(openfaceCsv(lanes, rows, { isStrict }))
        const table = await read([text.slice(0, 20), text.slice(20)])
        expect(table.header.dialect).toBe('compact')
        expect(table.rows.map(({ frameIndex }) => frameIndex)).toEqual(rows.map(({ frameIndex }) => frameIndex))
        for (const [i, one] of table.rows.entries()) {
          const bilateral = lanes.findIndex(({ au, side, isCoded }) => side === 'both' && isCoded && OPENFACE_PRESENCE_AUS.includes(au))
          const cell = rows[i]?.cells[bilateral]
          if (cell?.label === 1) expect(one.presences.get(lanes[bilateral]?.au as number)).toBe(true)
        }
      }),
      { numRuns: 100 },
    )
  })

  const spaced =
    'frame, face_id, timestamp, confidence, success, gaze_0_x, pose_Rx, pose_Ry, pose_Rz, x_0, X_0, AU01_r, AU12_r, AU12_c\n' +
    '1, 0, 0.000, 0.98, 1, 0.1, 0.05, -0.1, 0.2, 300.5, -20.1, 0.52, 2.30, 1.0\n' +
    '2, 0, 0.033, 0.00, 0, 0.1, 0.05, -0.1, 0.2, 300.5, -20.1, 0.00, , 0.0\n'

  it('reads the older dialect with blanks after commas, and the newer without, alike', async () => {
    const [older, newer] = [await read(spaced), await read(spaced.replaceAll(', ', ','))]
    expect([older.header.dialect, newer.header.dialect]).toEqual(['spaced', 'compact'])
    expect(older.rows).toEqual(newer.rows)
    expect(older.header.columns).toEqual(newer.header.columns)
    expect(older.header).toMatchObject({ intensityAus: [1, 12], presenceAus: [12] })
    expect(older.rows[0]).toEqual({
      frameIndex: 0,
      faceId: 0,
      timestampSeconds: 0,
      confidence: 0.98,
      success: true,
      pose: { pitch: 0.05, yaw: -0.1, roll: 0.2 },
      intensities: new Map([
        [1, 0.52],
        [12, 2.3],
      ]),
      presences: new Map([[12, true]]),
    })
    expect(older.rows[1]).toMatchObject({
      success: false,
      intensities: new Map([
        [1, 0],
        [12, null],
      ]),
      presences: new Map([[12, false]]),
    })
  })

  it('reads the full layout of 714 columns, carriage returns, a byte order mark, and the order without face_id', async () => {
    const many = (prefix: string, count: number) => Array.from({ length: count }, (_, i) => `${prefix}${i}`)
    const columns = [
      ...['frame', 'face_id', 'timestamp', 'confidence', 'success'],
      ...['gaze_0_x', 'gaze_0_y', 'gaze_0_z', 'gaze_1_x', 'gaze_1_y', 'gaze_1_z', 'gaze_angle_x', 'gaze_angle_y'],
      ...['eye_lmk_x_', 'eye_lmk_y_', 'eye_lmk_X_', 'eye_lmk_Y_', 'eye_lmk_Z_'].flatMap((prefix) => many(prefix, 56)),
      ...['pose_Tx', 'pose_Ty', 'pose_Tz', 'pose_Rx', 'pose_Ry', 'pose_Rz'],
      ...['x_', 'y_', 'X_', 'Y_', 'Z_'].flatMap((prefix) => many(prefix, 68)),
      ...['p_scale', 'p_rx', 'p_ry', 'p_rz', 'p_tx', 'p_ty', ...many('p_', 34)],
      ...OPENFACE_INTENSITY_AUS.map((au) => `AU${String(au).padStart(2, '0')}_r`),
      ...OPENFACE_PRESENCE_AUS.map((au) => `AU${String(au).padStart(2, '0')}_c`),
    ]
    expect(columns.length).toBe(714)
    const table = await read(`\uFEFF${columns.join(',')}\r\n${columns.map(() => '1').join(',')}\r\n`)
    expect(table.rows[0]).toMatchObject({ frameIndex: 0, pose: { pitch: 1, yaw: 1, roll: 1 } })
    expect(table.rows[0]?.intensities.size).toBe(17)
    const withoutFaceId = await read('frame, timestamp, confidence, success, AU01_r\n3, 0.1, 1, 1, nan\n')
    expect(withoutFaceId.rows[0]).toMatchObject({ frameIndex: 2, faceId: 0, pose: null, intensities: new Map([[1, null]]) })
  })

  it.each([
    ['nothing', ''],
    ['another table', 'a,b\n1,2\n'],
    ['single images', 'face,confidence,success,AU01_r\n0,1,1,1\n'],
    ['no AUs', 'frame,success\n1,1\n'],
    ['a short line', 'frame,success,AU01_r\n1,1\n'],
    ['a word among numbers', 'frame,success,AU01_r\n1,1,high\n'],
    ['a frame 0', 'frame,success,AU01_r\n0,1,1\n'],
    ['no success', 'frame,success,AU01_r\n1,,1\n'],
    ['a column twice', 'frame,success,AU01_r,AU01_r\n1,1,1,1\n'],
    ['an open quote', 'frame,success,AU01_r\n1,1,"1\n'],
  ])('refuses %s in one sentence', async (_, text) => {
    await expect(read(text)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
  })

  it('passes on a failure of its source', async () => {
    async function* failing() {
      yield 'frame,success,AU01_r\n1,1,1\n'
      await Promise.resolve()
      throw new Error('disk gone')
    }
    await expect(read(failing())).rejects.toThrow('disk gone')
  })
})
