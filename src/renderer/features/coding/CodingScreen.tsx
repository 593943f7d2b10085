// The coding screen: asks for everything about one video and joins stage, table, bars and timeline.
import { useQuery } from '@tanstack/react-query'
import type { LabelSpan } from '@shared/labels'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { useParams } from 'react-router'
import type { Video } from '@shared/project'
import { useHelp } from '../../app/help'
import { rememberVideo } from '../../app/lastVideo'
import { modifierName } from '../../app/platform'
import { useProjectInfo } from '../../app/projectState'
import { ProjectCrumbs } from '../../app/Crumbs'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { Loading } from '../../ui/EmptyState'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { notify } from '../../ui/notify'
import './coding.css'
import { useCoding } from './codingStore'
import type { FramePlayer } from './frames/framePlayer'
import { AssistPanel } from './assist/AssistPanel'
import { useAssist } from './assist/assistStore'
import { useBookmarks } from './assist/useBookmarks'
import { useCodingTimer } from './assist/useCodingTimer'
import { useProposals } from './assist/useProposals'
import { useQueue } from './assist/useQueue'
import { showKey, type ActionId } from './keyboard/keymap'
import { useKeys } from './keyboard/keyStore'
import { useCodingCommands } from './keyboard/useCodingCommands'
import { runAction, toggleEvent, useCodingKeys, type KeyContext } from './keyboard/useCodingKeys'
import { coderLooks } from './labels/coders'
import { labelsNow, useLabelActions, useLabelList } from './labels/useLabels'
import { CodingBar } from './panels/CodingBar'
import { FaceInsets } from './panels/FaceInsets'
import { KeysDialog } from './panels/KeysDialog'
import { LabelBar } from './panels/LabelBar'
import { PredictNow } from './panels/PredictNow'
import { Splitter, usePanelSize } from './panels/Splitter'
import { Transport } from './panels/Transport'
import { VideoStage } from './stage/VideoStage'
import { WaveformStrip } from './stage/WaveformStrip'
import { AuTable } from './table/AuTable'
import { FrameColumns } from './table/frameColumns'
import { FrameList } from './table/FrameList'
import { makeLanes, orderAus } from './timeline/lanes'
import { useCurves } from './timeline/useCurves'
import { revealSpan } from './timeline/scale'
import { Timeline } from './timeline/Timeline'
import { useFaces, useFrameTable, usePredictions } from './videoData'

const t = strings.coding
const ASSIST_WIDTH = 'calc(272px * var(--scale))'
/** Sizes that a window begins with: more lanes where there is more height, and room for the larger letters of a large window. */
const isLarge = (): boolean => window.innerWidth >= 2000 && window.innerHeight >= 1100
const firstSide = (): number => (isLarge() ? 430 : 344)
const firstTimeline = (): number => Math.max(300, Math.round(window.innerHeight * 0.375))
const leastSide = (): number => (isLarge() ? 336 : 280)
const leastTimeline = (): number => 160
const mostSide = (): number => Math.max(leastSide(), window.innerWidth * 0.45)
const mostTimeline = (): number => Math.max(leastTimeline(), window.innerHeight - 320)

export default function CodingScreen() {
  const { projectId = '', videoId = '' } = useParams()
  const input = { project: projectId, videoId }
  const video = useQuery(queries.video.get.queryOptions({ input }))
  const table = useFrameTable(projectId, videoId)
  useEffect(() => rememberVideo(projectId, videoId), [projectId, videoId])
  const openVideo = useCoding((state) => state.openVideo)
  const openId = useCoding((state) => state.videoId)
  useEffect(() => {
    if (video.data) openVideo(video.data.id, video.data.frameCount)
  }, [video.data, openVideo])
  // What is on screen stays there when asking again fails, as while the connection is gone.
  const failed = video.isError && !video.data ? video : table.isError && !table.data ? table : null
  if (failed)
    return (
      <div className="page">
        <ProjectCrumbs project={projectId} here={video.data?.fileName ?? t.noSuchVideo} />
        <div className="page-inner">
          <ErrorPanel error={failed.error} onRetry={() => void failed.refetch()} />
        </div>
      </div>
    )
  if (!video.data || !table.data || openId !== videoId) return <Loading label={strings.app.loading} />
  return <Workbench key={videoId} projectId={projectId} video={video.data} table={table.data} />
}

type WorkbenchProps = {
  projectId: string
  video: Video
  table: NonNullable<ReturnType<typeof useFrameTable>['data']>
}

