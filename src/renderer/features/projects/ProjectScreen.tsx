// The project: its videos by subject with how far each has come, import by drop, batch work, model, storage and missing files.
import Plus from 'lucide-react/icons/plus'
import Film from 'lucide-react/icons/film'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { Video } from '@shared/project'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import { BarSlot } from '../../app/BarSlot'
import { Crumbs } from '../../app/Crumbs'
import { useCommands } from '../../app/commands'
import { useDroppedFiles } from '../../app/droppedFiles'
import { useProjectInfo } from '../../app/projectState'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { EmptyState, Loading } from '../../ui/EmptyState'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { notify } from '../../ui/notify'
import { AcceptDialog } from './AcceptDialog'
import { ImportDialog } from './ImportDialog'
import { MissingVideos } from './MissingVideos'
import './project.css'
import { coverageByVideo } from './progressOfVideos'
import { ProjectSide } from './ProjectSide'
import { useProjectView } from './projectView'
import { SubjectMatrix } from './SubjectMatrix'
import { VideoDialogs, type VideoDialog } from './VideoDialogs'
import { filterVideos, type StateFilter } from './videoFilter'
import { VideoTable } from './VideoTable'
import { useSubjectDialog } from './SubjectDialogs'

const t = strings.project

export function ProjectScreen() {
  const { projectId = '' } = useParams()
  const input = { project: projectId }
  const info = useProjectInfo(projectId)
  const videos = useQuery(queries.video.list.queryOptions({ input }))
  const subjects = useQuery(queries.subject.list.queryOptions({ input }))
  const files = useDroppedFiles((state) => state.files)
  const setFiles = (list: readonly File[]): void => useDroppedFiles.getState().patch({ files: list })
  const [{ text, state, layout }, setView] = useProjectView(projectId)
  const [isAccepting, setAccepting] = useState(false)
  const navigate = useNavigate()
  const coverageRows = useQuery(queries.project.coverage.queryOptions({ input }))
  const times = useQuery(queries.timing.list.queryOptions({ input }))
  const card = useQuery(
    queries.model.get.queryOptions({ input: { ...input, modelId: info.data?.activeModelId ?? '' }, enabled: info.data !== undefined }),
  )
  const coverage = useMemo(() => coverageByVideo(coverageRows.data ?? []), [coverageRows.data])
  const predictedAus = useMemo(() => new Set(card.data?.aus.map((unit) => unit.au)), [card.data])
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  const [dialog, setDialog] = useState<VideoDialog | null>(null)
  const subjectDialog = useSubjectDialog(projectId)
  const fileInput = useRef<HTMLInputElement>(null)
  // Files that were meant for this project are not offered to the next one.
  useEffect(() => () => useDroppedFiles.getState().patch({ files: [] }), [])
  const isDropping = useDroppedFiles((state) => state.isOver)
  const analyse = useMutation(queries.job.analyse.mutationOptions())
  const predict = useMutation(queries.job.predict.mutationOptions())

  const all = useMemo(() => videos.data ?? [], [videos.data])
  const shown = useMemo(() => filterVideos(all, text, state), [all, text, state])
  // Without a selection batch work is meant for everything that is shown.
  const targets = useMemo(() => (selected.size > 0 ? shown.filter((video) => selected.has(video.id)) : shown), [shown, selected])
  const canChange = info.data?.isWritable === true

  const run = useCallback(
    async (list: readonly Video[], what: 'analyse' | 'predict' | 'both'): Promise<void> => {
      const videoIds = list.map((video) => video.id)
      if (videoIds.length === 0) return
      let count = 0
      if (what !== 'predict') count += (await analyse.mutateAsync({ project: projectId, videoIds })).length
      if (what !== 'analyse') count += (await predict.mutateAsync({ project: projectId, videoIds })).length
      notify(t.jobsStarted(count), undefined, 'info')
    },
    [analyse, predict, projectId],
  )
  const start = (list: readonly Video[], what: 'analyse' | 'predict' | 'both'): void => void run(list, what).catch(() => undefined)

  const commands = useMemo(
    () => [
      { id: 'add-videos', label: t.addVideos, group: strings.nav.videos, isDisabled: !canChange, run: () => fileInput.current?.click() },
      {
        id: 'analyse-all',
        label: t.analyseAndPredict,
        group: strings.nav.videos,
        isDisabled: !canChange || all.length === 0,
        run: () => void run(all, 'both').catch(() => undefined),
      },
    ],
    [all, canChange, run],
  )
  useCommands('project', commands)

  const add = (
    <Button tone="primary" icon={<Plus size={15} />} disabled={!canChange} onClick={() => fileInput.current?.click()}>
      {t.addVideos}
    </Button>
  )
  if (info.isError)
    return (
      <div className="page">
        <BarSlot>
          <Crumbs above={[{ to: '/projects', name: strings.nav.home }]} here={undefined} />
        </BarSlot>
        <div className="page-inner stack">
          <ErrorPanel error={info.error} onRetry={() => void info.refetch()} />
          <Link to="/projects">{t.toProjects}</Link>
        </div>
      </div>
    )
  return (
    <div className="project">
      <BarSlot>
        <Crumbs above={[{ to: '/projects', name: strings.nav.home }]} here={info.data?.name} />
      </BarSlot>
      <input
        ref={fileInput}
        type="file"
        multiple
        hidden
        aria-label={t.addVideos}
        onChange={(event) => {
          setFiles([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
      <section className="project-main">
        <header className="page-head">
          <div>
            <h1>{t.title}</h1>
            {info.data ? (
              <p className="soft num">
                {t.overview(info.data.subjectCount, info.data.videoCount, info.data.frameCount, info.data.labelCount)}
              </p>
            ) : null}
          </div>
          <div className="row">
            {all.length > 0 ? (
              <Button
                disabled={!canChange || targets.length === 0}
                isBusy={analyse.isPending || predict.isPending}
                onClick={() => start(targets, 'both')}
              >
                {t.analyseAndPredict}
              </Button>
            ) : null}
            {videos.data?.length === 0 ? null : add}
          </div>
        </header>
        {videos.isError ? <ErrorPanel error={videos.error} onRetry={() => void videos.refetch()} /> : null}
        <MissingVideos project={projectId} missing={info.data?.missingVideos ?? []} />
        {videos.isPending ? <Loading label={strings.app.loading} /> : null}
        {videos.data?.length === 0 ? (
          <div className="card drop-card">
            <EmptyState icon={<Film size={24} />} title={t.empty} action={add}>
              {t.emptyText}
            </EmptyState>
          </div>
        ) : null}
        {all.length > 0 ? (
          <>
            <div className="row filters">
              <input
                className="input grow"
                type="search"
                placeholder={t.search}
                aria-label={t.search}
                value={text}
                onChange={(event) => setView({ text: event.target.value })}
              />
              <select
                className="input"
                aria-label={t.columns.states}
                value={state}
                onChange={(event) => setView({ state: event.target.value as StateFilter })}
              >
                <option value="all">{t.allStates}</option>
                <option value="unanalysed">{t.onlyUnanalysed}</option>
                <option value="unpredicted">{t.onlyUnpredicted}</option>
                <option value="uncoded">{t.onlyUncoded}</option>
                <option value="coded">{t.onlyCoded}</option>
                <option value="unreviewed">{t.onlyUnreviewed}</option>
                <option value="missing">{t.onlyMissing}</option>
              </select>
              <div className="segmented" role="group" aria-label={t.views}>
                <button type="button" aria-pressed={layout === 'list'} onClick={() => setView({ layout: 'list' })}>
                  {t.viewList}
                </button>
                <button type="button" aria-pressed={layout === 'matrix'} onClick={() => setView({ layout: 'matrix' })}>
                  {t.viewMatrix}
                </button>
              </div>
            </div>
            {selected.size > 0 ? (
              <div className="row selection-bar">
                <span className="num">{t.selected(targets.length)}</span>
                <Button className="small" disabled={!canChange} onClick={() => start(targets, 'analyse')}>
                  {t.analyse}
                </Button>
                <Button className="small" disabled={!canChange} onClick={() => start(targets, 'predict')}>
                  {t.predict}
                </Button>
                <Button className="small" disabled={!canChange} onClick={() => setAccepting(true)}>
                  {t.accept}
                </Button>
                <Button
                  className="small"
                  onClick={() => void navigate(`/project/${projectId}/export?videos=${targets.map((video) => video.id).join(',')}`)}
                >
                  {t.exportSelection}
                </Button>
                <span className="grow" />
                <Button className="small" tone="quiet" onClick={() => setSelected(new Set())}>
                  {t.clearSelection}
                </Button>
              </div>
            ) : null}
            {shown.length === 0 ? (
              <EmptyState
                title={t.nothingMatches}
                action={<Button onClick={() => setView({ text: '', state: 'all' })}>{t.clearFilter}</Button>}
              />
            ) : layout === 'list' ? (
              <VideoTable
                project={projectId}
                videos={shown}
                selected={selected}
                onSelect={setSelected}
                aus={info.data?.aus ?? []}
                coverage={coverage}
                times={times.data ?? []}
                canChange={canChange}
                onDialog={setDialog}
                onRun={start}
              />
            ) : (
              <SubjectMatrix
                project={projectId}
                videos={shown}
                subjects={subjects.data ?? []}
                aus={info.data?.aus ?? []}
                predictedAus={predictedAus}
                coverage={coverage}
                selected={selected}
                onSelect={setSelected}
              />
            )}
          </>
        ) : null}
      </section>
      <ProjectSide
        project={projectId}
        info={info.data}
        subjects={subjects.data ?? []}
        videos={all}
        times={times.data ?? []}
        onSubject={subjectDialog.open}
      />
      {isDropping ? (
        <div className="drop-veil" aria-hidden>
          <Film size={28} />
          {t.dropHere}
        </div>
      ) : null}
      {files.length > 0 ? (
        <ImportDialog
          project={projectId}
          files={files}
          subjects={subjects.data ?? []}
          onClose={() => setFiles([])}
          onAdded={(added) => start(added, 'both')}
        />
      ) : null}
      {isAccepting ? <AcceptDialog project={projectId} videos={targets} onClose={() => setAccepting(false)} /> : null}
      <VideoDialogs project={projectId} dialog={dialog} onClose={() => setDialog(null)} />
      {subjectDialog.element}
    </div>
  )
}
