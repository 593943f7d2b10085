// Removal of a subject (withdrawn consent) with what it takes away and which models remain, and renaming.
import { useMutation } from '@tanstack/react-query'
import type { SubjectWithdrawal } from '@shared/contract/project'
import type { Subject } from '@shared/project'
import { useState, type FormEvent, type ReactNode } from 'react'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { Dialog } from '../../ui/Dialog'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { TextField } from '../../ui/Field'

const t = strings.project

function Removal({ project, subject, onClose }: { project: string; subject: Subject; onClose(): void }) {
  const [result, setResult] = useState<SubjectWithdrawal | null>(null)
  const remove = useMutation(queries.subject.remove.mutationOptions({ meta: { showsError: true }, onSuccess: setResult }))
  if (result) {
    return (
      <Dialog
        title={t.subjectRemovedTitle(subject.code)}
        description={t.subjectRemovedText(result.videoCount, result.labelCount, result.cropCount, result.predictionCount)}
        isOpen
        onClose={onClose}
        footer={
          <Button tone="primary" onClick={onClose}>
            {strings.common.close}
          </Button>
        }
      >
        <p>{result.modelsTrainedOn.length > 0 ? t.modelsTrainedOn : t.noModelsTrainedOn}</p>
        <ul>
          {result.modelsTrainedOn.map((model) => (
            <li key={model.id}>
              <a href={`#/project/${project}/models/${model.id}`}>{model.name}</a>
            </li>
          ))}
        </ul>
        {result.exports.length > 0 ? (
          <>
            <p>{t.exportsRemain}</p>
            <ul>
              {result.exports.map((name) => (
                <li key={name}>{name}</li>
              ))}
            </ul>
          </>
        ) : null}
      </Dialog>
    )
  }
  return (
    <Dialog
      title={t.removeSubjectTitle(subject.code)}
      description={t.removeSubjectText(subject.videoCount)}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          <Button tone="danger" isBusy={remove.isPending} onClick={() => remove.mutate({ project, code: subject.code })}>
            {strings.common.remove}
          </Button>
        </>
      }
    >
      {remove.isError ? <ErrorPanel error={remove.error} /> : null}
    </Dialog>
  )
}

function Renaming({ project, subject, onClose }: { project: string; subject: Subject; onClose(): void }) {
  const [code, setCode] = useState(subject.code)
  const update = useMutation(queries.subject.update.mutationOptions({ meta: { showsError: true }, onSuccess: onClose }))
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    update.mutate({ project, subjectId: subject.id, code: code.trim() })
  }
  return (
    <Dialog
      title={t.renameSubjectTitle(subject.code)}
      isOpen
      onClose={onClose}
      footer={
        <>
          <Button onClick={onClose}>{strings.common.cancel}</Button>
          <Button type="submit" form="rename-subject" tone="primary" disabled={code.trim() === ''} isBusy={update.isPending}>
            {strings.common.save}
          </Button>
        </>
      }
    >
      <form id="rename-subject" className="stack" onSubmit={submit}>
        <TextField label={t.subject} value={code} onChange={(event) => setCode(event.target.value)} />
        {update.isError ? <ErrorPanel error={update.error} /> : null}
      </form>
    </Dialog>
  )
}

export interface SubjectDialogs {
  open(kind: 'remove' | 'rename', subject: Subject): void
  element: ReactNode
}

export function useSubjectDialog(project: string): SubjectDialogs {
  const [dialog, setDialog] = useState<{ kind: 'remove' | 'rename'; subject: Subject } | null>(null)
  const close = (): void => setDialog(null)
  const Form = dialog?.kind === 'remove' ? Removal : Renaming
  return {
    open: (kind, subject) => setDialog({ kind, subject }),
    element: dialog ? <Form project={project} subject={dialog.subject} onClose={close} /> : null,
  }
}
