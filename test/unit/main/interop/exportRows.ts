// Made rows for the export tests, by hand and at random.
import fc from 'fast-check'
import { INTENSITIES } from '@shared/facs'
import { TRUST_REASONS } from '@shared/faces'
import type { ExportCell, ExportLane, ExportRow } from '@main/interop/exportRow'

export const EMPTY_CELL: ExportCell = { probability: null, predicted: null, label: null, intensity: null, source: null }

export function lane(au: number, side: ExportLane['side'] = 'both', given: Partial<ExportLane> = {}): ExportLane {
  return { au, side, isPredicted: true, isCoded: true, ...given }
}

export function row(cells: Partial<ExportCell>[], given: Partial<ExportRow> = {}): ExportRow {
  return {
    video: 'clip.mp4',
    subject: 'S01',
    frameIndex: 0,
    timestampSeconds: 0,
    success: true,
    faceConfidence: 0.9,
    trusted: true,
    trustReason: 'none',
    pose: { pitch: 0.1, yaw: -0.2, roll: 0 },
    ...given,
    cells: cells.map((cell) => ({ ...EMPTY_CELL, ...cell })),
  }
}

export async function textOf(pieces: AsyncIterable<string>): Promise<string> {
  let text = ''
  for await (const piece of pieces) text += piece
  return text
}

const unit = fc.double({ min: 0, max: 1, noNaN: true })
const angle = fc.double({ min: -Math.PI, max: Math.PI, noNaN: true })
// file names and codes may hold anything: quotes, commas, newlines, blanks, any script
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({ unit: fc.constantFrom(',', '"', '\n', '\r', ' ', ';', '=', 'é', '漢', 'ب') }),
)

const cell: fc.Arbitrary<ExportCell> = fc
  .record({
    probability: fc.option(unit),
    predicted: fc.option(fc.boolean()),
    label: fc.option(fc.constantFrom<1 | 0 | 'NS'>(1, 0, 'NS')),
    intensity: fc.option(fc.constantFrom(...INTENSITIES)),
    source: fc.option(fc.constantFrom<'predicted' | 'manual' | 'blind'>('predicted', 'manual', 'blind')),
  })
  .map((made) => (made.label === 1 ? made : { ...made, intensity: null }))

/** Lanes and rows that fit together. */
export const exportTable: fc.Arbitrary<{ lanes: ExportLane[]; rows: ExportRow[] }> = fc
  .uniqueArray(
    fc.tuple(fc.integer({ min: 1, max: 46 }), fc.constantFrom<ExportLane['side']>('both', 'left', 'right'), fc.boolean(), fc.boolean()),
    {
      maxLength: 6,
      selector: ([au, side]) => `${au}${side}`,
    },
  )
  .chain((made) => {
    const lanes = made.map(([au, side, isPredicted, isCoded]) => ({ au, side, isPredicted, isCoded }))
    const one = fc.record<ExportRow>({
      video: anyText,
      subject: anyText,
      frameIndex: fc.nat(),
      timestampSeconds: fc.double({ min: 0, max: 1e5, noNaN: true }),
      success: fc.boolean(),
      faceConfidence: fc.option(unit),
      trusted: fc.option(fc.boolean()),
      trustReason: fc.option(fc.constantFrom(...TRUST_REASONS)),
      pose: fc.option(fc.record({ pitch: angle, yaw: angle, roll: angle })),
      cells: fc.array(cell, { minLength: lanes.length, maxLength: lanes.length }),
    })
    return fc.record({ lanes: fc.constant(lanes), rows: fc.array(one, { maxLength: 5 }) })
  })
