// Settings and facts of this installation and project: appearance, project, devices, video tools, storage, keys, privacy, health.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useRef, useState, type ReactNode } from 'react'
import { useParams } from 'react-router'
import { BarSlot } from '../../app/BarSlot'
import { Crumbs } from '../../app/Crumbs'
import { useProjectInfo } from '../../app/projectState'
import { strings } from '../../app/strings'
import { useTheme } from '../../app/theme'
import { queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { Loading } from '../../ui/EmptyState'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { HealthList } from '../../ui/HealthList'
import { Devices } from './Devices'
import { Privacy } from './Privacy'
import { ProjectSettings } from './ProjectSettings'
import { Section } from './Section'
import './settings.css'
import { StorageSettings } from './StorageSettings'

const t = strings.settings

function Health() {
  const doctor = useQuery(queries.system.doctor.queryOptions())
  return (
    <Section
      id="health"
      title={t.health}
      action={
        <Button tone="quiet" isBusy={doctor.isFetching} onClick={() => void doctor.refetch()}>
          {t.lookAgain}
        </Button>
      }
    >
      {doctor.isPending ? <Loading label={strings.app.loading} /> : null}
      {doctor.isError ? <ErrorPanel error={doctor.error} onRetry={() => void doctor.refetch()} /> : null}
      {doctor.data ? <HealthList items={doctor.data} /> : null}
    </Section>
  )
}

function VideoTools() {
  const system = useQuery(queries.system.info.queryOptions())
  return (
    <Section id="media" title={t.media}>
      {system.data ? (
        <p>
          {t.ffmpeg}{' '}
          {system.data.ffmpeg ? (
            <span className="soft">{t.ffmpegFound(system.data.ffmpeg.version, system.data.ffmpeg.source)}</span>
          ) : (
            <span className="tag bad">{t.noFfmpeg}</span>
          )}
        </p>
      ) : null}
      <p className="small soft">{t.ffmpegText}</p>
    </Section>
  )
}

function Appearance() {
  const { theme, setTheme } = useTheme()
  return (
    <Section id="appearance" title={t.appearance}>
      <div className="segmented" role="group" aria-label={strings.theme.label}>
        {(['dark', 'light'] as const).map((choice) => (
          <button key={choice} type="button" aria-pressed={theme === choice} onClick={() => setTheme(choice)}>
            {strings.theme[choice]}
          </button>
        ))}
      </div>
    </Section>
  )
}

/** Room above a section that was gone to, pixels. */
const SECTION_GAP = 16

interface SettingsScreenProps {
  /** The lists of keys; given by app/, since they are the coding screen's. */
  keyLists(aus: readonly number[] | null): ReactNode
}

export default function SettingsScreen({ keyLists }: SettingsScreenProps) {
  const { projectId = null } = useParams()
  const info = useProjectInfo(projectId)
  const system = useQuery(queries.system.info.queryOptions())
  const page = useRef<HTMLDivElement>(null)
  const [current, setCurrent] = useState('appearance')
  /** Place that a choice in the list scrolled to, where the choice holds although a section near the end cannot reach the top. */
  const goneTo = useRef<number | null>(null)
  const sections = [
    ['appearance', t.appearance],
    ...(info.data ? [['project', t.projectSection]] : []),
    ['devices', t.devices],
    ['media', t.media],
    ...(info.data ? [['storage', t.storage]] : []),
    ['keys', t.keyboard],
    ['privacy', t.privacy],
    ['health', t.health],
  ] as const
  // The list at the left follows what is scrolled to.
  useEffect(() => {
    const root = page.current
    if (!root) return
    const mark = (): void => {
      if (goneTo.current !== null && Math.abs(root.scrollTop - goneTo.current) < 1) return
      goneTo.current = null
      const shown = [...root.querySelectorAll<HTMLElement>('.settings-section')]
      const isAtEnd = root.scrollTop + root.clientHeight >= root.scrollHeight - 4
      const top = root.getBoundingClientRect().top + 80
      const found = isAtEnd ? shown.at(-1) : shown.findLast((section) => section.getBoundingClientRect().top <= top)
      setCurrent((found ?? shown[0])?.id ?? 'appearance')
    }
    root.addEventListener('scroll', mark)
    return () => root.removeEventListener('scroll', mark)
  }, [])
  const go = (id: string): void => {
    const root = page.current
    const section = root?.querySelector(`#${id}`)
    // Only the page may scroll: scrollIntoView would move the frame around it too.
    if (root && section) {
      root.scrollTop += section.getBoundingClientRect().top - root.getBoundingClientRect().top - SECTION_GAP
      goneTo.current = root.scrollTop
    }
    setCurrent(id)
  }
  return (
    <div className="settings-screen">
      <BarSlot>
        <Crumbs above={info.data ? [{ to: `/project/${info.data.id}`, name: info.data.name }] : []} here={t.title} />
      </BarSlot>
      <nav className="settings-list" aria-label={t.title}>
        {sections.map(([id, title]) => (
          <button key={id} type="button" aria-current={current === id ? 'true' : undefined} onClick={() => go(id)}>
            {title}
          </button>
        ))}
      </nav>
      <div ref={page} className="page" tabIndex={-1}>
        <div className="page-inner settings">
          <h1>{t.title}</h1>
          <Appearance />
          {info.data ? <ProjectSettings key={info.data.id} info={info.data} /> : null}
          <Devices />
          <VideoTools />
          {info.data ? <StorageSettings info={info.data} /> : null}
          <Section id="keys" title={t.keyboard}>
            <p className="soft">{strings.coding.keysText}</p>
            {keyLists(info.data?.aus ?? null)}
          </Section>
          <Privacy host={system.data?.host ?? null} />
          <Health />
          {system.data ? (
            <p className="small dim num">
              {strings.app.name} {system.data.version} · {system.data.platform} · {t.hosts[system.data.host]}
            </p>
          ) : null}
        </div>
      </div>
    </div>
  )
}
