// From intensities of Action Units to weights of the face model's shapes, and what faces cannot do at the same time. The correspondence is ours, made by
// looking at renders beside the FACS manual's descriptions; it is an approximation, since the shapes were sculpted for animation and not for FACS.
import { DEFAULT_AUS } from '@shared/facs'
import { clampShare } from './chance'

/** AUs that synthetic subjects can show. */
export const SYNTHETIC_AUS: readonly number[] = DEFAULT_AUS

/** Intensity of one AU on each side of the face, 0-1; 1 is the strongest that the shapes hold. Left is the subject's own. */
export interface SidedIntensity {
  left: number
  right: number
}

/** What a face does in one frame. AUs that are not there have intensity 0. */
export type FaceAction = Map<number, SidedIntensity>

/** Weight at intensity 1 by shape; with `sided` the shape exists once per side, as `NAME_L` and `NAME_R`. */
interface ShapeUse {
  shape: string
  weight: number
  sided: boolean
}

const both = (shape: string, weight = 1): ShapeUse => ({ shape, weight, sided: true })
const middle = (shape: string, weight = 1): ShapeUse => ({ shape, weight, sided: false })

const SHAPES: ReadonlyMap<number, readonly ShapeUse[]> = new Map([
  [1, [both('browInnerUp')]],
  [2, [both('browOuterUp')]],
  [4, [both('browDown')]],
  [5, [both('eyeWide')]],
  // raising the cheeks narrows the eye a little from below
  [6, [both('cheekRaiser'), both('cheekSquint', 0.6), both('eyeSquint', 0.25)]],
  [7, [both('eyeSquint')]],
  [9, [both('noseSneer')]],
  [10, [both('mouthUpperUp')]],
  [12, [both('mouthSmile')]],
  [14, [both('mouthDimple')]],
  [15, [both('mouthFrown')]],
  [16, [both('mouthLowerDown')]],
  // the chin boss pushes the lower lip up, which lifts the upper one
  [17, [middle('mouthShrugLower'), middle('mouthShrugUpper', 0.3)]],
  [18, [middle('mouthPucker')]],
  [20, [both('mouthStretch')]],
  [22, [middle('mouthFunnel')]],
  [24, [both('mouthPress')]],
  // lips part by relaxing: little of each that opens them, too little to count as AU10, 16 or 26
  [25, [both('mouthLowerDown', 0.22), both('mouthUpperUp', 0.14), middle('jawOpen', 0.07)]],
  // the shape at 1 is a stretched mouth (AU27)
  [26, [middle('jawOpen', 0.75)]],
  [28, [middle('mouthRollLower'), middle('mouthRollUpper', 0.8)]],
  [45, [both('eyeBlink')]],
])

/** AUs that one side can do alone; the others move both sides. */
const ONE_SIDED = new Set([1, 2, 4, 5, 6, 7, 9, 10, 12, 14, 15, 16, 20, 24, 45])

export const canBeOneSided = (au: number): boolean => ONE_SIDED.has(au)

/** The stronger side, which is what an intensity without a side says. */
export const strongerSide = ({ left, right }: SidedIntensity): number => Math.max(left, right)

/** Sum of blink and lid tightening, in units of a full blink, at which the lids touch; beyond it they would pass through each other. */
const LIDS_TOUCH = 1.05
/** How far a full squint closes the eye, in the same units. */
const SQUINT_CLOSES = 0.6

/** Lowers what contradicts something stronger, in place: labels are taken after this, so they say what is seen. */
export function settleContradictions(action: FaceAction): void {
  const scale = (au: number, factor: (side: 'left' | 'right') => number): void => {
    const intensity = action.get(au)
    if (!intensity) return
    intensity.left *= factor('left')
    intensity.right *= factor('right')
  }
  const of = (au: number, side: 'left' | 'right'): number => action.get(au)?.[side] ?? 0
  const strongest = (au: number): number => Math.max(of(au, 'left'), of(au, 'right'))
  // a closing lid is not raised
  scale(5, (side) => clampShare(1 - 2 * of(45, side)))
  // rounded lips are neither stretched nor pulled far apart
  scale(20, () => clampShare(1 - 0.9 * Math.max(strongest(18), strongest(22))))
  scale(12, () => clampShare(1 - 0.6 * Math.max(strongest(18), strongest(22))))
  // pressed or sucked lips hold the mouth closed
  const closed = Math.max(strongest(24), strongest(28))
  for (const au of [25, 16, 10]) scale(au, () => clampShare(1 - closed))
  scale(26, () => clampShare(1 - 0.85 * closed))
  // lip corners do not go up and down at once
  const smile = strongest(12)
  const frown = strongest(15)
  if (smile >= frown) scale(15, () => clampShare(1 - smile))
  else scale(12, () => clampShare(1 - frown))
}

/** Adds the weights of the shapes to `weights`, by name. Weights are not negative. */
export function addShapeWeights(action: FaceAction, weights: Map<string, number>): void {
  const add = (shape: string, weight: number): void => {
    if (weight > 0) weights.set(shape, (weights.get(shape) ?? 0) + weight)
  }
  for (const [au, intensity] of action) {
    for (const { shape, weight, sided } of SHAPES.get(au) ?? []) {
      if (sided) {
        add(`${shape}_L`, weight * intensity.left)
        add(`${shape}_R`, weight * intensity.right)
      } else add(shape, weight * strongerSide(intensity))
    }
  }
  for (const side of ['L', 'R']) {
    const blink = Math.min(1, weights.get(`eyeBlink_${side}`) ?? 0)
    if (blink > 0) weights.set(`eyeBlink_${side}`, blink)
    const squint = weights.get(`eyeSquint_${side}`) ?? 0
    if (squint > 0) weights.set(`eyeSquint_${side}`, Math.min(squint, Math.max(0, (LIDS_TOUCH - blink) / SQUINT_CLOSES)))
  }
}

/** AUs whose intensity is measured on the rendered lips and not told: they part by what the other AUs do, too. */
export const MEASURED_AU = 25
/** Lip gap over the resting one at which the lips begin to part, and what is then added up to intensity 1, in centimetres. */
const LIPS_PART_FROM = 0.06
const LIPS_PART_RANGE = 0.8

/** Intensity of AU25 from the distance of the inner lips, in centimetres, now and at rest. */
export const lipsPart = (gap: number, restingGap: number): number => clampShare((gap - restingGap - LIPS_PART_FROM) / LIPS_PART_RANGE)
