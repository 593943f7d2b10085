// The stops of the guided tour: on which screen, beside which control, with which words. Pure.
import { strings } from '../../app/strings'

const t = strings.tour.steps

export interface TourStep {
  screen: 'videos' | 'coding' | 'training' | 'export'
  /** Selector of the control that the card stands beside. */
  target: string
  title: string
  text: string
}

const labelled = (label: string): string => `[aria-label="${label}"]`

export const TOUR_STEPS: readonly TourStep[] = [
  { screen: 'videos', target: '.video-table', ...t.videos },
  { screen: 'videos', target: '.jobs-button', ...t.jobs },
  { screen: 'coding', target: '.coding-stage', ...t.stage },
  { screen: 'coding', target: '.au-table', ...t.table },
  { screen: 'coding', target: '.lanes-view', ...t.timeline },
  { screen: 'coding', target: `.label-bar`, ...t.accept },
  { screen: 'coding', target: labelled(strings.assist.open), ...t.queue },
  { screen: 'training', target: '.training', ...t.training },
  { screen: 'export', target: '.export', ...t.exporting },
]

export interface Box {
  left: number
  top: number
  width: number
  height: number
}

/** Distance between control and card, and of the card from the window's edge, pixels. */
const GAP = 12

/**
 * Where the card goes: right of the control, else left, below, above, and over its lower right corner where the control fills the window.
 * @param card width and height of the card, pixels
 * @param view width and height of the window, pixels
 */
export function placeCard(
  target: Box,
  card: { width: number; height: number },
  view: { width: number; height: number },
): { left: number; top: number } {
  const right = target.left + target.width
  const bottom = target.top + target.height
  const clampTop = (top: number): number => Math.max(GAP, Math.min(top, view.height - card.height - GAP))
  const clampLeft = (left: number): number => Math.max(GAP, Math.min(left, view.width - card.width - GAP))
  if (view.width - right >= card.width + 2 * GAP) return { left: right + GAP, top: clampTop(target.top) }
  if (target.left >= card.width + 2 * GAP) return { left: target.left - card.width - GAP, top: clampTop(target.top) }
  if (view.height - bottom >= card.height + 2 * GAP) return { left: clampLeft(target.left), top: bottom + GAP }
  if (target.top >= card.height + 2 * GAP) return { left: clampLeft(target.left), top: target.top - card.height - GAP }
  return { left: clampLeft(right - card.width - GAP), top: clampTop(bottom - card.height - GAP) }
}
