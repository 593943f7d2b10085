// Tables of intensities as the product imports them (`frame,AU01,AU02,...`, 0-1, frames from 0), with base rates for the manifest.
import { auLabel } from '@shared/facs'
import { strongerSide, SYNTHETIC_AUS, type FaceAction } from '@vision/synthetic/actionUnits'

const NONE = { left: 0, right: 0 }

export class IntensityTable {
  private readonly lines: string[]
  private readonly sideLines: string[]
  private readonly present = new Map<number, number>(SYNTHETIC_AUS.map((au) => [au, 0]))
  private frames = 0

  /**
   * @param threshold intensity from which an AU counts as present in base rates
   * @param hasFiles with a column `file`, which names each frame's picture
   */
  constructor(
    private readonly threshold: number,
    private readonly hasFiles = false,
  ) {
    const lead = hasFiles ? 'frame,file' : 'frame'
    this.lines = [[lead, ...SYNTHETIC_AUS.map((au) => auLabel(au))].join(',')]
    this.sideLines = [[lead, ...SYNTHETIC_AUS.flatMap((au) => [auLabel(au, 'left'), auLabel(au, 'right')])].join(',')]
  }

  add(action: FaceAction, file = ''): void {
    const lead = this.hasFiles ? `${this.frames},${file}` : String(this.frames)
    const both: string[] = [lead]
    const sides: string[] = [lead]
    for (const au of SYNTHETIC_AUS) {
      const intensity = action.get(au) ?? NONE
      const text = strongerSide(intensity).toFixed(3)
      both.push(text)
      sides.push(intensity.left.toFixed(3), intensity.right.toFixed(3))
      // by the written value, so that whoever reads the table counts the same
      if (Number(text) >= this.threshold) this.present.set(au, (this.present.get(au) ?? 0) + 1)
    }
    this.lines.push(both.join(','))
    this.sideLines.push(sides.join(','))
    this.frames++
  }

  get frameCount(): number {
    return this.frames
  }

  /** The stronger side of every AU. */
  text(): string {
    return `${this.lines.join('\n')}\n`
  }

  /** Left and right apart: `AU12L`, `AU12R`. */
  sidesText(): string {
    return `${this.sideLines.join('\n')}\n`
  }

  /** Share of frames in which each AU is present, by its number. */
  baseRates(): Record<string, number> {
    return Object.fromEntries(
      [...this.present].map(([au, count]) => [au, this.frames === 0 ? 0 : Number((count / this.frames).toFixed(4))]),
    )
  }
}
