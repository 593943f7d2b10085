// Proposed events of a whole video, less what the coder has labelled already. Pure.
import type { LabelSpan } from '@shared/labels'
import type { AuTrust, ModelAu } from '@shared/model'
import { proposeEvents, type Proposal, type ProposalSettings } from '@shared/proposals'
import type { FrameSpan } from '../codingStore'
import type { Predictions } from '../videoData'

export interface AuProposal extends Proposal {
  /** `au:startFrame`. */
  key: string
  au: number
  trust: AuTrust
}

export interface ProposalFilter {
  /** 0-1; weaker ones are left out. */
  minConfidence: number
  /** AUs whose values are not shown to mean what they say are left out unless asked for. */
  hasUntrustedAus: boolean
}

/** Every proposed event of every AU of the model, unfiltered, by AU and first frame. */
export function proposeAll(
  predictions: Predictions,
  seconds: Float64Array,
  units: ReadonlyMap<number, ModelAu>,
  settings: ProposalSettings,
): AuProposal[] {
  const frameCount = Math.min(seconds.length, Math.floor(predictions.values.length / predictions.aus.length))
  return predictions.aus.flatMap((au, column) => {
    const unit = units.get(au)
    if (!unit) return []
    const values = new Float32Array(frameCount)
    for (let frame = 0; frame < frameCount; frame++)
      values[frame] = predictions.values[frame * predictions.aus.length + column] ?? Number.NaN
    return proposeEvents(values, seconds, unit.threshold, settings).map((event) => ({
      ...event,
      au,
      trust: unit.trust,
      key: `${au}:${event.startFrame}`,
    }))
  })
}

/** Asks whether any of some spans touches a range, in steps that grow with the logarithm of their number. */
function toucher(spans: LabelSpan[]): (range: FrameSpan) => boolean {
  spans.sort((a, b) => a.startFrame - b.startFrame)
  // Sides of an AU may overlap, so the last span that begins in time need not be the one that reaches furthest.
  const furthest = new Float64Array(spans.length)
  let most = -1
  for (const [index, span] of spans.entries()) furthest[index] = most = Math.max(most, span.endFrame)
  return ({ startFrame, endFrame }) => {
    let low = 0
    let high = spans.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((spans[middle]?.startFrame ?? 0) <= endFrame) low = middle + 1
      else high = middle
    }
    return low > 0 && (furthest[low - 1] ?? -1) >= startFrame
  }
}

/** Proposals still open for a coder: strong enough, of trusted AUs, and not touching anything that the coder has said of the AU. By first frame. */
export function openProposals(
  all: readonly AuProposal[],
  labels: readonly LabelSpan[],
  coder: string,
  filter: ProposalFilter,
): AuProposal[] {
  if (all.length === 0) return []
  const own = Map.groupBy(
    labels.filter((label) => label.coder === coder),
    (label) => label.au,
  )
  const touches = new Map([...own].map(([au, spans]) => [au, toucher(spans)]))
  return all
    .filter((event) => event.confidence >= filter.minConfidence && (filter.hasUntrustedAus || event.trust === 'shown'))
    .filter((event) => touches.get(event.au)?.(event) !== true)
    .sort((a, b) => a.startFrame - b.startFrame || a.au - b.au)
}
