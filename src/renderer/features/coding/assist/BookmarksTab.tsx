// Places in the video that somebody wants to find again, each with a note.
import BookmarkPlus from 'lucide-react/icons/bookmark-plus'
import X from 'lucide-react/icons/x'
import type { Bookmark } from '@shared/coding'
import { useState, type FormEvent } from 'react'
import { strings } from '../../../app/strings'
import { Button, IconButton } from '../../../ui/Button'
import { formatTime } from '../../../ui/format'
import { frameSeconds, type FrameTable } from '../frames/frameTable'

const t = strings.assist

export interface BookmarksTabProps {
  bookmarks: readonly Bookmark[]
  table: FrameTable
  canChange: boolean
  onAdd(note: string): void
  onRemove(bookmark: Bookmark): void
  onShow(bookmark: Bookmark): void
}

export function BookmarksTab({ bookmarks, table, canChange, onAdd, onRemove, onShow }: BookmarksTabProps) {
  const [note, setNote] = useState('')
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    onAdd(note.trim())
    setNote('')
  }
  return (
    <>
      <form className="row queue-head" onSubmit={submit}>
        <input
          className="input small grow"
          placeholder={t.bookmarkNote}
          aria-label={t.bookmarkNote}
          value={note}
          disabled={!canChange}
          onChange={(event) => setNote(event.target.value)}
        />
        <Button type="submit" className="small" disabled={!canChange} icon={<BookmarkPlus size={13} />}>
          {t.bookmarkHere}
        </Button>
      </form>
      {bookmarks.length === 0 ? <p className="assist-note soft">{t.noBookmarks}</p> : null}
      <ul className="proposal-list">
        {bookmarks.map((bookmark) => (
          <li key={bookmark.id}>
            <button type="button" className="bookmark" onClick={() => onShow(bookmark)}>
              <span className="mono">{formatTime(frameSeconds(table, bookmark.frame))}</span>
              <span className="truncate">
                {bookmark.note || <span className="dim num">{strings.coding.frameOf(bookmark.frame, table.seconds.length - 1)}</span>}
              </span>
            </button>
            <IconButton label={t.removeBookmark} className="small" disabled={!canChange} onClick={() => onRemove(bookmark)}>
              <X size={14} />
            </IconButton>
          </li>
        ))}
      </ul>
    </>
  )
}
