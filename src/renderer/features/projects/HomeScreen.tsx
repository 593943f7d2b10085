// Where work begins: recent projects, a new one, or one opened from a folder.
import FolderOpen from 'lucide-react/icons/folder-open'
import FolderPlus from 'lucide-react/icons/folder-plus'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { RecentProject } from '@shared/contract/project'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { BarSlot } from '../../app/BarSlot'
import { queryClient } from '../../app/queryClient'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { windowApi } from '../../bridge/windowApi'
import { Button } from '../../ui/Button'
import { EmptyState, Loading } from '../../ui/EmptyState'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { formatInstant } from '../../ui/format'
import { CreateProjectDialog } from './CreateProjectDialog'
import { OpenProjectDialog } from './OpenProjectDialog'
import './home.css'

function RecentItem({ recent, onOpen, isBusy }: { recent: RecentProject; onOpen(): void; isBusy: boolean }) {
  return (
    <li>
      <button type="button" className="recent" disabled={!recent.exists || isBusy} onClick={onOpen}>
        <FolderOpen size={18} aria-hidden />
        <span className="grow">
          <span className="recent-name truncate">{recent.name}</span>
          <span className="dim small truncate">{recent.folder}</span>
        </span>
        <span className={`small ${recent.exists ? 'dim' : 'tag warn'}`}>
          {recent.exists ? strings.home.openedAt(formatInstant(recent.openedAt)) : strings.home.folderMissing}
        </span>
      </button>
    </li>
  )
}

export function HomeScreen() {
  const navigate = useNavigate()
  const recent = useQuery({ ...queries.project.list.queryOptions(), staleTime: 0 })
  const [dialog, setDialog] = useState<'create' | 'open' | null>(null)
  const open = useMutation(
    queries.project.open.mutationOptions({
      meta: { showsError: true },
      onSuccess(info) {
        void queryClient.invalidateQueries({ queryKey: queries.project.key() })
        void navigate(`/project/${info.id}`)
      },
    }),
  )
  const openFolder = async (): Promise<void> => {
    const api = windowApi()
    if (!api) return setDialog('open')
    const folder = await api.pickFolder('open-project')
    if (folder) open.mutate({ directory: folder.token })
  }
  const actions = (
    <>
      <Button tone="primary" icon={<FolderPlus size={15} />} onClick={() => setDialog('create')}>
        {strings.home.create}
      </Button>
      <Button icon={<FolderOpen size={15} />} onClick={() => void openFolder()}>
        {strings.home.open}
      </Button>
    </>
  )
  return (
    <div className="page">
      <BarSlot>
        <strong>{strings.app.name}</strong>
      </BarSlot>
      <div className="page-inner home">
        <header className="page-head">
          <div>
            <h1>{strings.home.title}</h1>
            <p className="soft">{strings.home.lead}</p>
          </div>
          <div className="row">{actions}</div>
        </header>
        {open.isError ? <ErrorPanel error={open.error} /> : null}
        {recent.isPending ? <Loading label={strings.app.connecting} /> : null}
        {recent.isError ? <ErrorPanel error={recent.error} onRetry={() => void recent.refetch()} /> : null}
        {recent.data?.length === 0 ? (
          <div className="card">
            <EmptyState icon={<FolderPlus size={22} />} title={strings.home.noRecent} action={actions}>
              {strings.home.noRecentText}
            </EmptyState>
          </div>
        ) : null}
        {recent.data && recent.data.length > 0 ? (
          <section className="card" aria-label={strings.home.recent}>
            <ul>
              {recent.data.map((item) => (
                <RecentItem key={item.token} recent={item} isBusy={open.isPending} onOpen={() => open.mutate({ directory: item.token })} />
              ))}
            </ul>
          </section>
        ) : null}
      </div>
      {dialog === 'create' ? <CreateProjectDialog onClose={() => setDialog(null)} /> : null}
      {dialog === 'open' ? (
        <OpenProjectDialog
          isBusy={open.isPending}
          error={open.error}
          onOpen={(directory) => open.mutate({ directory })}
          onClose={() => setDialog(null)}
        />
      ) : null}
    </div>
  )
}
