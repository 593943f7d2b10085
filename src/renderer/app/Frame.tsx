// The frame around every screen: navigation at the left, the bar on top, jobs, palette and messages.
import BrainCircuit from 'lucide-react/icons/brain-circuit'
import Boxes from 'lucide-react/icons/boxes'
import CircleQuestionMark from 'lucide-react/icons/circle-question-mark'
import Clapperboard from 'lucide-react/icons/clapperboard'
import FlaskConical from 'lucide-react/icons/flask-conical'
import FolderOpen from 'lucide-react/icons/folder-open'
import ListVideo from 'lucide-react/icons/list-video'
import Lock from 'lucide-react/icons/lock'
import Search from 'lucide-react/icons/search'
import Settings from 'lucide-react/icons/settings'
import TableProperties from 'lucide-react/icons/table-properties'
import { lazy, Suspense, useEffect, useSyncExternalStore, type ReactNode } from 'react'
import { NavLink, Outlet, useLocation, useParams } from 'react-router'
import { connection } from '../bridge/client'
import { JobsButton, JobsDrawer } from '../features/jobs/JobsDrawer'
import { Button, IconButton } from '../ui/Button'
import { Loading } from '../ui/EmptyState'
import { Notices } from '../ui/Notices'
import { Tip } from '../ui/Tip'
import { provideSlot } from './BarSlot'
import { useCommandStore } from './commands'
import './frame.css'
import '../ui/segmented.css'
import { GlobalCommands } from './GlobalCommands'
import { toggleHelp, useHelp } from './help'
import { rememberPlace } from './lastPlace'
import { lastVideo } from './lastVideo'
import { Palette } from './Palette'
import { modifierName } from './platform'
import { useProjectInfo, useProjectWatch } from './projectState'
import { strings } from './strings'
import { useTour } from './tour'
import { useWindowDrop } from './useWindowDrop'

const HelpDrawer = lazy(() => import('../features/help/HelpDrawer'))
const Tour = lazy(() => import('../features/help/Tour'))

function RailLink({ to, label, icon, end = false }: { to: string; label: string; icon: ReactNode; end?: boolean }) {
  return (
    <Tip text={label} side="right">
      <NavLink to={to} end={end} className="rail-link" aria-label={label}>
        {icon}
      </NavLink>
    </Tip>
  )
}

function Rail({ project }: { project: string | null }) {
  const video = project ? lastVideo(project) : null
  return (
    <nav className="rail" aria-label={strings.app.mainNavigation}>
      <RailLink to="/projects" label={strings.nav.home} icon={<FolderOpen size={18} />} />
      {project ? (
        <>
          <RailLink to={`/project/${project}`} end label={strings.nav.videos} icon={<ListVideo size={18} />} />
          {video ? (
            <RailLink to={`/project/${project}/video/${video}`} label={strings.nav.coding} icon={<Clapperboard size={18} />} />
          ) : null}
          <RailLink to={`/project/${project}/training`} label={strings.nav.training} icon={<BrainCircuit size={18} />} />
          <RailLink to={`/project/${project}/studies`} label={strings.nav.studies} icon={<FlaskConical size={18} />} />
          <RailLink to={`/project/${project}/models`} label={strings.nav.models} icon={<Boxes size={18} />} />
          <RailLink to={`/project/${project}/export`} label={strings.nav.export} icon={<TableProperties size={18} />} />
        </>
      ) : null}
      <span className="grow" />
      <HelpButton />
      <RailLink to={project ? `/project/${project}/settings` : '/settings'} label={strings.nav.settings} icon={<Settings size={18} />} />
    </nav>
  )
}

function HelpButton() {
  const isOpen = useHelp((state) => state.isOpen)
  return (
    <Tip text={strings.help.button} keys="F1" side="right">
      <button
        type="button"
        className={`rail-link ${isOpen ? 'active' : ''}`}
        aria-label={strings.help.button}
        aria-expanded={isOpen}
        onClick={toggleHelp}
      >
        <CircleQuestionMark size={18} />
      </button>
    </Tip>
  )
}

/** Help and tour, loaded when they are first shown. */
function Guidance({ project }: { project: string | null }) {
  const isHelpOpen = useHelp((state) => state.isOpen)
  const isTouring = useTour((state) => state.step !== null)
  return (
    <Suspense fallback={null}>
      {isHelpOpen ? <HelpDrawer /> : null}
      {isTouring && project ? <Tour project={project} /> : null}
    </Suspense>
  )
}

function ConnectionBanner() {
  const state = useSyncExternalStore(
    (listener) => connection.subscribe(listener),
    () => connection.state,
  )
  if (state !== 'closed') return null
  return (
    <div className="banner bad" role="alert">
      {strings.app.connectionLost}
      <Button className="small" onClick={() => void connection.open()}>
        {strings.app.reconnect}
      </Button>
    </div>
  )
}

export function Frame() {
  const { projectId = null } = useParams()
  const location = useLocation()
  const info = useProjectInfo(projectId)
  useProjectWatch(projectId)
  useWindowDrop(projectId, info.data?.isWritable === true)
  useEffect(() => rememberPlace(location.pathname), [location.pathname])
  return (
    <div className="frame">
      <Rail project={projectId} />
      <header className="bar">
        <div className="bar-slot" ref={provideSlot} />
        {info.data && !info.data.isWritable ? (
          <Tip text={strings.app.readOnly} side="bottom">
            <span className="read-only" tabIndex={0} role="note" aria-label={strings.app.readOnly}>
              <Lock size={14} aria-hidden />
              {strings.app.readOnlyShort}
            </span>
          </Tip>
        ) : null}
        {projectId ? <JobsButton /> : null}
        <IconButton label={strings.app.palette} keys={`${modifierName} K`} onClick={() => useCommandStore.getState().setPaletteOpen(true)}>
          <Search size={16} />
        </IconButton>
      </header>
      <main className="screen">
        <ConnectionBanner />
        <Suspense fallback={<Loading label={strings.app.loading} />}>
          <Outlet />
        </Suspense>
      </main>
      {projectId ? <JobsDrawer project={projectId} /> : null}
      <Guidance project={projectId} />
      <GlobalCommands project={projectId} />
      <Palette />
      <Notices />
    </div>
  )
}
