// Where work begins: recent projects, a new one, one opened from a folder, or the demo; and whether this machine is fit for it.
import FolderOpen from 'lucide-react/icons/folder-open'
import FolderPlus from 'lucide-react/icons/folder-plus'
import Signpost from 'lucide-react/icons/signpost'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useNavigate } from 'react-router'
import { BarSlot } from '../../app/BarSlot'
import { queryClient } from '../../app/queryClient'
import { strings } from '../../app/strings'
import { hasSeenTour } from '../../app/tour'
import { queries } from '../../bridge/client'
import { windowApi } from '../../bridge/windowApi'
import { Button } from '../../ui/Button'
import { EmptyState, Loading } from '../../ui/EmptyState'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { CreateProjectDialog } from './CreateProjectDialog'
import { HomeHealth } from './HomeHealth'
import { OpenProjectDialog } from './OpenProjectDialog'
import { RecentProjects } from './RecentProjects'
import './home.css'

/** What starts the demo project; given by app/, since the tour is another feature's. */
export interface DemoStart {
  start(withTour: boolean): void
  isPending: boolean
  error: unknown
}

/** The first opening begins the tour; afterwards it is offered. */
function DemoCard({ demo }: { demo: DemoStart }) {
  const isSeen = hasSeenTour()
  return (
    <section className="card home-demo" aria-label={strings.home.demoTitle}>
      <h2>{strings.home.demoTitle}</h2>
      <p className="soft">{strings.home.demoText}</p>
      <div className="row wrap">
        <Button icon={<Signpost size={15} />} isBusy={demo.isPending} onClick={() => demo.start(!isSeen)}>
          {strings.home.demo}
        </Button>
        <Button tone="quiet" disabled={demo.isPending} onClick={() => demo.start(isSeen)}>
          {isSeen ? strings.help.startTour : strings.home.demoOnly}
        </Button>
      </div>
      {demo.error ? <ErrorPanel error={demo.error} onRetry={() => demo.start(!isSeen)} /> : null}
    </section>
  )
}

export function HomeScreen({ demo }: { demo: DemoStart }) {
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
          {recent.data?.length === 0 ? null : <div className="row">{actions}</div>}
        </header>
        {open.isError && dialog === null ? <ErrorPanel error={open.error} /> : null}
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
          <RecentProjects recent={recent.data} isBusy={open.isPending} onOpen={(directory) => open.mutate({ directory })} />
        ) : null}
        <div className="home-more">
          <DemoCard demo={demo} />
          <HomeHealth />
        </div>
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
