// Opens a project by its folder's path; on the loopback host there is no folder dialog.
import { useState, type FormEvent } from 'react'
import { strings } from '../../app/strings'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { FolderField } from '../../ui/FolderField'

export function OpenProjectDialog({
  isBusy,
  error,
  onOpen,
  onClose,
}: {
  isBusy: boolean
  error: unknown
  onOpen(directory: string): void
  onClose(): void
}) {
  const [directory, setDirectory] = useState<string | null>(null)
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (directory) onOpen(directory)
  }
  return (
    <Dialog
      title={strings.home.openTitle}
      description={strings.home.openText}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          <Button type="submit" form="open-project" tone="primary" disabled={!directory} isBusy={isBusy}>
            {strings.common.open}
          </Button>
        </>
      }
    >
      <form id="open-project" className="stack" onSubmit={submit}>
        <FolderField
          label={strings.home.folder}
          hint={strings.home.folderHint}
          pick={() => Promise.resolve(null)}
          onChange={setDirectory}
        />
        {error ? <ErrorPanel error={error} /> : null}
      </form>
    </Dialog>
  )
}
