// Keeps what a window shows of a project in step with the backend: change hints make cached answers stale, job events feed the jobs list.
import { useQuery, type QueryClient } from '@tanstack/react-query'
import type { ProjectChange } from '@shared/contract/project'
import type { JobRow } from '@shared/jobs'
import { useEffect } from 'react'
import { create } from 'zustand'
import { client, connection, queries } from '../bridge/client'
import { ownerOf } from './ownSteps'
import { queryClient } from './queryClient'

interface JobsState {
  jobs: ReadonlyMap<string, JobRow>
  put(row: JobRow): void
  clear(): void
}

/** Jobs of the project in this window, by id. */
export const useJobs = create<JobsState>((set) => ({
  jobs: new Map(),
  put: (row) => set((state) => ({ jobs: new Map(state.jobs).set(row.id, row) })),
  clear: () => set({ jobs: new Map() }),
}))

export const isActive = (job: JobRow): boolean => job.status === 'queued' || job.status === 'running'

/** Key under which arrays fetched by URL are kept; see features/coding. */
export const dataKey = (
  kind: 'timestamps' | 'predictions' | 'faces' | 'landmarks',
  project: string,
  videoId: string,
): readonly string[] => ['data', kind, project, videoId]

/** What each topic makes stale. @param isOwn whether only this window's own steps changed the labels: it has put them into its list already */
function stale(topic: ProjectChange['topic'], isOwn: boolean): readonly (readonly unknown[])[] {
  const info = queries.project.info.key()
  const videos = queries.video.key()
  switch (topic) {
    case 'project':
      return [info]
    case 'subjects':
      return [queries.subject.key(), videos, info]
    case 'videos':
      return [videos, queries.subject.key(), queries.project.coverage.key(), info]
    case 'labels':
      return [
        ...(isOwn ? [queries.label.coders.key()] : [queries.label.key(), queries.history.key()]),
        queries.training.data.key(),
        queries.distillation.data.key(),
        queries.project.coverage.key(),
        videos,
        info,
      ]
    case 'models':
      return [
        queries.model.key(),
        queries.training.runs.key(),
        queries.training.run.key(),
        queries.training.compare.key(),
        queries.expressions.key(),
        queries.pretraining.key(),
        queries.distillation.key(),
        queries.study.key(),
        videos,
        info,
      ]
    case 'analysis':
      return [
        videos,
        queries.face.key(),
        ['data', 'faces'],
        ['data', 'landmarks'],
        queries.training.data.key(),
        queries.distillation.data.key(),
        queries.pretraining.data.key(),
        info,
      ]
    case 'predictions':
      return [videos, ['data', 'predictions'], info]
    case 'bookmarks':
      return [queries.bookmark.key()]
    case 'neutral':
      return [queries.subject.key(), ['data', 'predictions']]
  }
}

/** Runs a stream until stopped, opening it again after the connection was lost. */
function follow<T>(open: (signal: AbortSignal) => Promise<AsyncIterable<T>>, take: (item: T) => void): () => void {
  const abort = new AbortController()
  const run = async (): Promise<void> => {
    while (!abort.signal.aborted) {
      try {
        for await (const item of await open(abort.signal)) take(item)
      } catch {
        // A lost connection ends the stream; the loop opens it again. The queries show the error to people.
      }
      if (!abort.signal.aborted) await new Promise((resolve) => setTimeout(resolve, 1500))
    }
  }
  void run()
  return () => abort.abort()
}

/** Progress comes often; lists that depend on results are asked again at most this often. */
const HINT_INTERVAL_MS = 400

/** Marks what the hints name as stale, gathered so that a burst costs one round of questions. */
function gatherHints(cache: QueryClient, project: string): (change: ProjectChange) => void {
  const topics = new Set<ProjectChange['topic']>()
  let revisions = new Set<number | null>()
  let timer: ReturnType<typeof setTimeout> | null = null
  const flush = (): void => {
    const owners = [...revisions].map((revision) => ({ revision, owner: ownerOf(project, revision) }))
    revisions = new Set(owners.filter(({ owner }) => owner === 'unknown').map(({ revision }) => revision))
    // Steps whose answers are awaited are asked about again in the next round.
    timer = revisions.size > 0 ? setTimeout(flush, HINT_INTERVAL_MS) : null
    const isOwn = owners.every(({ owner }) => owner !== 'other')
    for (const topic of topics) for (const queryKey of stale(topic, isOwn)) void cache.invalidateQueries({ queryKey: [...queryKey] })
    topics.clear()
    if (revisions.size > 0) topics.add('labels')
  }
  return ({ topic, revision }) => {
    topics.add(topic)
    if (topic === 'labels') revisions.add(revision)
    timer ??= setTimeout(flush, HINT_INTERVAL_MS)
  }
}

/** Follows a project while a window shows it. */
export function useProjectWatch(project: string | null): void {
  useEffect(() => {
    if (!project) return
    useJobs.getState().clear()
    const stopHints = follow((signal) => client.project.watch({ project }, { signal }), gatherHints(queryClient, project))
    const stopJobs = follow(
      (signal) => client.job.watch({ project }, { signal }),
      (row) => useJobs.getState().put(row),
    )
    const stopListening = connection.subscribe((state) => {
      if (state === 'open') void queryClient.invalidateQueries()
    })
    return () => {
      stopHints()
      stopJobs()
      stopListening()
    }
  }, [project])
}

/** Facts of a project; the one source for its name, AUs and whether it may be changed. */
export const useProjectInfo = (project: string | null) =>
  useQuery(queries.project.info.queryOptions({ input: { project: project ?? '' }, enabled: project !== null }))
