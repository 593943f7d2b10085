// Which AUs go together in a face: combinations that FACS describes (emotions' prototypes and their parts, effort, speech-like movements) with their
// frequencies, and one expression drawn from them. Time is not here.
import { canBeOneSided, SYNTHETIC_AUS, type FaceAction } from './actionUnits'
import { clampShare, happens, pickWeighted, type Chance } from './chance'

export interface Combination {
  aus: readonly number[]
  /** How often, against the others. */
  weight: number
}

const combination = (weight: number, ...aus: number[]): Combination => ({ weight, aus })

/** Rare enough parts that every AU is also seen without its usual company. */
export const COMBINATIONS: readonly Combination[] = [
  // joy and politeness
  combination(7, 6, 12),
  combination(4, 6, 12, 25),
  combination(3, 6, 12, 25, 26),
  combination(5, 12),
  combination(2, 12, 25),
  combination(2, 6, 7, 12),
  // surprise and attention
  combination(3, 1, 2, 5),
  combination(5, 1, 2),
  combination(3, 1, 2, 5, 25, 26),
  combination(3, 5),
  combination(2, 2),
  combination(2, 1),
  // fear
  combination(2, 1, 2, 4, 5, 20, 25),
  combination(1.5, 1, 2, 4, 5, 7, 20, 26),
  combination(1.5, 4, 5),
  // sadness
  combination(3, 1, 4),
  combination(3, 1, 4, 15),
  combination(2, 1, 4, 15, 17),
  combination(3, 15),
  combination(3, 15, 17),
  // anger and effort
  combination(5, 4),
  combination(4, 4, 7),
  combination(2, 4, 5, 7, 24),
  combination(2, 4, 17, 24),
  combination(3, 24),
  combination(3, 7),
  // disgust
  combination(3, 9),
  combination(2, 9, 10),
  combination(2, 4, 9, 10),
  combination(2.5, 10),
  combination(1.5, 10, 25),
  combination(1.5, 9, 10, 17),
  // contempt and doubt
  combination(3.5, 14),
  combination(1, 12, 14),
  combination(3, 17),
  // pain and squinting
  combination(1.5, 4, 6, 7, 9, 10, 25),
  combination(1.5, 4, 6, 7, 12, 25),
  combination(1, 4, 6, 7, 45),
  combination(2.5, 6),
  // lips and jaw, as in speech and idle movement
  combination(4, 25),
  combination(3, 25, 26),
  combination(3, 26),
  combination(3, 18),
  combination(2, 22, 25),
  combination(1.5, 22, 26),
  combination(2.5, 20),
  combination(1.5, 20, 25),
  combination(3, 16, 25),
  combination(1.5, 10, 16, 25),
  combination(3, 28),
]

/** How much more (or less) often than usual a subject shows an AU; AUs that are not there have 1. */
export type Propensities = ReadonlyMap<number, number>

/** How expressions vary between one showing and the next. */
export interface ExpressionStyle {
  /** Peak intensities, 0-1. */
  intensity: { from: number; to: number }
  /** Share of one-sided showings among AUs that can be. */
  oneSidedShare: number
  /** Standard deviation of the difference between the sides. */
  asymmetry: number
}

/** One of the combinations, by their frequency and the subject's propensities. */
export function drawCombination(chance: Chance, propensities: Propensities): Combination {
  return pickWeighted(chance, COMBINATIONS, ({ weight, aus }) => aus.reduce((product, au) => product * (propensities.get(au) ?? 1), weight))
}

/** Peak intensities of one showing of a combination. */
export function drawPeaks(chance: Chance, { aus }: Combination, { intensity, oneSidedShare, asymmetry }: ExpressionStyle): FaceAction {
  const base = chance.uniform(intensity.from, intensity.to)
  const action: FaceAction = new Map()
  for (const au of aus) {
    const peak = Math.min(1, Math.max(0.05, base * (1 + chance.normal(0, 0.2))))
    if (!canBeOneSided(au)) {
      action.set(au, { left: peak, right: peak })
      continue
    }
    // AU14 is the one that is mostly shown on one side
    const isOneSided = happens(chance, au === 14 ? Math.max(oneSidedShare, 0.4) : oneSidedShare)
    const difference = chance.normal(0, asymmetry)
    const isLeftWeaker = happens(chance, 0.5)
    const weaker = isOneSided ? 0 : 1 - Math.min(0.9, Math.abs(difference))
    action.set(au, { left: peak * (isLeftWeaker ? weaker : 1), right: peak * (isLeftWeaker ? 1 : weaker) })
  }
  return action
}

/** One picture's expression: none, one combination or two, now and then a single AU more, blinks. For pictures that stand alone. */
export function drawExpression(chance: Chance, style: ExpressionStyle, propensities: Propensities = new Map()): FaceAction {
  const action: FaceAction = new Map()
  const add = (more: FaceAction): void => {
    for (const [au, { left, right }] of more) {
      const before = action.get(au) ?? { left: 0, right: 0 }
      action.set(au, { left: Math.max(before.left, left), right: Math.max(before.right, right) })
    }
  }
  const count = happens(chance, 0.1) ? 0 : happens(chance, 0.7) ? 1 : 2
  for (let showing = 0; showing < count; showing++) add(drawPeaks(chance, drawCombination(chance, propensities), style))
  for (const au of SYNTHETIC_AUS) {
    if (happens(chance, clampShare(0.03 * (propensities.get(au) ?? 1)))) add(drawPeaks(chance, { aus: [au], weight: 1 }, style))
  }
  if (!action.has(45) && happens(chance, 0.1)) {
    const closed = chance.uniform(0.2, 1)
    action.set(45, { left: closed, right: closed })
  }
  return action
}
