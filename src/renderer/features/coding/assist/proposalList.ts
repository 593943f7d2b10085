// Proposed events of a whole video, less what the coder has labelled already. Pure.
import type { LabelSpan } from '@shared/labels'
import type { AuTrust, ModelAu } from '@shared/model'
import { proposeEvents, type Proposal, type ProposalSettings } from '@shared/proposals'
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

/** Proposals still open for a coder: strong enough, of trusted AUs, and not touching anything that the coder has said of the AU. By first frame. */
export function openProposals(
  all: readonly AuProposal[],
  labels: readonly LabelSpan[],
  coder: string,
  filter: ProposalFilter,
): AuProposal[] {
  const own = Map.groupBy(
    labels.filter((label) => label.coder === coder),
    (label) => label.au,
  )
  return all
    .filter((event) => event.confidence >= filter.minConfidence && (filter.hasUntrustedAus || event.trust === 'shown'))
    .filter((event) => !(own.get(event.au) ?? []).some((label) => label.startFrame <= event.endFrame && label.endFrame >= event.startFrame))
    .sort((a, b) => a.startFrame - b.startFrame || a.au - b.au)
}
