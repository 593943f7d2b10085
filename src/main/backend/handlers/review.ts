// review.*, timing.*, bookmark.*, setting.*
import { acceptEvents } from '../acceptEvents'
import { announceEdit } from '../announceEdit'
import type { BackendContext } from '../context'
import { modelCard } from '../modelRegistry'
import { os } from '../procedures'
import { buildReviewQueue } from '../reviewQueue'

/** Settings of windows are kept under names of their own, apart from the backend's. */
const WINDOW = 'window.'

export function reviewHandlers({ projects, ports }: BackendContext) {
  const { review, timing, bookmark, setting } = os
  const resources = ports.resourcesDirectory
  return {
    review: {
      queue: review.queue.handler(({ input }) => {
        const { store } = projects.get(input.project)
        const other = input.otherModelId === undefined ? null : modelCard(store, resources, input.otherModelId)
        return buildReviewQueue(store, { ...input, card: modelCard(store, resources, input.modelId), other })
      }),
      acceptEvents: review.acceptEvents.handler(({ input }) => {
        const { store, changes } = projects.writable(input.project)
        const video = store.videos.get(input.videoId)
        const edit = acceptEvents(store, video, modelCard(store, resources, input.modelId), input)
        const acceptedEvents = edit.inserted.filter((span) => span.state === 'present').length
        return { acceptedEvents, ...announceEdit(store, changes, video.id, edit) }
      }),
    },
    timing: {
      add: timing.add.handler(({ input }) => {
        const { videoId, coder, isAssisted, seconds } = input
        const { store } = projects.writable(input.project)
        store.videos.get(videoId)
        store.codingTimes.add({ videoId, coder, isAssisted, seconds })
        return { isAdded: true as const }
      }),
      list: timing.list.handler(({ input }) => projects.get(input.project).store.codingTimes.list()),
    },
    bookmark: {
      list: bookmark.list.handler(({ input }) => projects.get(input.project).store.bookmarks.list(input.videoId)),
      add: bookmark.add.handler(({ input }) => {
        const { videoId, frame, coder, note } = input
        const { store, changes } = projects.writable(input.project)
        const added = store.bookmarks.add({ videoId, frame, coder, note })
        changes.announce('bookmarks', videoId)
        return added
      }),
      remove: bookmark.remove.handler(({ input }) => {
        const { store, changes } = projects.writable(input.project)
        const isRemoved = store.bookmarks.remove(input.bookmarkId)
        changes.announce('bookmarks', input.videoId)
        return { isRemoved }
      }),
    },
    setting: {
      get: setting.get.handler(({ input }) => ({ value: projects.get(input.project).store.settings.get(WINDOW + input.key) })),
      set: setting.set.handler(({ input }) => {
        projects.writable(input.project).store.settings.set(WINDOW + input.key, input.value)
        return { isKept: true as const }
      }),
    },
  }
}
