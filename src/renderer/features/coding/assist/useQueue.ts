// The review queue and the way through it: N and P go from segment to segment, also into other videos of the project.
import { keepPreviousData, useQuery } from '@tanstack/react-query'
import type { ReviewQueue } from '@shared/contract/review'
import type { LabelSpan } from '@shared/labels'
import { useCallback, useEffect, useMemo } from 'react'
import { useNavigate } from 'react-router'
import { queries } from '../../../bridge/client'
import { useCoding } from '../codingStore'
import type { FramePlayer } from '../frames/framePlayer'
import { revealSpan } from '../timeline/scale'
import { useAssist } from './assistStore'

export type QueueItem = ReviewQueue['items'][number]

export interface QueueState {
  items: readonly QueueItem[]
  total: number
  doneIds: ReadonlySet<string>
  currentId: string | null
  isPending: boolean
  error: unknown
  refresh(): void
  go(item: QueueItem): void
  /** The next or previous segment that is not done. */
  move(by: 1 | -1): void
}

const QUEUE_LENGTH = 120

export function useQueue(
  project: string,
  videoId: string,
  modelId: string | undefined,
  labels: readonly LabelSpan[],
  player: FramePlayer | null,
): QueueState {
  const navigate = useNavigate()
  const coder = useCoding((state) => state.coder)
  const isBlind = useCoding((state) => state.isBlind)
  const isOpen = useAssist((state) => state.tab === 'queue')
  const currentId = useAssist((state) => state.queueId)
  const seenIds = useAssist((state) => state.seenIds)
  const queue = useQuery({
    ...queries.review.queue.queryOptions({
      input: { project, coder: coder.trim() || ' ', limit: QUEUE_LENGTH, ...(modelId ? { modelId } : {}) },
      // What a queue asks about gives predictions away.
      enabled: isOpen && !isBlind && modelId !== undefined && coder.trim() !== '',
    }),
    placeholderData: keepPreviousData,
  })
  const items = useMemo(() => queue.data?.items ?? [], [queue.data])

  // The list stays as it is while somebody works through it; what has been coded meanwhile is ticked off.
  const doneIds = useMemo(() => {
    const done = new Set(seenIds)
    if (items.length === 0) return done
    const own = labels.filter((label) => label.coder === coder)
    for (const item of items)
      if (
        item.videoId === videoId &&
        // A dispute may be about the coder's own label, which is there from the start: it is done when it has been looked at.
        item.reason !== 'coders' &&
        own.some((label) => label.au === item.au && label.startFrame <= item.peakFrame && label.endFrame >= item.peakFrame)
      )
        done.add(item.id)
    return done
  }, [items, labels, coder, videoId, seenIds])

  const show = useCallback(
    (item: QueueItem) => {
      const state = useCoding.getState()
      state.patch({
        selection: { startFrame: item.startFrame, endFrame: item.endFrame },
        activeLane: { au: item.au, side: 'both' },
        selectedIds: [],
      })
      state.setView(revealSpan(state.view, item.startFrame, item.endFrame, state.frameCount))
      void player?.seekTo(item.peakFrame)
    },
    [player],
  )
  const go = useCallback(
    (item: QueueItem) => {
      useAssist.getState().patch({ queueId: item.id })
      if (item.videoId === videoId) show(item)
      else {
        useAssist.getState().patch({ arrivingId: item.id })
        void navigate(`/project/${project}/video/${item.videoId}`)
      }
    },
    [show, navigate, project, videoId],
  )
  // Arriving in another video for the sake of an item shows that item.
  const isReady = player !== null
  useEffect(() => {
    const item = items.find((other) => other.id === useAssist.getState().arrivingId)
    if (!isReady || item?.videoId !== videoId) return
    useAssist.getState().patch({ arrivingId: null })
    show(item)
    // Only on arrival: labels and the list itself must not move the coder about.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [isReady, videoId])

  const move = useCallback(
    (by: 1 | -1) => {
      const index = items.findIndex((item) => item.id === useAssist.getState().queueId)
      const current = items[index]
      if (current && by === 1) useAssist.getState().patch({ seenIds: new Set(useAssist.getState().seenIds).add(current.id) })
      for (let at = index + by; at >= 0 && at < items.length; at += by) {
        const item = items[at]
        if (item && (by === -1 || !doneIds.has(item.id))) return go(item)
      }
    },
    [items, doneIds, go],
  )
  const { refetch } = queue
  return useMemo(
    () => ({
      items,
      total: queue.data?.total ?? 0,
      doneIds,
      currentId,
      isPending: queue.isFetching,
      error: queue.error,
      refresh: () => {
        useAssist.getState().patch({ seenIds: new Set() })
        void refetch()
      },
      go,
      move,
    }),
    [items, queue.data?.total, doneIds, currentId, queue.isFetching, queue.error, refetch, go, move],
  )
}
