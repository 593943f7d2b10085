// The product's own table: columns, digits, quoting, emptiness, streaming; and that any reader of RFC 4180 gets back what was written.
import { parse } from 'csv-parse/sync'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvColumns, csvExport } from '@main/interop/csvExport'
import type { ExportRow } from '@main/interop/exportRow'
import { exportTable, lane, row, textOf } from './exportRows'

describe('csvExport', () => {
  it('writes these columns and this row', async () => {
    const cells = [
      { probability: 0.123456789, predicted: false, label: 1 as const, intensity: 'C' as const, source: 'corrected' as const },
      {},
    ]
    const rows = [
      row(cells, { frameIndex: 7, timestampSeconds: 0.2335666, faceConfidence: 0.5, pose: { pitch: -1e-9, yaw: 1.5, roll: -0.25 } }),
    ]
    const text = await textOf(csvExport([lane(1), lane(12, 'left')], rows))
    expect(text).toBe(
      'video,subject,frame,timestamp_s,success,face_confidence,trusted,trust_reason,pose_pitch,pose_yaw,pose_roll,' +
        'AU01_prob,AU01_pred,AU01_label,AU01_intensity,AU01_source,AU12L_prob,AU12L_pred,AU12L_label,AU12L_intensity,AU12L_source\n' +
        'clip.mp4,S01,7,0.233567,1,0.500000,1,none,0.000000,1.500000,-0.250000,0.123457,0,1,C,corrected,,,,,\n',
    )
  })

  it('leaves empty what is not known, and writes a header alone for a video without frames', async () => {
    const unknown = { success: false, faceConfidence: null, trusted: null, trustReason: null, pose: null }
    expect(await textOf(csvExport([], [row([], unknown)]))).toContain('\nclip.mp4,S01,0,0.000000,0,,,,,,\n')
    expect(await textOf(csvExport([], []))).toBe(`${csvColumns([]).join(',')}\n`)
    const notNumbers = { faceConfidence: NaN, pose: { pitch: NaN, yaw: Infinity, roll: 0 } }
    expect(await textOf(csvExport([], [row([], notNumbers)]))).toContain(',1,,1,none,,,0.000000\n')
  })

  it('comes back whole through a CSV reader, whatever names hold', async () => {
    await fc.assert(
      fc.asyncProperty(exportTable, async ({ lanes, rows }) => {
        const records = parse(await textOf(csvExport(lanes, rows)), { columns: true, record_delimiter: '\n' }) as unknown as Record<
          string,
          string
        >[]
        expect(records.length).toBe(rows.length)
        for (const [i, record] of records.entries()) {
          const given = rows[i] as ExportRow
          expect(Object.keys(record)).toEqual(csvColumns(lanes))
          expect([record.video, record.subject, record.frame]).toEqual([given.video, given.subject, String(given.frameIndex)])
          expect(Math.abs(Number(record.timestamp_s) - given.timestampSeconds)).toBeLessThan(6e-7)
          for (const [index, { au, side }] of lanes.entries()) {
            const name = `AU${String(au).padStart(2, '0')}${{ both: '', left: 'L', right: 'R' }[side]}`
            const cell = given.cells[index] as ExportRow['cells'][number]
            expect(record[`${name}_prob`] === '' ? null : Number(record[`${name}_prob`])).toBe(
              cell.probability === null ? null : Number(cell.probability.toFixed(6)),
            )
            expect(record[`${name}_label`]).toBe(cell.label === null ? '' : String(cell.label))
            expect(record[`${name}_intensity`]).toBe(cell.intensity ?? '')
          }
        }
      }),
      { numRuns: 150 },
    )
  })

  it('refuses a row whose values would slip into other columns', async () => {
    await expect(textOf(csvExport([lane(1), lane(2)], [row([{}])]))).rejects.toMatchObject({ code: 'INTERNAL' })
  })

  it('streams: asks for rows as it goes and keeps none', async () => {
    let asked = 0
    function* rows(): Generator<ExportRow> {
      for (; asked < 100_000; asked++) yield row([{}], { frameIndex: asked })
    }
    const pieces = csvExport([lane(1)], rows())
    const first = await pieces.next()
    expect((first.value as string).length).toBeLessThan(100_000)
    expect(asked).toBeLessThan(5_000)
    await pieces.return(undefined)
  })
})
