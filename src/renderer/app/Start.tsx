// Decides where a window begins: where it was, opening that project again if need be; else the project that the host has open; else the list of projects.
import { useQuery } from '@tanstack/react-query'
import { Navigate } from 'react-router'
import { client, queries } from '../bridge/client'
import { Loading } from '../ui/EmptyState'
import { ErrorPanel } from '../ui/ErrorPanel'
import { lastPlace } from './lastPlace'
import { strings } from './strings'

const projectOf = (place: string | null): string | null => /^\/project\/([^/]+)/.exec(place ?? '')?.[1] ?? null

/** The route to begin with. A project that cannot be opened again is no error here: the list of projects says what is wrong with it. */
async function firstRoute(): Promise<string> {
  const place = lastPlace()
  const wanted = projectOf(place)
  const opened = await client.project.opened()
  const first = opened[0]
  if (place && wanted && opened.some((project) => project.id === wanted)) return place
  if (first) return `/project/${first.id}`
  if (place && wanted) {
    const known = (await client.project.list()).find((project) => project.summary?.id === wanted)
    const isOpen = known
      ? await client.project.open({ directory: known.token }).then(
          () => true,
          () => false,
        )
      : false
    if (isOpen) return place
  }
  return '/projects'
}

export function Start() {
  const route = useQuery({ queryKey: [...queries.project.opened.key(), 'start'], queryFn: firstRoute, staleTime: 0, gcTime: 0 })
  if (route.isPending) return <Loading label={strings.app.connecting} />
  if (route.isError) return <ErrorPanel error={route.error} onRetry={() => void route.refetch()} />
  return <Navigate to={route.data} replace />
}
