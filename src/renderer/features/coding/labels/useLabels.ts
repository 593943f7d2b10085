// Labels of one video and everything that changes them, as the coder of the window does it. In which order, and what is on screen meanwhile, is in labelChanges.ts.
import { useQuery } from '@tanstack/react-query'
import type { HistoryChange, HistoryState, LabelChange } from '@shared/contract/coding'
import type { Intensity, Side } from '@shared/facs'
import type { LabelSpan, LabelState } from '@shared/labels'
import { useMemo } from 'react'
import { countAsOwn, isOthers } from '../../../app/ownSteps'
import { queryClient } from '../../../app/queryClient'
import { strings } from '../../../app/strings'
import { client, queries } from '../../../bridge/client'
import { notify } from '../../../ui/notify'
import { useCoding, type FrameSpan, type LaneId } from '../codingStore'
import { changeLabels, expectLabels } from './labelChanges'

const t = strings.coding

export interface NewLabel extends LaneId, FrameSpan {
  state: LabelState
  intensity?: Intensity | null
  apexFrame?: number | null
  note?: string | null
  /** The model whose proposal this corrects. */
  modelId?: string | null
}

export interface LabelPatch {
  startFrame?: number
  endFrame?: number
  state?: LabelState
  intensity?: Intensity | null
  apexFrame?: number | null
  side?: Side
  au?: number
  note?: string | null
}

export interface ProposedEvents {
  events: (FrameSpan & { au: number; apexFrame: number | null })[]
  /** Labels the AUs absent on the other trusted frames. */
  isAbsentElsewhere: boolean
  /** The events are labelled absent. */
  isRefusal?: boolean
  /** Proposals that are left for later; nothing is said of their frames. */
  undecided?: (FrameSpan & { au: number })[]
  /** AUs that this completes. */
  aus?: number[]
  modelId?: string
}

export interface LabelActions {
  /** Writes a span for the coder of the window; resolves to the written label, or null when it was refused. */
  add(label: NewLabel): Promise<LabelSpan | null>
  change(labelId: string, patch: LabelPatch): Promise<void>
  /** Changes several labels in one undoable step. */
  changeAll(changes: readonly ({ labelId: string } & LabelPatch)[]): Promise<void>
  /** Writes labels once more on another AU or side, or takes them out of another coder's track, in one undoable step; resolves to how many were written. */
  copy(labelIds: readonly string[], to: Partial<LaneId>): Promise<number>
  remove(labelIds: readonly string[]): Promise<void>
  clear(lane: LaneId, span: FrameSpan): Promise<void>
  accept(options: { span: FrameSpan | null; aus?: number[]; modelId?: string }): Promise<void>
  /** Takes proposed events; resolves to how many left at least a piece, or null when it was refused. */
  acceptEvents(request: ProposedEvents): Promise<number | null>
  undo(): Promise<void>
  redo(): Promise<void>
}

export function useLabelList(project: string, videoId: string) {
  // Steps keep untouched labels the same objects; comparing tens of thousands with every edit would tell nothing more.
  return useQuery(queries.label.list.queryOptions({ input: { project, videoId }, structuralSharing: false }))
}

/** The labels of a video at this moment, also those that no picture shows yet. */
export const labelsNow = (project: string, videoId: string): readonly LabelSpan[] =>
  queryClient.getQueryData(queries.label.list.queryKey({ input: { project, videoId } })) ?? []

