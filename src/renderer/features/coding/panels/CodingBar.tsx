// What the coding screen puts into the window's bar: where one is, who codes, blind or not, which face.
import CircleCheck from 'lucide-react/icons/circle-check'
import EyeOff from 'lucide-react/icons/eye-off'
import Keyboard from 'lucide-react/icons/keyboard'
import PanelLeft from 'lucide-react/icons/panel-left'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { ModelSummary } from '@shared/model'
import type { Video } from '@shared/project'
import { useState } from 'react'
import { BarSlot } from '../../../app/BarSlot'
import { strings } from '../../../app/strings'
import { queries } from '../../../bridge/client'
import { IconButton } from '../../../ui/Button'
import { Tip } from '../../../ui/Tip'
import { useCoding } from '../codingStore'

const t = strings.coding

interface CodingBarProps {
  project: string
  projectName: string
  video: Video
  coders: readonly string[]
  models: readonly ModelSummary[]
  modelId: string | undefined
  onModel(id: string): void
  canChange: boolean
  isAssistOpen: boolean
  assistKey: string
  onAssist(): void
  onHelp(): void
}

function CoderField({ coders }: { coders: readonly string[] }) {
  const coder = useCoding((state) => state.coder)
  const patch = useCoding((state) => state.patch)
  const [text, setText] = useState<string | null>(null)
  const commit = (): void => {
    if (text !== null) patch({ coder: text.trim(), selectedIds: [], openEvents: new Map(), chain: null })
    setText(null)
  }
  return (
    <label className="coder">
      <span className="dim small">{t.coder}</span>
      <Tip text={t.coderHint} side="bottom">
        <input
          id="coder-input"
          className="input small"
          list="coder-codes"
          value={text ?? coder}
          onChange={(event) => setText(event.target.value)}
          onBlur={commit}
          onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
        />
      </Tip>
      <datalist id="coder-codes">
        {coders.map((known) => (
          <option key={known} value={known} />
        ))}
      </datalist>
    </label>
  )
}

function TrackChoice({ project, video, canChange }: Pick<CodingBarProps, 'project' | 'video' | 'canChange'>) {
  const tracks = useQuery(queries.face.tracks.queryOptions({ input: { project, videoId: video.id }, enabled: video.analysis !== 'none' }))
  const choose = useMutation(queries.face.setMainTrack.mutationOptions())
  if (!tracks.data || tracks.data.tracks.length < 2) return null
  return (
    <Tip text={t.tracksHint} side="bottom">
      <select
        className="input small"
        aria-label={t.tracks}
        value={tracks.data.mainTrack ?? ''}
        disabled={!canChange}
        onChange={(event) => choose.mutate({ project, videoId: video.id, track: Number(event.target.value) })}
      >
        {tracks.data.tracks.map((track) => (
          <option key={track.track} value={track.track}>
            {t.track(track.track, track.frameCount)}
          </option>
        ))}
      </select>
    </Tip>
  )
}

export function CodingBar({
  project,
  projectName,
  video,
  coders,
  models,
  modelId,
  onModel,
  canChange,
  isAssistOpen,
  assistKey,
  onAssist,
  onHelp,
}: CodingBarProps) {
  const isBlind = useCoding((state) => state.isBlind)
  const patch = useCoding((state) => state.patch)
  const update = useMutation(queries.video.update.mutationOptions())
  const usable = models.filter((model) => model.aus.length > 0)
  return (
    <BarSlot>
      <IconButton label={strings.assist.open} keys={assistKey} isPressed={isAssistOpen} onClick={onAssist}>
        <PanelLeft size={16} />
      </IconButton>
      <nav className="crumbs" aria-label={strings.nav.coding}>
        <a href={`#/project/${project}`} className="truncate">
          {projectName}
        </a>
        <span aria-hidden>›</span>
        <span className="soft truncate crumb-subject">{video.subjectCode}</span>
        <span aria-hidden>›</span>
        <strong className="truncate">{video.fileName}</strong>
      </nav>
      <span className="grow" />
      <TrackChoice project={project} video={video} canChange={canChange} />
      {usable.length > 1 ? (
        <select className="input small" aria-label={t.model} value={modelId ?? ''} onChange={(event) => onModel(event.target.value)}>
          {usable.map((model) => (
            <option key={model.id} value={model.id}>
              {model.name}
            </option>
          ))}
        </select>
      ) : null}
      <CoderField coders={coders} />
      <Tip text={t.blindHint} side="bottom">
        <button type="button" className="blind" aria-pressed={isBlind} onClick={() => patch({ isBlind: !isBlind, selectedIds: [] })}>
          <EyeOff size={14} aria-hidden />
          {t.blind}
        </button>
      </Tip>
      <Tip text={t.reviewedHint} side="bottom">
        <button
          type="button"
          className="blind reviewed"
          aria-pressed={video.isReviewed}
          disabled={!canChange || update.isPending}
          onClick={() => update.mutate({ project, videoId: video.id, isReviewed: !video.isReviewed })}
        >
          <CircleCheck size={14} aria-hidden />
          {t.reviewed}
        </button>
      </Tip>
      <IconButton label={t.keys} keys="?" onClick={onHelp}>
        <Keyboard size={16} />
      </IconButton>
    </BarSlot>
  )
}
