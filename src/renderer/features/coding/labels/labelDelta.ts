// Puts what a step did into the list of labels that a window has, so that the list need not travel. Pure.
import type { LabelDelta } from '@shared/contract/coding'
import type { LabelSpan } from '@shared/labels'

/** Order of the backend's list: by AU, side, coder and first frame, texts by code unit. */
function compare(a: LabelSpan, b: LabelSpan): number {
  if (a.au !== b.au) return a.au - b.au
  if (a.side !== b.side) return a.side < b.side ? -1 : 1
  if (a.coder !== b.coder) return a.coder < b.coder ? -1 : 1
  return a.startFrame - b.startFrame
}

/** Index of the first label that comes after another. */
function placeOf(labels: readonly LabelSpan[], label: LabelSpan): number {
  let low = 0
  let high = labels.length
  while (low < high) {
    const middle = (low + high) >> 1
    const at = labels[middle]
    if (at && compare(at, label) <= 0) low = middle + 1
    else high = middle
  }
  return low
}

/** Beyond so many labels at once sorting is quicker than finding the place of each. */
const FEW = 16

/**
 * The list after a step, in the backend's order. Labels that the step did not touch stay the same objects.
 * @param labels in the backend's order
 * @param written of this list's video
 */
export function applyDelta(labels: readonly LabelSpan[], removed: LabelDelta['removed'], written: readonly LabelSpan[]): LabelSpan[] {
  const gone = new Set([...removed, ...written.map(({ id }) => id)])
  const after = labels.filter(({ id }) => !gone.has(id))
  if (written.length > FEW) return [...after, ...written].sort(compare)
  for (const label of written) after.splice(placeOf(after, label), 0, label)
  return after
}
