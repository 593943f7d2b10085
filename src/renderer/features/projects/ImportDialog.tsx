// The small form after files were dropped or chosen: whose they are, then copying (on the loopback host) and reading, with refusals named.
import { useMutation } from '@tanstack/react-query'
import type { VideoAddition } from '@shared/contract/project'
import { formatBytes } from '@shared/formatBytes'
import type { Subject, Video } from '@shared/project'
import { useEffect, useId, useMemo, useState, type FormEvent } from 'react'
import { strings } from '../../app/strings'
import { client } from '../../bridge/client'
import { grantFiles, type UploadProgress } from '../../bridge/grantFiles'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { SwitchField, TextField } from '../../ui/Field'
import { notify } from '../../ui/notify'
import { Progress } from '../../ui/Progress'
import { guessSubject } from './videoFilter'

const t = strings.project

interface ImportDialogProps {
  project: string
  files: readonly File[]
  subjects: readonly Subject[]
  onClose(): void
  /** Called with what was added when faces are to be found afterwards. */
  onAdded(videos: readonly Video[]): void
}

export function ImportDialog({ project, files, subjects, onClose, onAdded }: ImportDialogProps) {
  const listId = useId()
  const [subject, setSubject] = useState(() => guessSubject(files[0]?.name ?? ''))
  const [condition, setCondition] = useState('')
  const [session, setSession] = useState('')
  const [shouldAnalyse, setShouldAnalyse] = useState(true)
  const [progress, setProgress] = useState<UploadProgress | null>(null)
  const [refused, setRefused] = useState<VideoAddition['refused']>([])
  const abort = useMemo(() => new AbortController(), [])
  useEffect(() => () => abort.abort(), [abort])

  const add = useMutation({
    meta: { showsError: true },
    async mutationFn() {
      const tokens = await grantFiles(project, files, setProgress, abort.signal)
      setProgress(null)
      return client.video.add({
        project,
        files: tokens,
        subject: subject.trim(),
        condition: condition.trim() === '' ? null : condition.trim(),
        session: session.trim() === '' ? null : session.trim(),
      })
    },
    onSuccess(result) {
      if (result.added.length > 0) notify(t.added(result.added.length))
      if (result.added.length > 0 && shouldAnalyse) onAdded(result.added)
      if (result.refused.length === 0) onClose()
      else setRefused(result.refused)
    },
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    add.mutate()
  }
  const isOver = refused.length > 0
  return (
    <Dialog
      title={isOver ? t.refusedTitle(refused.length) : t.importTitle(files.length)}
      isOpen
      onClose={onClose}
      footer={
        isOver ? (
          <Button tone="primary" onClick={onClose}>
            {strings.common.close}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{strings.common.cancel}</Button>
            <Button type="submit" form="import-videos" tone="primary" disabled={subject.trim() === ''} isBusy={add.isPending}>
              {t.addVideos}
            </Button>
          </>
        )
      }
    >
      {isOver ? (
        <ul className="stack">
          {refused.map((item) => (
            <li key={item.fileName} className="refused">
              <strong className="truncate">{item.fileName}</strong>
              <p className="soft">{item.message}</p>
              <span className="mono dim small">{item.code}</span>
            </li>
          ))}
        </ul>
      ) : (
        <form id="import-videos" className="stack" onSubmit={submit}>
          <ul className="file-list">
            {files.map((file, index) => (
              <li key={`${file.name}-${index}`} className="spread">
                <span className="truncate">{file.name}</span>
                <span className="dim small num">{formatBytes(file.size)}</span>
              </li>
            ))}
          </ul>
          <TextField
            label={t.subject}
            hint={t.subjectHint}
            list={listId}
            value={subject}
            onChange={(event) => setSubject(event.target.value)}
            autoFocus
          />
          <datalist id={listId}>
            {subjects.map((known) => (
              <option key={known.id} value={known.code} />
            ))}
          </datalist>
          <div className="row two-fields">
            <TextField
              label={t.condition}
              placeholder={t.optional}
              value={condition}
              onChange={(event) => setCondition(event.target.value)}
            />
            <TextField label={t.session} placeholder={t.optional} value={session} onChange={(event) => setSession(event.target.value)} />
          </div>
          <SwitchField label={t.addAndAnalyse} isOn={shouldAnalyse} onChange={setShouldAnalyse} />
          {add.isPending ? (
            <div className="stack" style={{ gap: 4 }} role="status">
              <span className="small soft truncate">
                {progress ? t.sending(progress.fileName, progress.index, progress.count) : t.reading}
              </span>
              <Progress
                label={t.addVideos}
                value={
                  progress && progress.totalBytes > 0 ? (progress.index + progress.sentBytes / progress.totalBytes) / progress.count : null
                }
              />
            </div>
          ) : null}
          {add.isError ? <ErrorPanel error={add.error} /> : null}
        </form>
      )}
    </Dialog>
  )
}
