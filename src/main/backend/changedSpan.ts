// What a label becomes when somebody changes or copies it, and what it then says of how it came about. Pure.
import type { SpanToWrite } from '@main/store/index'
import type { Side } from '@shared/facs'
import type { LabelSpan } from '@shared/labels'

/** What of a label changes; absent fields stay. */
export type LabelPatch = { labelId: string } & Partial<
  Pick<LabelSpan, 'startFrame' | 'endFrame' | 'state' | 'intensity' | 'apexFrame' | 'side' | 'au' | 'note'>
>

/** What the coder can see while doing it. */
export interface Sight {
  isBlind: boolean
  wasPredictionVisible: boolean
}

const CODED = ['startFrame', 'endFrame', 'state', 'intensity', 'apexFrame', 'side', 'au'] as const

/** Only present AUs have an intensity and an apex, and an apex lies inside its event. */
function tidied<T extends SpanToWrite>(span: T): T {
  const isPresent = span.state === 'present'
  const hasApex = isPresent && span.apexFrame !== null && span.apexFrame >= span.startFrame && span.apexFrame <= span.endFrame
  return { ...span, intensity: isPresent ? span.intensity : null, apexFrame: hasApex ? span.apexFrame : null }
}

/**
 * The label after a change. A label is blind only if nothing of it was decided with predictions or other coders in view, and what was once seen stays seen;
 * a note alone decides nothing.
 */
export function changedSpan(before: LabelSpan, patch: LabelPatch, { isBlind, wasPredictionVisible }: Sight): SpanToWrite {
  const { id, videoId: _video, createdAt: _made, ...kept } = before
  const { labelId: _label, ...given } = patch
  const fields = Object.fromEntries(
    [...CODED, 'note' as const].filter((name) => given[name] !== undefined).map((name) => [name, given[name]]),
  ) as Partial<LabelSpan>
  const isDecision = CODED.some((name) => given[name] !== undefined && given[name] !== before[name])
  const source = { confirmed: 'corrected', blind: isBlind ? 'blind' : 'manual' } as const
  return tidied({
    ...kept,
    ...fields,
    keepId: id,
    ...(isDecision
      ? {
          source: before.source === 'confirmed' || before.source === 'blind' ? source[before.source] : before.source,
          wasPredictionVisible: before.wasPredictionVisible || (wasPredictionVisible && !isBlind),
        }
      : {}),
  })
}

/** A label written once more by a coder, on another AU or side or as it is: coded by that person now, after what was seen before. */
export function copyOf(from: LabelSpan, to: { au?: number | undefined; side?: Side | undefined; coder: string } & Sight): SpanToWrite {
  const { id: _id, videoId: _video, createdAt: _made, ...kept } = from
  const isOwn = from.coder === to.coder
  return tidied({
    ...kept,
    au: to.au ?? from.au,
    side: to.side ?? from.side,
    coder: to.coder,
    source: to.isBlind && isOwn && from.source === 'blind' ? 'blind' : 'manual',
    modelId: null,
    wasPredictionVisible: from.wasPredictionVisible || (to.wasPredictionVisible && !to.isBlind),
  })
}
