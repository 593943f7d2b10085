// Proposals of the open video as the panel, the timeline and the keys use them, and what is done with them.
import type { LabelSpan } from '@shared/labels'
import type { ModelAu } from '@shared/model'
import { useCallback, useDeferredValue, useMemo } from 'react'
import { strings } from '../../../app/strings'
import { notify } from '../../../ui/notify'
import { useCoding, type FrameSpan } from '../codingStore'
import type { FramePlayer } from '../frames/framePlayer'
import type { FrameTable } from '../frames/frameTable'
import type { LabelActions } from '../labels/useLabels'
import { revealSpan } from '../timeline/scale'
import type { Predictions } from '../videoData'
import { useAssist } from './assistStore'
import { openProposals, proposeAll, type AuProposal } from './proposalList'

export interface ProposalState {
  open: readonly AuProposal[]
  /** Those to draw on the timeline; empty when hidden or blind. */
  drawn: readonly AuProposal[]
  selected: AuProposal | null
  show(proposal: AuProposal): void
  accept(proposals: readonly AuProposal[]): void
  /** Labels the AU absent where the events were proposed. */
  reject(proposals: readonly AuProposal[]): void
  /** Takes a proposal with other edges; the label says that it corrects the model. */
  adjust(proposal: AuProposal, span: FrameSpan): Promise<void>
  complete(proposals: readonly AuProposal[]): void
}

interface ProposalInput {
  modelId: string | undefined
  predictions: Predictions | null
  table: FrameTable
  units: ReadonlyMap<number, ModelAu>
  labels: readonly LabelSpan[]
  actions: LabelActions
  player: FramePlayer | null
}

export function useProposals({ modelId, predictions, table, units, labels, actions, player }: ProposalInput): ProposalState {
  const settings = useDeferredValue(useAssist((state) => state.settings))
  const minConfidence = useAssist((state) => state.minConfidence)
  const hasUntrustedAus = useAssist((state) => state.hasUntrustedAus)
  const isWanted = useAssist((state) => state.isShownOnTimeline || state.tab === 'proposals' || state.tab === 'events')
  const isShown = useAssist((state) => state.isShownOnTimeline)
  const selectedKey = useAssist((state) => state.selectedKey)
  const coder = useCoding((state) => state.coder)
  const isBlind = useCoding((state) => state.isBlind)

  const all = useMemo(
    () => (predictions && isWanted && !isBlind ? proposeAll(predictions, table.seconds, units, settings) : []),
    [predictions, isWanted, isBlind, table, units, settings],
  )
  const open = useMemo(
    () => openProposals(all, labels, coder, { minConfidence, hasUntrustedAus }),
    [all, labels, coder, minConfidence, hasUntrustedAus],
  )
  const selected = useMemo(() => open.find((event) => event.key === selectedKey) ?? null, [open, selectedKey])

  const show = useCallback(
    (proposal: AuProposal) => {
      useAssist.getState().patch({ selectedKey: proposal.key })
      const state = useCoding.getState()
      state.patch({ activeLane: { au: proposal.au, side: 'both' }, selectedIds: [], chain: null })
      state.setView(revealSpan(state.view, proposal.startFrame, proposal.endFrame, state.frameCount))
      void player?.seekTo(proposal.apexFrame)
      // The keys that accept and reject belong to the lanes; on a button in the list Enter would press that again.
      document.querySelector<HTMLElement>('.lanes-view')?.focus({ preventScroll: true })
    },
    [player],
  )
  // Too weak for the slider, yet proposed: saying absent there would decide what nobody has looked at.
  const weaker = useMemo(
    () =>
      minConfidence === 0
        ? []
        : openProposals(all, labels, coder, { minConfidence: 0, hasUntrustedAus }).filter((event) => !open.includes(event)),
    [all, labels, coder, minConfidence, hasUntrustedAus, open],
  )
  const send = useCallback(
    async (proposals: readonly AuProposal[], isAbsentElsewhere: boolean) => {
      if (proposals.length === 0 && !isAbsentElsewhere) return
      const events = proposals.map(({ au, startFrame, endFrame, apexFrame }) => ({ au, startFrame, endFrame, apexFrame }))
      const trusted = [...units.values()]
        .filter((unit) => useAssist.getState().hasUntrustedAus || unit.trust === 'shown')
        .map((unit) => unit.au)
      const accepted = await actions.acceptEvents({
        events,
        isAbsentElsewhere,
        ...(isAbsentElsewhere
          ? { aus: trusted, undecided: weaker.map(({ au, startFrame, endFrame }) => ({ au, startFrame, endFrame })) }
          : {}),
        ...(modelId ? { modelId } : {}),
      })
      if (accepted !== null)
        notify(isAbsentElsewhere ? strings.assist.completed(accepted, weaker.length) : strings.assist.acceptedEvents(accepted))
    },
    [actions, modelId, units, weaker],
  )
  /** After a proposal was dealt with the next one is chosen, so that a row of them is gone through by one key. */
  const after = useCallback(
    (proposal: AuProposal) => {
      const next = open[open.findIndex((event) => event.key === proposal.key) + 1]
      if (next) show(next)
      else useAssist.getState().patch({ selectedKey: null })
    },
    [open, show],
  )
  return useMemo(
    () => ({
      open,
      drawn: isShown ? open : [],
      selected,
      show,
      accept(proposals) {
        const [only] = proposals
        void send(proposals, false)
        if (proposals.length === 1 && only) after(only)
      },
      reject(proposals) {
        const events = proposals.map(({ au, startFrame, endFrame }) => ({ au, startFrame, endFrame, apexFrame: null }))
        if (events.length > 0)
          void actions.acceptEvents({ events, isAbsentElsewhere: false, isRefusal: true, ...(modelId ? { modelId } : {}) })
        const [only] = proposals
        if (proposals.length === 1 && only) after(only)
      },
      async adjust(proposal, { startFrame, endFrame }) {
        const apexFrame = proposal.apexFrame >= startFrame && proposal.apexFrame <= endFrame ? proposal.apexFrame : null
        const label = await actions.add({
          au: proposal.au,
          side: 'both',
          state: 'present',
          startFrame,
          endFrame,
          apexFrame,
          modelId: modelId ?? null,
        })
        if (label) useCoding.getState().patch({ selectedIds: [label.id] })
      },
      complete: (proposals) => void send(proposals, true),
    }),
    [open, isShown, selected, show, send, after, actions, modelId],
  )
}