function Workbench({ projectId, video, table }: WorkbenchProps) {
  const videoId = video.id
  const info = useProjectInfo(projectId)
  const labels = useLabelList(projectId, videoId)
  const models = useQuery(queries.model.list.queryOptions({ input: { project: projectId } }))
  const subjects = useQuery(queries.subject.list.queryOptions({ input: { project: projectId } }))
  const history = useQuery(queries.history.get.queryOptions({ input: { project: projectId } }))
  const [chosenModel, setChosenModel] = useState<string | null>(null)
  const activeId = models.data?.find((model) => model.isActive)?.id
  const modelId = chosenModel ?? activeId
  const card = useQuery(
    queries.model.get.queryOptions({ input: { project: projectId, modelId: modelId ?? '' }, enabled: modelId !== undefined }),
  )
  const predicted = usePredictions(projectId, video, modelId, modelId === activeId && video.prediction === 'none')
  const predictions = predicted.data ?? null
  const isLoadingPredictions = models.isPending || predicted.isLoading
  const faces = useFaces(projectId, video).data ?? null
  const canChange = info.data?.isWritable === true
  const actions = useLabelActions(projectId, videoId, predictions !== null)

  const [player, setPlayer] = useState<FramePlayer | null>(null)
  const [isHelpOpen, setHelpOpen] = useState(false)
  const jumpInput = useRef<HTMLInputElement>(null)
  const [sideWidth, setSideWidth] = usePanelSize('side', firstSide, leastSide, mostSide)
  const [timelineHeight, setTimelineHeight] = usePanelSize('timeline', firstTimeline, leastTimeline, mostTimeline)
  const coder = useCoding((state) => state.coder)
  const isBlind = useCoding((state) => state.isBlind)
  const hasWaveform = useCoding((state) => state.hasWaveform)
  const hasFrameList = useCoding((state) => state.hasFrameList)
  const hasFrame = useCoding((state) => state.frame >= 0)
  const activeAu = useCoding((state) => state.activeLane?.au ?? null)
  useEffect(() => {
    useHelp.getState().patch({ contextAu: activeAu })
    return () => useHelp.getState().patch({ contextAu: null })
  }, [activeAu])

  const spans = useMemo(() => labels.data ?? [], [labels.data])
  const aus = useMemo(
    () => orderAus([...(info.data?.aus ?? []), ...(predictions?.aus ?? []), ...spans.map((label) => label.au)]),
    [info.data?.aus, predictions?.aus, spans],
  )
  const lanes = useMemo(() => makeLanes(aus, spans), [aus, spans])
  const units = useMemo(() => new Map(card.data?.aus.map((unit) => [unit.au, unit])), [card.data])
  const frameColumns = useMemo(() => {
    if (!hasFrameList) return null
    const thresholds = new Map([...units].map(([au, { threshold }]) => [au, threshold]))
    return new FrameColumns({ table, faces, predictions: isBlind ? null : predictions, thresholds, labels: spans, coder, aus })
  }, [hasFrameList, table, faces, predictions, isBlind, units, spans, coder, aus])
  const coders = useMemo(() => [...new Set(spans.map((label) => label.coder))], [spans])
  const looks = useMemo(() => coderLooks([...coders, ...(coder ? [coder] : [])]), [coders, coder])
  const others = useMemo(() => coders.filter((other) => other !== coder).sort((a, b) => a.localeCompare(b)), [coders, coder])
  const subject = subjects.data?.find((other) => other.id === video.subjectId)
  const curves = useCurves({ project: projectId, video, subject, modelId, predictions, units })

  const { keymap, auKeys } = useKeys()
  const assistTab = useAssist((state) => state.tab)
  const queue = useQueue(projectId, videoId, modelId, spans, player)
  const proposals = useProposals({ modelId, predictions, table, units, labels: spans, actions, player })
  const { bookmarks, addHere: bookmarkHere, remove: removeBookmark } = useBookmarks(projectId, videoId, canChange)
  useCodingTimer(projectId, videoId, predictions !== null, canChange)
  const queued = useMemo(
    () => queue.items.filter((item) => item.videoId === videoId && !queue.doneIds.has(item.id)),
    [queue.items, queue.doneIds, videoId],
  )
  const toggleAssist = useCallback(() => {
    const { tab, patch } = useAssist.getState()
    patch({ tab: tab === null ? 'queue' : null })
  }, [])

  const keyContext = useMemo<KeyContext>(
    () => ({
      player,
      labels: () => labelsNow(projectId, videoId),
      actions,
      aus,
      keymap,
      auKeys,
      onHelp: () => setHelpOpen(true),
      onJump: () => jumpInput.current?.focus(),
      // Enter goes through them: accepts the chosen one, or chooses the first that is open.
      onAcceptProposal: () => {
        const [first] = proposals.open
        if (proposals.selected) proposals.accept([proposals.selected])
        else if (first && useAssist.getState().tab === 'proposals') proposals.show(first)
      },
      onAdjustProposal: (edge, at) => {
        const chosen = proposals.selected
        if (!chosen || !canChange || (edge === 'startFrame' ? at > chosen.endFrame : at < chosen.startFrame)) return false
        void proposals.adjust(chosen, { startFrame: chosen.startFrame, endFrame: chosen.endFrame, [edge]: at })
        return true
      },
      onRejectProposal: () => proposals.selected && proposals.reject([proposals.selected]),
      onSegment: (by) => {
        if (useAssist.getState().tab !== 'queue') useAssist.getState().patch({ tab: 'queue' })
        queue.move(by)
      },
      onBookmark: () => bookmarkHere(''),
      onAssist: toggleAssist,
    }),
    [player, projectId, videoId, actions, aus, keymap, auKeys, proposals, queue, bookmarkHere, toggleAssist, canChange],
  )
  useCodingKeys(keyContext)
  const run = useCallback((action: ActionId) => runAction(action, keyContext), [keyContext])
  const keyOf = useCallback((action: ActionId) => showKey(keymap[action][0] ?? '', modifierName), [keymap])
  const toggle = useCallback((au: number) => toggleEvent(au, keyContext), [keyContext])
  const showLabel = useCallback(
    (label: LabelSpan) => {
      const state = useCoding.getState()
      state.patch({ selectedIds: [label.id], activeLane: { au: label.au, side: label.side } })
      state.setView(revealSpan(state.view, label.startFrame, label.endFrame, state.frameCount))
      void player?.seekTo(label.apexFrame ?? Math.floor((label.startFrame + label.endFrame) / 2))
    },
    [player],
  )

  useCodingCommands(run, keyOf, canChange && predictions !== null && !isBlind, actions)

  return (
    <div
      className="coding"
      style={{
        gridTemplateRows: `1fr auto 5px ${timelineHeight}px`,
        gridTemplateColumns: `${assistTab === null ? '0px' : ASSIST_WIDTH} minmax(0, 1fr) 5px ${sideWidth}px`,
      }}
    >
      <CodingBar
        project={projectId}
        projectName={info.data?.name ?? ''}
        video={video}
        coders={coders}
        models={models.data ?? []}
        modelId={modelId}
        onModel={setChosenModel}
        canChange={canChange}
        isAssistOpen={assistTab !== null}
        assistKey={keyOf('assist')}
        onAssist={toggleAssist}
        onHelp={() => setHelpOpen(true)}
      />
      <AssistPanel
        queue={{ project: projectId, queue, isLoadingPredictions, nextKey: keyOf('nextSegment'), previousKey: keyOf('previousSegment') }}
        proposals={{
          open: proposals.open,
          hasPredictions: predictions !== null,
          isLoadingPredictions,
          canChange,
          onShow: proposals.show,
          onAccept: proposals.accept,
          onReject: proposals.reject,
          onComplete: proposals.complete,
        }}
        events={{
          project: projectId,
          videoId,
          labels: spans,
          aus,
          proposals: proposals.open,
          canChange,
          onShow: showLabel,
          onShowProposal: proposals.show,
          onAccept: proposals.accept,
          onReject: proposals.reject,
          onTakeOver: (ids) => void actions.copy(ids, {}).then((count) => count > 0 && notify(t.copied(count))),
        }}
        bookmarks={{
          bookmarks,
          table,
          canChange,
          onAdd: bookmarkHere,
          onRemove: removeBookmark,
          onShow: (bookmark) => void player?.seekTo(bookmark.frame),
        }}
      />
      <div className="coding-stage">
        <VideoStage project={projectId} video={video} table={table} faces={faces} neutral={subject?.neutral ?? null} onPlayer={setPlayer} />
      </div>
      <div className="coding-transport">
        <Transport
          table={table}
          hasAudio={video.hasAudio}
          isReady={player !== null && hasFrame}
          run={run}
          onSeek={(to) => void player?.seekTo(to)}
          keyOf={keyOf}
          jumpInput={jumpInput}
        />
      </div>
      <Splitter orientation="vertical" size={sideWidth} onSize={setSideWidth} />
      <aside className="coding-side" aria-label={t.table}>
        <AuTable aus={aus} labels={spans} predictions={predictions} units={units} auKeys={auKeys} onToggle={toggle} canChange={canChange} />
        {!predictions && !isLoadingPredictions && !isBlind ? (
          <PredictNow project={projectId} video={video} modelId={modelId} canChange={canChange} />
        ) : null}
        <FaceInsets project={projectId} video={video} subject={subject} faces={faces} player={player} canChange={canChange} />
      </aside>
      <Splitter orientation="horizontal" size={timelineHeight} onSize={setTimelineHeight} />
      <div className="coding-timeline">
        <LabelBar
          aus={aus}
          table={table}
          labels={spans}
          actions={actions}
          canChange={canChange}
          hasPredictions={predictions !== null}
          hasNeutral={subject?.neutral != null}
          modelId={modelId}
          history={history.data}
          run={run}
          keyOf={keyOf}
        />
        {video.hasAudio && hasWaveform && !hasFrameList ? (
          <WaveformStrip project={projectId} video={video} table={table} player={player} />
        ) : null}
        {labels.isError && !labels.data ? <ErrorPanel error={labels.error} onRetry={() => void labels.refetch()} /> : null}
        {frameColumns ? (
          <FrameList columns={frameColumns} player={player} />
        ) : (
          <Timeline
            table={table}
            lanes={lanes}
            curves={curves}
            looks={looks}
            others={others}
            player={player}
            actions={actions}
            canChange={canChange}
            proposals={proposals}
            bookmarks={bookmarks}
            queued={queued}
          />
        )}
      </div>
      {isHelpOpen ? <KeysDialog aus={aus} onClose={() => setHelpOpen(false)} /> : null}
    </div>
  )
}
