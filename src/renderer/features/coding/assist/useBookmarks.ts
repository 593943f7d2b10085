// The bookmarks of a video: those there are, one more at the frame on screen, one fewer.
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Bookmark } from '@shared/coding'
import { useCallback } from 'react'
import { strings } from '../../../app/strings'
import { queries } from '../../../bridge/client'
import { notify } from '../../../ui/notify'
import { useCoding } from '../codingStore'

const NONE: readonly Bookmark[] = []

export interface Bookmarks {
  bookmarks: readonly Bookmark[]
  addHere(note: string): void
  remove(bookmark: Bookmark): void
}

export function useBookmarks(project: string, videoId: string, canChange: boolean): Bookmarks {
  const bookmarks = useQuery(queries.bookmark.list.queryOptions({ input: { project, videoId } })).data ?? NONE
  const { mutate: add } = useMutation(
    queries.bookmark.add.mutationOptions({ onSuccess: (bookmark) => notify(strings.assist.bookmarkAdded(bookmark.frame)) }),
  )
  const { mutate: drop } = useMutation(queries.bookmark.remove.mutationOptions())
  const addHere = useCallback(
    (note: string) => {
      const { frame, coder } = useCoding.getState()
      if (canChange && frame >= 0) add({ project, videoId, frame, coder: coder.trim() || null, note })
    },
    [add, project, videoId, canChange],
  )
  const remove = useCallback((bookmark: Bookmark) => drop({ project, videoId, bookmarkId: bookmark.id }), [drop, project, videoId])
  return { bookmarks, addHere, remove }
}
