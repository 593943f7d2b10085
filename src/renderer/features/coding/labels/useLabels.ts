// Labels of one video and everything that changes them. Changes go one after the other in the order of the keys pressed; each answer replaces the cached list.
import { useQuery } from '@tanstack/react-query'
import type { LabelChange } from '@shared/contract/coding'
import type { Intensity, Side } from '@shared/facs'
import type { LabelSpan, LabelState } from '@shared/labels'
import { useMemo } from 'react'
import { queryClient } from '../../../app/queryClient'
import { strings } from '../../../app/strings'
import { client, queries } from '../../../bridge/client'
import { notify, notifyError } from '../../../ui/notify'
import { useCoding, type FrameSpan, type LaneId } from '../codingStore'

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

export interface LabelActions {
  /** Writes a span for the coder of the window; resolves to the written label, or null when it was refused. */
  add(label: NewLabel): Promise<LabelSpan | null>
  change(labelId: string, patch: LabelPatch): Promise<void>
  /** Changes several labels, one undoable step each. */
  changeAll(labelIds: readonly string[], patch: LabelPatch): Promise<void>
  remove(labelIds: readonly string[]): Promise<void>
  clear(lane: LaneId, span: FrameSpan): Promise<void>
  accept(options: { span: FrameSpan | null; aus?: number[]; modelId?: string }): Promise<void>
  undo(): Promise<void>
  redo(): Promise<void>
}

/** Last of the changes under way; the next one waits for it. */
let queue: Promise<unknown> = Promise.resolve()
/** Changes asked for and not yet answered. */
let underWay = 0

function inOrder<T>(work: () => Promise<T>): Promise<T | null> {
  underWay++
  const run = queue
    .then(work)
    .catch((error: unknown) => {
      notifyError(error)
      return null
    })
    .finally(() => underWay--)
  queue = run
  return run
}

export function useLabelList(project: string, videoId: string) {
  return useQuery(queries.label.list.queryOptions({ input: { project, videoId } }))
}

export function useLabelActions(project: string, videoId: string, hasPredictions: boolean): LabelActions {
  return useMemo(() => {
    const listKey = queries.label.list.queryKey({ input: { project, videoId } })
    const take = (change: LabelChange): LabelChange => {
      // While more changes wait, their own expectation is on screen; the last answer is the truth.
      if (underWay <= 1) queryClient.setQueryData(listKey, change.labels)
      queryClient.setQueryData(queries.history.get.queryKey({ input: { project } }), change.history)
      return change
    }
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
    const afterHistory = async (message: (what: string) => string, what: string | undefined, state: unknown): Promise<void> => {
      queryClient.setQueryData(queries.history.get.queryKey({ input: { project } }), state as never)
      await queryClient.invalidateQueries({ queryKey: queries.label.list.key() })
      if (what !== undefined) notify(message(what), undefined, 'info')
    }
    const change = (labelId: string, patch: LabelPatch): Promise<unknown> => {
      const who = coding()
      if (!who) return Promise.resolve()
      // On screen at once, so that keys pressed in a row each start from the one before; a list that is on its way is older than that.
      void queryClient.cancelQueries({ queryKey: listKey }, { revert: false, silent: true })
      queryClient.setQueryData(listKey, (before: LabelSpan[] | undefined) =>
        before?.map((label) => (label.id === labelId ? { ...label, ...patch } : label)),
      )
      return inOrder(async () => take(await client.label.change({ project, videoId, labelId, ...patch, ...who }))).then((done) => {
        if (done === null) return queryClient.invalidateQueries({ queryKey: listKey })
      })
    }
    return {
      async add(label) {
        const who = coding()
        if (!who) return null
        const written = await inOrder(async () =>
          take(await client.label.set({ project, videoId, apexFrame: null, note: null, ...label, ...who })),
        )
        return (
          written?.labels.find(
            (other) =>
              other.au === label.au &&
              other.side === label.side &&
              other.coder === who.coder &&
              other.startFrame <= label.startFrame &&
              other.endFrame >= label.endFrame,
          ) ?? null
        )
      },
      async change(labelId, patch) {
        await change(labelId, patch)
      },
      async changeAll(labelIds, patch) {
        for (const labelId of labelIds) await change(labelId, patch)
      },
      async remove(labelIds) {
        const who = coding()
        if (!who || labelIds.length === 0) return
        useCoding.getState().patch({ selectedIds: [], chain: null })
        await inOrder(async () => take(await client.label.remove({ project, videoId, labelIds: [...labelIds], coder: who.coder })))
      },
      async clear(lane, span) {
        const who = coding()
        if (who)
          await inOrder(async () =>
            take(await client.label.clear({ project, videoId, au: lane.au, side: lane.side, ...span, coder: who.coder })),
          )
      },
      async accept({ span, aus, modelId }) {
        const who = coding()
        if (!who) return
        await inOrder(async () => {
          const done = await client.label.accept({
            project,
            videoId,
            coder: who.coder,
            ...(span ?? {}),
            ...(aus ? { aus } : {}),
            ...(modelId ? { modelId } : {}),
          })
          take(done)
          const isNothing = done.presentFrames + done.absentFrames === 0
          const said = isNothing ? t.acceptedNothing : t.accepted(done.presentFrames, done.absentFrames, done.aus.length)
          const open = done.untrustedFrames > 0 ? t.acceptedUntrusted(done.untrustedFrames) : ''
          const skipped = done.skippedAus.length > 0 && !aus ? t.skipped(done.skippedAus.join(', ')) : ''
          notify(said + open + skipped, undefined, isNothing ? 'info' : 'good')
        })
      },
      async undo() {
        await inOrder(async () => {
          const before = await client.history.get({ project })
          if (!before.undo) return notify(t.nothingToUndo, undefined, 'info')
          const { undo, redo } = await client.history.undo({ project })
          useCoding.getState().patch({ chain: null })
          await afterHistory(t.undone, before.undo.description, { undo, redo })
        })
      },
      async redo() {
        await inOrder(async () => {
          const before = await client.history.get({ project })
          if (!before.redo) return notify(t.nothingToRedo, undefined, 'info')
          const { undo, redo } = await client.history.redo({ project })
          await afterHistory(t.redone, before.redo.description, { undo, redo })
        })
      },
    }
  }, [project, videoId, hasPredictions])
}
