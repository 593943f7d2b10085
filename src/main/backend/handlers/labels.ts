// label.*, history.*
import type { LabelEdit, SpanToWrite } from '@main/store/index'
import type { HistoryChange, LabelChange } from '@shared/contract/coding'
import { AppError } from '@shared/errors'
import { auLabel } from '@shared/facs'
import type { LabelSpan } from '@shared/labels'
import { acceptPredictions } from '../acceptPredictions'
import { announceEdit } from '../announceEdit'
import { changedSpan, copyOf, type LabelPatch, type Sight } from '../changedSpan'
import type { BackendContext } from '../context'
import { importIntensities } from '../importIntensities'
import { os } from '../procedures'

export function labelHandlers({ projects, grants, ports }: BackendContext) {
  const { label, history } = os
  const apply = (projectId: string, edit: LabelEdit): LabelChange => {
    const { store, changes } = projects.writable(projectId)
    return announceEdit(store, changes, edit.videoId, store.labels.apply(edit))
  }
  const stateOf = (projectId: string) => projects.get(projectId).store.labels.history()
  const phrase = (
    span: { au: number; side: LabelSpan['side']; state: string; startFrame: number; endFrame: number },
    coder: string,
  ): string => `${auLabel(span.au, span.side)} ${span.state} ${span.startFrame}-${span.endFrame} by ${coder}`

  return {
    label: {
      list: label.list.handler(({ input }) => projects.get(input.project).store.labels.list(input.videoId)),
      coders: label.coders.handler(({ input }) => projects.get(input.project).store.labels.coders()),
      set: label.set.handler(({ input }) => {
        const { store } = projects.writable(input.project)
        if (input.intensity !== null && input.state !== 'present')
          throw new AppError('INPUT_INVALID', 'Only a present AU has an intensity; leave it out or say present.')
        const over = store.labels.touching(input.videoId, input, input)
        const isCorrection = input.modelId !== null || over.some((one) => one.source === 'confirmed')
        return apply(input.project, {
          videoId: input.videoId,
          coder: input.coder,
          description: phrase(input, input.coder),
          write: [
            {
              au: input.au,
              side: input.side,
              coder: input.coder,
              startFrame: input.startFrame,
              endFrame: input.endFrame,
              state: input.state,
              intensity: input.intensity,
              apexFrame: input.apexFrame,
              source: input.isBlind ? 'blind' : isCorrection ? 'corrected' : 'manual',
              modelId: input.modelId ?? over.find((one) => one.modelId !== null)?.modelId ?? null,
              wasPredictionVisible: input.wasPredictionVisible && !input.isBlind,
              note: input.note,
            },
          ],
        })
      }),
      change: label.change.handler(({ input }) => {
        const { labelId, coder, ...rest } = input
        return change(input.project, input.videoId, coder, [{ ...rest, labelId }], input)
      }),
      changeAll: label.changeAll.handler(({ input }) => change(input.project, input.videoId, input.coder, input.changes, input)),
      copy: label.copy.handler(({ input }) => {
        const { store } = projects.writable(input.project)
        const spans = [...new Set(input.labelIds)].map((id) => store.labels.get(id))
        const copies = spans.map((span): SpanToWrite => copyOf(span, input))
        const [only, more] = copies
        return apply(input.project, {
          videoId: input.videoId,
          coder: input.coder,
          description: only && !more ? `copy to ${phrase(only, only.coder)}` : `copy ${copies.length} labels by ${input.coder}`,
          write: copies,
        })
      }),
      remove: label.remove.handler(({ input }) => {
        const { store } = projects.writable(input.project)
        const spans = input.labelIds.map((id) => store.labels.get(id))
        const description = spans.length === 1 && spans[0] ? `remove ${phrase(spans[0], spans[0].coder)}` : `remove ${spans.length} labels`
        return apply(input.project, {
          videoId: input.videoId,
          coder: input.coder ?? spans[0]?.coder ?? null,
          description,
          remove: input.labelIds,
        })
      }),
      clear: label.clear.handler(({ input }) => {
        const { au, side, coder, startFrame, endFrame } = input
        return apply(input.project, {
          videoId: input.videoId,
          coder,
          description: `clear ${auLabel(au, side)} ${startFrame}-${endFrame} by ${coder}`,
          clear: [{ au, side, coder, startFrame, endFrame }],
        })
      }),
      accept: label.accept.handler(({ input }) => {
        const { store, changes } = projects.writable(input.project)
        const { edit, counts } = acceptPredictions(store, ports.resourcesDirectory, input)
        return { ...counts, ...announceEdit(store, changes, input.videoId, edit) }
      }),
      import: label.import.handler(async ({ input }) => {
        const { store, changes } = projects.writable(input.project)
        const { videoId, threshold, coder } = input
        const edit = await importIntensities(store, { videoId, path: grants.resolve(input.file), threshold, coder })
        return announceEdit(store, changes, videoId, edit)
      }),
    },
    history: {
      get: history.get.handler(({ input }) => stateOf(input.project)),
      list: history.list.handler(({ input }) => projects.get(input.project).store.labels.edits(input.limit)),
      undo: history.undo.handler(({ input }) => step(input.project, 'undo', input.stepId)),
      redo: history.redo.handler(({ input }) => step(input.project, 'redo', input.stepId)),
    },
  }

  function change(projectId: string, videoId: string, coder: string, changes: readonly LabelPatch[], sight: Sight): LabelChange {
    const { store } = projects.writable(projectId)
    // The last that is said of a span holds.
    const byId = new Map(changes.map((one) => [one.labelId, one]))
    const after = [...byId].map(([id, patch]) => changedSpan(store.labels.get(id), patch, sight))
    const [only, more] = after
    return apply(projectId, {
      videoId,
      coder,
      description: only && !more ? `change ${phrase(only, only.coder)}` : `change ${after.length} labels by ${coder}`,
      remove: [...byId.keys()],
      write: after.sort((a, b) => a.startFrame - b.startFrame),
    })
  }

  function step(projectId: string, verb: 'undo' | 'redo', stepId?: number): HistoryChange {
    const { store, changes } = projects.writable(projectId)
    const next = store.labels.history()[verb]
    if (stepId !== undefined && next && next.id !== stepId)
      throw new AppError(
        'HISTORY_MOVED',
        `Another window changed labels meanwhile (${next.description}); nothing was ${verb === 'undo' ? 'undone' : 'redone'}. Look, then try again.`,
        {
          stepId,
          nextId: next.id,
        },
      )
    const { id, removed, inserted, history, videoIds } = store.labels[verb]()
    for (const videoId of videoIds) changes.announce('labels', videoId, id)
    return { ...history, videoIds, revision: id, removed: removed.map((span) => span.id), written: inserted }
  }
}
