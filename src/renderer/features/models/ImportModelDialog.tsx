// Form that brings in a checkpoint: the file, and what cannot be read from it.
import { useMutation } from '@tanstack/react-query'
import { useState, type FormEvent } from 'react'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { windowApi } from '../../bridge/windowApi'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { TextField } from '../../ui/Field'
import { FolderField } from '../../ui/FolderField'
import { notify } from '../../ui/notify'
import { parseAuList } from './auList'

const t = strings.models

export function ImportModelDialog({ project, onClose }: { project: string; onClose(): void }) {
  const [file, setFile] = useState<string | null>(null)
  const [name, setName] = useState('')
  const [aus, setAus] = useState('')
  const [heads, setHeads] = useState('')
  const parsed = parseAuList(aus)
  const add = useMutation(
    queries.model.import.mutationOptions({
      meta: { showsError: true },
      onSuccess(model) {
        notify(t.imported(model.name))
        onClose()
      },
    }),
  )
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (!file || parsed === null) return
    add.mutate({
      project,
      file,
      ...(name.trim() === '' ? {} : { name: name.trim() }),
      ...(parsed.length === 0 ? {} : { aus: parsed }),
      ...(heads === '' ? {} : { heads: Number(heads) }),
    })
  }
  return (
    <Dialog
      title={t.importTitle}
      description={t.importText}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          <Button type="submit" form="import-model" tone="primary" disabled={!file || parsed === null} isBusy={add.isPending}>
            {t.import}
          </Button>
        </>
      }
    >
      <form id="import-model" className="stack" onSubmit={submit}>
        <FolderField
          label={t.file}
          hint={t.fileHint}
          pick={async () => (await windowApi()?.pickFiles('model'))?.[0] ?? null}
          onChange={setFile}
        />
        <TextField label={t.name} placeholder={strings.project.optional} value={name} onChange={(event) => setName(event.target.value)} />
        <TextField
          label={t.aus}
          hint={t.ausHint}
          error={parsed === null ? t.ausHint : null}
          placeholder="1, 2, 4, 6, 7, 10, 12, 14, 15, 17, 23, 24"
          value={aus}
          onChange={(event) => setAus(event.target.value)}
        />
        <TextField
          label={t.heads}
          hint={t.headsHint}
          type="number"
          min={1}
          placeholder={strings.project.optional}
          value={heads}
          onChange={(event) => setHeads(event.target.value)}
        />
        {add.isError ? <ErrorPanel error={add.error} /> : null}
      </form>
    </Dialog>
  )
}
