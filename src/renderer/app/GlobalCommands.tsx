// Commands that exist on every screen: going places, the videos of the project, appearance.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo } from 'react'
import { useNavigate } from 'react-router'
import { queries } from '../bridge/client'
import { useCommands, type Command } from './commands'
import { ATLAS } from '@shared/atlas'
import { auLabel, auName } from '@shared/facs'
import { openAtlas, toggleHelp, useHelp } from './help'
import { useJobsDrawer } from './jobsDrawer'
import { strings } from './strings'
import { useTheme } from './theme'

export function GlobalCommands({ project }: { project: string | null }) {
  const navigate = useNavigate()
  const { theme, setTheme } = useTheme()
  const videos = useQuery(queries.video.list.queryOptions({ input: { project: project ?? '' }, enabled: project !== null }))
  const commands = useMemo(() => {
    const go = (id: string, label: string, to: string, group: string = strings.app.name): Command => ({
      id,
      label,
      group,
      run: () => void navigate(to),
    })
    const list: Command[] = [go('go-home', strings.nav.home, '/projects')]
    if (project) {
      list.push(
        go('go-videos', strings.nav.videos, `/project/${project}`),
        go('go-training', strings.nav.training, `/project/${project}/training`),
        go('go-studies', strings.nav.studies, `/project/${project}/studies`),
        go('go-models', strings.nav.models, `/project/${project}/models`),
        go('go-export', strings.nav.export, `/project/${project}/export`),
        { id: 'jobs', label: strings.jobs.title, group: strings.app.name, run: () => useJobsDrawer.getState().setOpen(true) },
      )
    }
    list.push(go('go-settings', strings.nav.settings, project ? `/project/${project}/settings` : '/settings'), {
      id: 'theme',
      label: theme === 'dark' ? strings.theme.toLight : strings.theme.toDark,
      group: strings.app.name,
      run: () => setTheme(theme === 'dark' ? 'light' : 'dark'),
    })
    list.push({
      id: 'help',
      label: strings.help.button,
      group: strings.help.title,
      keys: 'F1',
      run: () => useHelp.getState().patch({ isOpen: true }),
    })
    for (const { au } of ATLAS)
      list.push({ id: `atlas-${au}`, label: `${auLabel(au)} ${auName(au)}`, group: strings.help.title, run: () => openAtlas(au) })
    for (const video of videos.data ?? [])
      list.push(
        go(
          `video-${video.id}`,
          `${video.subjectCode} · ${video.fileName}`,
          `/project/${project ?? ''}/video/${video.id}`,
          strings.nav.videos,
        ),
      )
    return list
  }, [navigate, project, theme, setTheme, videos.data])
  useCommands('global', commands)
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 'F1') return
      event.preventDefault()
      toggleHelp()
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [])
  return null
}
