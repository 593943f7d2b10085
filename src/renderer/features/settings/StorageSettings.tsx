// What a project takes on disk, what each part is for, and which parts may be cleared because they can be made again.
import { useMutation } from '@tanstack/react-query'
import { formatBytes } from '@shared/formatBytes'
import type { CacheKind, ProjectInfo } from '@shared/project'
import { isActive, useJobs } from '../../app/projectState'
import { queryClient } from '../../app/queryClient'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { notify } from '../../ui/notify'
import { Section } from './Section'

const t = strings.settings
const PARTS = ['database', 'crops', 'proxies', 'models', 'runs', 'videos', 'exports'] as const
const isCache = (part: (typeof PARTS)[number]): part is CacheKind => part === 'crops' || part === 'proxies'

export function StorageSettings({ info }: { info: ProjectInfo }) {
  const { storage } = info
  const isBusy = useJobs((state) => [...state.jobs.values()].some(isActive))
  const clear = useMutation(
    queries.project.clearCache.mutationOptions({
      onSuccess({ freedBytes }) {
        void queryClient.invalidateQueries({ queryKey: queries.project.info.key() })
        notify(t.cleared(formatBytes(freedBytes)))
      },
    }),
  )
  return (
    <Section id="storage" title={t.storage}>
      <p className="soft">{t.storageText}</p>
      <ul className="storage-list">
        {PARTS.map((part) => (
          <li key={part}>
            <span>
              {strings.storage[part]}
              <span className="small dim">{t.storageParts[part]}</span>
            </span>
            <span className="num soft">{formatBytes(storage[part])}</span>
            {isCache(part) ? (
              <Button
                className="small"
                disabled={!info.isWritable || isBusy || storage[part] === 0}
                isBusy={clear.isPending && clear.variables.cache === part}
                aria-label={t.clearOf(strings.storage[part])}
                onClick={() => clear.mutate({ project: info.id, cache: part })}
              >
                {t.clear}
              </Button>
            ) : (
              <span />
            )}
          </li>
        ))}
        <li className="storage-sum">
          <span>{strings.storage.total}</span>
          <span className="num">{formatBytes(storage.total)}</span>
          <span />
        </li>
      </ul>
      {isBusy ? <p className="small dim">{t.clearLater}</p> : null}
    </Section>
  )
}
