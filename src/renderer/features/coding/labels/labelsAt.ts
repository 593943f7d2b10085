// Which labels hold on a frame, and small questions about spans. Pure.
import type { LabelSpan } from '@shared/labels'

/** Labels of one coder that cover a frame, by AU. */
export function labelsAt(labels: readonly LabelSpan[], frame: number, coder: string): ReadonlyMap<number, LabelSpan[]> {
  const found = new Map<number, LabelSpan[]>()
  for (const label of labels) {
    if (label.coder !== coder || label.startFrame > frame || label.endFrame < frame) continue
    const list = found.get(label.au)
    if (list) list.push(label)
    else found.set(label.au, [label])
  }
  return found
}

/** The smallest span that holds all of the given labels; null for none. */
export function extent(labels: readonly LabelSpan[]): { startFrame: number; endFrame: number } | null {
  if (labels.length === 0) return null
  return {
    startFrame: Math.min(...labels.map((label) => label.startFrame)),
    endFrame: Math.max(...labels.map((label) => label.endFrame)),
  }
}
