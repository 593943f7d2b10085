// Decides where a window begins: where it was, else the project that the host has open, else the list of projects.
import { useQuery } from '@tanstack/react-query'
import { Navigate } from 'react-router'
import { queries } from '../bridge/client'
import { Loading } from '../ui/EmptyState'
import { ErrorPanel } from '../ui/ErrorPanel'
import { lastPlace } from './lastPlace'
import { strings } from './strings'

export function Start() {
  const opened = useQuery(queries.project.opened.queryOptions())
  if (opened.isPending) return <Loading label={strings.app.connecting} />
  if (opened.isError) return <ErrorPanel error={opened.error} onRetry={() => void opened.refetch()} />
  const first = opened.data[0]
  if (!first) return <Navigate to="/projects" replace />
  const place = lastPlace()
  const isOpen = opened.data.some((project) => place?.startsWith(`/project/${project.id}`))
  return <Navigate to={place && isOpen ? place : `/project/${first.id}`} replace />
}
