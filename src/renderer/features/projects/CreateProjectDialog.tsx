// Form of a new project: where, what it is called, and which AUs it codes.
import { useMutation } from '@tanstack/react-query'
import { DEFAULT_AUS } from '@shared/facs'
import { useState, type FormEvent } from 'react'
import { useNavigate } from 'react-router'
import { queryClient } from '../../app/queryClient'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { windowApi } from '../../bridge/windowApi'
import { AuChoice } from '../../ui/AuChoice'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { TextField } from '../../ui/Field'
import { FolderField } from '../../ui/FolderField'

export function CreateProjectDialog({ onClose }: { onClose(): void }) {
  const navigate = useNavigate()
  const [name, setName] = useState('')
  const [directory, setDirectory] = useState<string | null>(null)
  const [aus, setAus] = useState<number[]>([...DEFAULT_AUS])
  const create = useMutation(
    queries.project.create.mutationOptions({
      meta: { showsError: true },
      onSuccess(info) {
        void queryClient.invalidateQueries({ queryKey: queries.project.key() })
        void navigate(`/project/${info.id}`)
      },
    }),
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (directory) create.mutate({ directory, aus, ...(name.trim() === '' ? {} : { name: name.trim() }) })
  }
  return (
    <Dialog
      title={strings.home.createTitle}
      description={strings.home.createText}
      isOpen
      onClose={onClose}
      width={560}
      footer={
        <>
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          <Button type="submit" form="create-project" tone="primary" disabled={!directory || aus.length === 0} isBusy={create.isPending}>
            {strings.home.create}
          </Button>
        </>
      }
    >
      <form id="create-project" className="stack" onSubmit={submit}>
        <FolderField
          label={strings.home.folder}
          hint={strings.home.folderHint}
          placeholder="/home/you/study.auproj"
          pick={async () => (await windowApi()?.pickFolder('create-project')) ?? null}
          onChange={setDirectory}
        />
        <TextField
          label={strings.home.name}
          placeholder={strings.home.namePlaceholder}
          value={name}
          onChange={(event) => setName(event.target.value)}
        />
        <div className="field">
          <span className="soft">{strings.home.aus}</span>
          <AuChoice chosen={aus} onChange={setAus} label={strings.home.aus} />
          <p className="field-hint">{strings.home.ausHint}</p>
        </div>
        {create.isError ? <ErrorPanel error={create.error} /> : null}
      </form>
    </Dialog>
  )
}
