// The Action Units that the product knows by number, name and region of the face (FACS, Ekman, Friesen & Hager 2002).

/** Region of the face in which an AU acts, as coding passes divide it. */
export type FaceRegion = 'upper' | 'lower' | 'other'

/** Which half of the face is coded; `both` is a bilateral code, the default. Left and right are the subject's own. */
export type Side = 'both' | 'left' | 'right'

/** FACS intensity, A (trace) to E (maximum). */
export type Intensity = 'A' | 'B' | 'C' | 'D' | 'E'

export const SIDES: readonly Side[] = ['both', 'left', 'right']
export const INTENSITIES: readonly Intensity[] = ['A', 'B', 'C', 'D', 'E']

/** One Action Unit of the atlas. */
export interface ActionUnit {
  /** FACS number. */
  au: number
  name: string
  region: FaceRegion
}

const upper = (au: number, name: string): ActionUnit => ({ au, name, region: 'upper' })
const lower = (au: number, name: string): ActionUnit => ({ au, name, region: 'lower' })
const other = (au: number, name: string): ActionUnit => ({ au, name, region: 'other' })

/** Every AU with a name, in ascending number. */
export const ACTION_UNITS: readonly ActionUnit[] = [
  upper(1, 'Inner brow raiser'),
  upper(2, 'Outer brow raiser'),
  upper(4, 'Brow lowerer'),
  upper(5, 'Upper lid raiser'),
  upper(6, 'Cheek raiser'),
  upper(7, 'Lid tightener'),
  lower(8, 'Lips toward each other'),
  lower(9, 'Nose wrinkler'),
  lower(10, 'Upper lip raiser'),
  lower(11, 'Nasolabial deepener'),
  lower(12, 'Lip corner puller'),
  lower(13, 'Sharp lip puller'),
  lower(14, 'Dimpler'),
  lower(15, 'Lip corner depressor'),
  lower(16, 'Lower lip depressor'),
  lower(17, 'Chin raiser'),
  lower(18, 'Lip pucker'),
  lower(19, 'Tongue show'),
  lower(20, 'Lip stretcher'),
  other(21, 'Neck tightener'),
  lower(22, 'Lip funneler'),
  lower(23, 'Lip tightener'),
  lower(24, 'Lip pressor'),
  lower(25, 'Lips part'),
  lower(26, 'Jaw drop'),
  lower(27, 'Mouth stretch'),
  lower(28, 'Lip suck'),
  other(29, 'Jaw thrust'),
  other(30, 'Jaw sideways'),
  other(31, 'Jaw clencher'),
  other(32, 'Lip bite'),
  other(33, 'Cheek blow'),
  other(34, 'Cheek puff'),
  other(35, 'Cheek suck'),
  other(36, 'Tongue bulge'),
  other(37, 'Lip wipe'),
  other(38, 'Nostril dilator'),
  other(39, 'Nostril compressor'),
  upper(43, 'Eyes closed'),
  upper(45, 'Blink'),
  upper(46, 'Wink'),
]

const byNumber = new Map(ACTION_UNITS.map((unit) => [unit.au, unit]))

/** Name of an AU, or `AU n` for a number outside the atlas (labs number their own codes). */
export function auName(au: number): string {
  return byNumber.get(au)?.name ?? `AU ${au}`
}

/** Region of an AU; numbers outside the atlas count as `other`. */
export function auRegion(au: number): FaceRegion {
  return byNumber.get(au)?.region ?? 'other'
}

/** Column and lane name: `AU12`, or `AU12L`, `AU12R` when a side is coded apart. */
export function auLabel(au: number, side: Side = 'both'): string {
  return `AU${String(au).padStart(2, '0')}${side === 'both' ? '' : side === 'left' ? 'L' : 'R'}`
}

/** The AUs a project codes unless it says otherwise: those of the starter model. */
export const DEFAULT_AUS: readonly number[] = [1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 16, 17, 18, 20, 22, 24, 25, 26, 28, 45]
/** The twelve AUs of BP4D in the order of its published models' outputs. */
export const BP4D_AUS: readonly number[] = [1, 2, 4, 6, 7, 10, 12, 14, 15, 17, 23, 24]
/** The eight AUs of DISFA in the order of its published models' outputs. */
export const DISFA_AUS: readonly number[] = [1, 2, 4, 6, 9, 12, 25, 26]
