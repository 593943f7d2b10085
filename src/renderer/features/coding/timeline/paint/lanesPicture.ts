// What the lanes show, as plain values, and where the parts of a lane lie. Holds no drawing.
import type { AuProposal } from '../../assist/proposalList'
import type { FrameSpan } from '../../codingStore'
import type { Lane } from '../lanes'
import type { Pyramid } from '../pyramid'
import type { View } from '../scale'
import type { TimelineColours } from './colours'
import type { Colour } from './pixels'

/** Probabilities of one AU. */
export interface Curve {
  pyramid: Pyramid
  threshold: number
  /** Probability above the subject's own neutral face, where that is known. */
  corrected: Pyramid | null
}

/** A span being drawn or dragged, not yet written. */
export interface Draft extends FrameSpan {
  laneKey: string
  /** Label or proposal that is being changed, or null for a new span. */
  of: string | null
}

/** How a coder's bars look; a pattern stands beside the colour, so that colour is never the only sign. */
export interface CoderLook {
  colour: Colour
  css: string
  pattern: CoderPattern
}

export type CoderPattern = 'solid' | 'dashes' | 'dots' | 'pairs'

export interface LanesPicture {
  /** CSS pixels. */
  width: number
  height: number
  /** Device pixels per CSS pixel. */
  scale: number
  scrollTop: number
  laneHeight: number
  view: View
  lanes: readonly Lane[]
  curves: ReadonlyMap<number, Curve>
  isCorrectedShown: boolean
  coder: string
  /** Coders beside the one of the window, in the order of their rows. */
  others: readonly string[]
  looks: ReadonlyMap<string, CoderLook>
  /** Hides predictions and other coders. */
  isBlind: boolean
  selectedIds: ReadonlySet<string>
  proposals: ReadonlyMap<number, readonly AuProposal[]>
  selectedProposal: string | null
  activeLaneKey: string | null
  selection: FrameSpan | null
  drafts: readonly Draft[]
  /** Events begun and not ended, by AU, and the frame on screen that they reach. */
  openEvents: ReadonlyMap<number, number>
  frame: number
  /** Lanes and frames inside a rubber band, CSS pixels of the view; null without one. */
  band: { left: number; top: number; right: number; bottom: number } | null
  colours: TimelineColours
}

/** Height of another coder's row at the foot of a lane, CSS pixels. */
export const OTHER_ROW = 3
const TOP_GAP = 2
const FOOT = 3
/** Others beyond these share the last row. */
export const MAX_OTHER_ROWS = 3

/** Top and bottom of one's own bars inside a lane, CSS pixels from the lane's top. */
export function barBounds(laneHeight: number, otherCount: number): { top: number; bottom: number } {
  return { top: TOP_GAP, bottom: laneHeight - FOOT - Math.min(otherCount, MAX_OTHER_ROWS) * OTHER_ROW }
}

/** Top of a row of another coder, CSS pixels from the lane's top. */
export function otherRowTop(laneHeight: number, otherCount: number, index: number): number {
  const rows = Math.min(otherCount, MAX_OTHER_ROWS)
  return laneHeight - 2 - (rows - Math.min(index, MAX_OTHER_ROWS - 1)) * OTHER_ROW
}

/** The labels, a draft included, where they stand at this moment. */
export function shownSpan(picture: LanesPicture, id: string, span: FrameSpan): FrameSpan {
  return picture.drafts.find((draft) => draft.of === id) ?? span
}
