// Tells every window of an edit of labels, and the one that asked what exactly it did.
import type { LabelChange } from '@shared/contract/coding'
import type { AppliedEdit, ProjectStore } from '@main/store/index'
import type { Changes } from './changes'

/** Announces an edit that changed something. Returns the answer for the window that made it. */
export function announceEdit(store: ProjectStore, changes: Changes, videoId: string, edit: AppliedEdit): LabelChange {
  if (edit.editId !== null) changes.announce('labels', videoId, edit.editId)
  return {
    revision: edit.editId,
    removed: edit.removed.map(({ id }) => id),
    written: edit.inserted,
    history: store.labels.history(),
  }
}
