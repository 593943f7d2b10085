// What the contact sheet of an AU holds, and which of it a click chooses. Pure.
import type { LabelSpan } from '@shared/labels'
import type { AuProposal } from './proposalList'

/** One face of the sheet: either a label or a proposal. */
export interface SheetItem {
  /** Id of the label, or key of the proposal. */
  id: string
  /** Frame whose face stands for the event: its apex, else its middle. */
  frame: number
  startFrame: number
  endFrame: number
  label: LabelSpan | null
  proposal: AuProposal | null
}

const middle = (span: { startFrame: number; endFrame: number }): number => Math.floor((span.startFrame + span.endFrame) / 2)

/** Present labels and proposals of one AU, by first frame. @param only the one coder whose labels are shown; null for everybody's */
export function sheetOf(labels: readonly LabelSpan[], proposals: readonly AuProposal[], au: number, only: string | null): SheetItem[] {
  const labelled = labels
    .filter((label) => label.au === au && label.state === 'present' && (only === null || label.coder === only))
    .map((label): SheetItem => ({
      id: label.id,
      frame: label.apexFrame ?? middle(label),
      startFrame: label.startFrame,
      endFrame: label.endFrame,
      label,
      proposal: null,
    }))
  const proposed = proposals
    .filter((event) => event.au === au)
    .map((event): SheetItem => ({
      id: event.key,
      frame: event.apexFrame,
      startFrame: event.startFrame,
      endFrame: event.endFrame,
      label: null,
      proposal: event,
    }))
  return [...labelled, ...proposed].sort((a, b) => a.startFrame - b.startFrame)
}

/**
 * What is chosen after a click, as in lists everywhere.
 * @param anchor where a range begins: what was clicked last without Shift
 * @param how `only` the one clicked, `toggle` it (Ctrl), or the `range` from the anchor to it, added to what is chosen (Shift)
 */
export function chooseInSheet(
  items: readonly SheetItem[],
  chosen: ReadonlySet<string>,
  anchor: string | null,
  id: string,
  how: 'only' | 'toggle' | 'range',
): ReadonlySet<string> {
  if (how === 'only') return new Set([id])
  if (how === 'toggle') return chosen.has(id) ? new Set([...chosen].filter((one) => one !== id)) : new Set([...chosen, id])
  const to = items.findIndex((item) => item.id === id)
  const from = Math.max(0, anchor === null ? 0 : items.findIndex((item) => item.id === anchor))
  return new Set([...chosen, ...items.slice(Math.min(from, to), Math.max(from, to) + 1).map((item) => item.id)])
}
