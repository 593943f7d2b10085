// Forms for one video: its details, where its file is now, and its removal.
import { useMutation } from '@tanstack/react-query'
import type { Video } from '@shared/project'
import { useRef, useState, type FormEvent } from 'react'
import { forgetVideo, lastVideo } from '../../app/lastVideo'
import { strings } from '../../app/strings'
import { client, queries } from '../../bridge/client'
import { grantFiles } from '../../bridge/grantFiles'
import { windowApi } from '../../bridge/windowApi'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { TextField } from '../../ui/Field'
import { notify } from '../../ui/notify'

const t = strings.project

export interface VideoDialog {
  kind: 'edit' | 'relocate' | 'remove'
  video: Pick<Video, 'id' | 'fileName' | 'labelCount' | 'subjectCode' | 'condition' | 'session'>
}

interface FormProps {
  project: string
  video: VideoDialog['video']
  onClose(): void
}

function EditForm({ project, video, onClose }: FormProps) {
  const [subject, setSubject] = useState(video.subjectCode)
  const [condition, setCondition] = useState(video.condition ?? '')
  const [session, setSession] = useState(video.session ?? '')
  const update = useMutation(queries.video.update.mutationOptions({ meta: { showsError: true }, onSuccess: onClose }))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    update.mutate({
      project,
      videoId: video.id,
      subject: subject.trim(),
      condition: condition.trim() || null,
      session: session.trim() || null,
    })
  }
  return (
    <Dialog
      title={t.editTitle}
      description={video.fileName}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          <Button type="submit" form="edit-video" tone="primary" disabled={subject.trim() === ''} isBusy={update.isPending}>
            {strings.common.save}
          </Button>
        </>
      }
    >
      <form id="edit-video" className="stack" onSubmit={submit}>
        <TextField label={t.subject} value={subject} onChange={(event) => setSubject(event.target.value)} />
        <TextField label={t.condition} placeholder={t.optional} value={condition} onChange={(event) => setCondition(event.target.value)} />
        <TextField label={t.session} placeholder={t.optional} value={session} onChange={(event) => setSession(event.target.value)} />
        {update.isError ? <ErrorPanel error={update.error} /> : null}
      </form>
    </Dialog>
  )
}

function RelocateForm({ project, video, onClose }: FormProps) {
  const [path, setPath] = useState('')
  const fileInput = useRef<HTMLInputElement>(null)
  const relocate = useMutation({
    meta: { showsError: true },
    mutationFn: (token: string) => client.video.relocate({ project, videoId: video.id, file: token }),
    onSuccess() {
      notify(t.relocated(video.fileName))
      onClose()
    },
  })
  const pick = async (): Promise<void> => {
    const chosen = await windowApi()?.pickFiles('video')
    if (chosen?.[0]) relocate.mutate(chosen[0].token)
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (path.trim() !== '') relocate.mutate(path.trim())
  }
  const isLoopback = !windowApi()
  return (
    <Dialog
      title={t.relocateTitle(video.fileName)}
      description={t.missingText}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          {isLoopback ? (
            <>
              <Button disabled={relocate.isPending} onClick={() => fileInput.current?.click()}>
                {t.relocate}
              </Button>
              <Button type="submit" form="relocate-video" tone="primary" disabled={path.trim() === ''} isBusy={relocate.isPending}>
                {strings.common.save}
              </Button>
            </>
          ) : (
            <Button tone="primary" isBusy={relocate.isPending} onClick={() => void pick()}>
              {t.relocate}
            </Button>
          )}
        </>
      }
    >
      {isLoopback ? (
        <form id="relocate-video" className="stack" onSubmit={submit}>
          <TextField
            label={strings.models.file}
            hint={strings.models.fileHint}
            value={path}
            spellCheck={false}
            onChange={(event) => setPath(event.target.value)}
          />
          <input
            ref={fileInput}
            type="file"
            hidden
            aria-label={t.relocate}
            onChange={(event) => {
              const files = [...(event.target.files ?? [])]
              if (files.length > 0)
                void grantFiles(project, files)
                  .then(([token]) => token && relocate.mutate(token))
                  .catch(() => undefined)
            }}
          />
        </form>
      ) : null}
      {relocate.isError ? <ErrorPanel error={relocate.error} /> : null}
    </Dialog>
  )
}

function RemoveForm({ project, video, onClose }: FormProps) {
  const remove = useMutation(
    queries.video.remove.mutationOptions({
      meta: { showsError: true },
      onSuccess() {
        if (lastVideo(project) === video.id) forgetVideo(project)
        notify(t.videoRemoved(video.fileName))
        onClose()
      },
    }),
  )
  return (
    <Dialog
      title={t.removeVideoTitle(video.fileName)}
      description={t.removeVideoText(video.labelCount)}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          <Button tone="danger" isBusy={remove.isPending} onClick={() => remove.mutate({ project, videoId: video.id })}>
            {strings.common.remove}
          </Button>
        </>
      }
    >
      {remove.isError ? <ErrorPanel error={remove.error} /> : null}
    </Dialog>
  )
}

export function VideoDialogs({ project, dialog, onClose }: { project: string; dialog: VideoDialog | null; onClose(): void }) {
  if (!dialog) return null
  const props = { project, video: dialog.video, onClose }
  if (dialog.kind === 'edit') return <EditForm {...props} />
  if (dialog.kind === 'relocate') return <RelocateForm {...props} />
  return <RemoveForm {...props} />
}
