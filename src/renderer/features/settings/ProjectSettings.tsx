// What can be changed of a project: its name, the AUs it codes; and a backup of its database.
import { useMutation } from '@tanstack/react-query'
import { formatBytes } from '@shared/formatBytes'
import type { ProjectInfo } from '@shared/project'
import { useState } from 'react'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { windowApi } from '../../bridge/windowApi'
import { AuChoice } from '../../ui/AuChoice'
import { Button } from '../../ui/Button'
import { TextField } from '../../ui/Field'
import { FolderField } from '../../ui/FolderField'
import { notify } from '../../ui/notify'

const t = strings.settings

export function ProjectSettings({ info }: { info: ProjectInfo }) {
  const [name, setName] = useState(info.name)
  const [aus, setAus] = useState(info.aus)
  const [file, setFile] = useState<string | null>(null)
  const update = useMutation(queries.project.update.mutationOptions({ onSuccess: () => notify(t.saved) }))
  const backup = useMutation(queries.project.backup.mutationOptions({ onSuccess: ({ bytes }) => notify(t.backupDone(formatBytes(bytes))) }))
  const isChanged = name.trim() !== info.name || aus.join() !== info.aus.join()
  return (
    <section id="project" className="card settings-section" aria-label={t.projectSection}>
      <header className="spread">
        <h2>{t.projectSection}</h2>
        <Button
          tone="primary"
          disabled={!info.isWritable || !isChanged || name.trim() === '' || aus.length === 0}
          isBusy={update.isPending}
          onClick={() => update.mutate({ project: info.id, name: name.trim(), aus })}
        >
          {strings.common.save}
        </Button>
      </header>
      <TextField label={t.projectName} value={name} onChange={(event) => setName(event.target.value)} />
      <div className="field">
        <span className="soft">{t.codedAus}</span>
        <AuChoice chosen={aus} onChange={setAus} label={t.codedAus} />
      </div>
      <div className="row backup">
        <div className="grow">
          <FolderField
            label={t.backupFile}
            hint={t.backupHint}
            pick={async () => (await windowApi()?.pickFiles('backup'))?.[0] ?? null}
            onChange={setFile}
          />
        </div>
        <Button disabled={!file} isBusy={backup.isPending} onClick={() => file && backup.mutate({ project: info.id, file })}>
          {t.backup}
        </Button>
      </div>
    </section>
  )
}