export function useLabelActions(project: string, videoId: string, hasPredictions: boolean): LabelActions {
  return useMemo(() => {
    const apply = <T extends LabelChange>(send: () => Promise<T>): Promise<T | null> => changeLabels(project, () => [videoId], send)
    /** Who codes and what that person can see; null (with a message) while nobody has said who codes. */
    const coding = (): { coder: string; isBlind: boolean; wasPredictionVisible: boolean } | null => {
      const { coder, isBlind } = useCoding.getState()
      if (coder.trim() === '') {
        notify(t.coderNeeded, undefined, 'info')
        document.getElementById('coder-input')?.focus()
        return null
      }
      return { coder: coder.trim(), isBlind, wasPredictionVisible: hasPredictions && !isBlind }
    }
    const step = async (verb: 'undo' | 'redo'): Promise<void> => {
      await changeLabels<HistoryChange & { history: HistoryState }>(
        project,
        ({ videoIds }) => videoIds,
        async () => {
          const { [verb]: next } = await client.history.get({ project })
          if (!next) {
            notify(verb === 'undo' ? t.nothingToUndo : t.nothingToRedo, undefined, 'info')
            return null
          }
          if (isOthers(project, next)) {
            countAsOwn(project, next.id)
            notify(verb === 'undo' ? t.undoOthers(next.description) : t.redoOthers(next.description), undefined, 'info')
            return null
          }
          const done = await client.history[verb]({ project, stepId: next.id })
          if (verb === 'undo') useCoding.getState().patch({ chain: null })
          notify(verb === 'undo' ? t.undone(next.description) : t.redone(next.description), undefined, 'info')
          return { ...done, history: { undo: done.undo, redo: done.redo } }
        },
      )
    }
    const change = async (labelId: string, patch: LabelPatch): Promise<void> => {
      const who = coding()
      if (!who) return
      expectLabels(project, videoId, (labels) => labels.map((label) => (label.id === labelId ? { ...label, ...patch } : label)))
      await apply(() => client.label.change({ project, videoId, labelId, ...patch, ...who }))
    }
    return {
      async add(label) {
        const who = coding()
        if (!who) return null
        const done = await apply(() => client.label.set({ project, videoId, apexFrame: null, note: null, ...label, ...who }))
        return (
          done?.written.find(
            (other) =>
              other.au === label.au &&
              other.side === label.side &&
              other.coder === who.coder &&
              other.startFrame <= label.startFrame &&
              other.endFrame >= label.endFrame,
          ) ?? null
        )
      },
      change,
      async changeAll(changes) {
        const [only, more] = changes
        if (!only) return
        if (!more) {
          const { labelId, ...patch } = only
          return change(labelId, patch)
        }
        const who = coding()
        if (!who) return
        const patches = new Map(changes.map(({ labelId, ...patch }) => [labelId, patch]))
        expectLabels(project, videoId, (labels) =>
          labels.map((label) => (patches.has(label.id) ? { ...label, ...patches.get(label.id) } : label)),
        )
        await apply(() => client.label.changeAll({ project, videoId, changes: [...changes], ...who }))
      },
      async copy(labelIds, to) {
        const who = coding()
        if (!who || labelIds.length === 0) return 0
        const done = await apply(() => client.label.copy({ project, videoId, labelIds: [...labelIds], ...to, ...who }))
        return done ? labelIds.length : 0
      },
      async remove(labelIds) {
        const who = coding()
        if (!who || labelIds.length === 0) return
        useCoding.getState().patch({ selectedIds: [], chain: null })
        await apply(() => client.label.remove({ project, videoId, labelIds: [...labelIds], coder: who.coder }))
      },
      async clear(lane, span) {
        const who = coding()
        if (who) await apply(() => client.label.clear({ project, videoId, au: lane.au, side: lane.side, ...span, coder: who.coder }))
      },
      async accept({ span, aus, modelId }) {
        const who = coding()
        if (!who) return
        const done = await apply(() =>
          client.label.accept({
            project,
            videoId,
            coder: who.coder,
            ...(span ?? {}),
            ...(aus ? { aus } : {}),
            ...(modelId ? { modelId } : {}),
          }),
        )
        if (!done) return
        const isNothing = done.presentFrames + done.absentFrames === 0
        const said = isNothing ? t.acceptedNothing : t.accepted(done.presentFrames, done.absentFrames, done.aus.length)
        const open = done.untrustedFrames > 0 ? t.acceptedUntrusted(done.untrustedFrames) : ''
        const skipped = done.skippedAus.length > 0 && !aus ? t.skipped(done.skippedAus.join(', ')) : ''
        notify(said + open + skipped, undefined, isNothing ? 'info' : 'good')
      },
      async acceptEvents(request) {
        const who = coding()
        if (!who) return null
        const done = await apply(() => client.review.acceptEvents({ project, videoId, coder: who.coder, ...request }))
        return done?.acceptedEvents ?? null
      },
      undo: () => step('undo'),
      redo: () => step('redo'),
    }
  }, [project, videoId, hasPredictions])
}
