// The list of videos with their states; a row opens the coding screen, ticks choose for batch work.
import Ellipsis from 'lucide-react/icons/ellipsis'
import { pictureUrl } from '@shared/dataUrls'
import type { CodingTime } from '@shared/coding'
import type { Video } from '@shared/project'
import { DropdownMenu } from 'radix-ui'
import { Link } from 'react-router'
import { isActive, useJobs } from '../../app/projectState'
import { strings } from '../../app/strings'
import { dataUrl } from '../../bridge/dataUrl'
import { IconButton } from '../../ui/Button'
import { formatCount, formatDuration, formatRemaining } from '../../ui/format'
import { MenuContent, MenuItem, MenuSeparator } from '../../ui/Menu'
import { StateMark } from '../../ui/StateMark'
import { codedState, workTime, type Coverage } from './progressOfVideos'
import type { VideoDialog } from './VideoDialogs'

const t = strings.project

interface VideoTableProps {
  project: string
  videos: readonly Video[]
  selected: ReadonlySet<string>
  onSelect(selected: ReadonlySet<string>): void
  /** AUs that the project codes. */
  aus: readonly number[]
  coverage: Coverage
  times: readonly CodingTime[]
  canChange: boolean
  onDialog(dialog: VideoDialog): void
  onRun(videos: readonly Video[], what: 'analyse' | 'predict' | 'both'): void
}

function RowMenu({ video, canChange, onDialog, onRun }: { video: Video } & Pick<VideoTableProps, 'canChange' | 'onDialog' | 'onRun'>) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <IconButton label={t.actions(video.fileName)} className="small">
          <Ellipsis size={16} />
        </IconButton>
      </DropdownMenu.Trigger>
      <MenuContent>
        <MenuItem isDisabled={!canChange || video.isMissing} onSelect={() => onRun([video], 'analyse')}>
          {t.analyse}
        </MenuItem>
        <MenuItem isDisabled={!canChange || video.isMissing} onSelect={() => onRun([video], 'predict')}>
          {t.predict}
        </MenuItem>
        <MenuSeparator />
        <MenuItem isDisabled={!canChange} onSelect={() => onDialog({ kind: 'edit', video })}>
          {t.editVideo}
        </MenuItem>
        <MenuItem isDisabled={!canChange} onSelect={() => onDialog({ kind: 'relocate', video })}>
          {t.relocate}
        </MenuItem>
        <MenuSeparator />
        <MenuItem isDisabled={!canChange} isDanger onSelect={() => onDialog({ kind: 'remove', video })}>
          {t.removeVideo}
        </MenuItem>
      </MenuContent>
    </DropdownMenu.Root>
  )
}

/** Minutes of work per minute of video, with and without predictions in the tooltip. */
function WorkCell({ video, times }: { video: Video; times: readonly CodingTime[] }) {
  const all = workTime(times, [video])
  if (!all) return <td className="right dim">–</td>
  const part = (isAssisted: boolean): string | null => {
    const time = workTime(times, [video], isAssisted)
    return time && formatRemaining(time.seconds)
  }
  return (
    <td className="right num work-cell" title={t.workOf(part(true), part(false))}>
      {t.perMinute(all.perMinute)}
    </td>
  )
}

export function VideoTable({ project, videos, selected, onSelect, aus, coverage, times, canChange, onDialog, onRun }: VideoTableProps) {
  const jobs = useJobs((state) => state.jobs)
  const busy = new Map([...jobs.values()].filter(isActive).map((job) => [`${job.kind}:${job.videoId ?? ''}`, job]))
  const toggle = (id: string): void => {
    const next = new Set(selected)
    if (!next.delete(id)) next.add(id)
    onSelect(next)
  }
  const areAllSelected = videos.every((video) => selected.has(video.id))
  return (
    <div className="card table-card">
      <table className="table video-table">
        <thead>
          <tr>
            <th className="tick">
              <input
                type="checkbox"
                aria-label={t.selectAll}
                checked={areAllSelected}
                onChange={() => onSelect(areAllSelected ? new Set() : new Set(videos.map((video) => video.id)))}
              />
            </th>
            <th>{t.columns.video}</th>
            <th>{t.columns.subject}</th>
            <th>{t.columns.condition}</th>
            <th className="right">{t.columns.length}</th>
            <th className="right">{t.columns.frames}</th>
            <th className="right" title={t.workHint}>
              {t.columns.work}
            </th>
            <th>{t.columns.states}</th>
            <th aria-label={strings.common.more} />
          </tr>
        </thead>
        <tbody>
          {videos.map((video) => (
            <tr key={video.id} aria-selected={selected.has(video.id)}>
              <td className="tick">
                <input
                  type="checkbox"
                  aria-label={t.selectOne(video.fileName)}
                  checked={selected.has(video.id)}
                  onChange={() => toggle(video.id)}
                />
              </td>
              <td className="video-cell">
                <div className="row video-name">
                  <span className="thumb" aria-hidden>
                    {video.isMissing ? null : (
                      <img
                        src={dataUrl(pictureUrl(project, video.id, Math.floor(video.frameCount / 2), 'frame', 72))}
                        alt=""
                        loading="lazy"
                        decoding="async"
                      />
                    )}
                  </span>
                  <span className="name-cell">
                    <Link to={`/project/${project}/video/${video.id}`} className="truncate" title={video.fileName}>
                      {video.fileName}
                    </Link>
                    <span className="small dim truncate num">
                      {video.width} × {video.height} · {video.codec}
                      {video.isVariableFrameRate ? ` · ${t.variableRate}` : ''}
                      {video.hasProxy ? ` · ${t.proxy}` : ''}
                    </span>
                  </span>
                </div>
              </td>
              <td>{video.subjectCode}</td>
              <td className="soft">{[video.condition, video.session].filter(Boolean).join(' · ') || <span className="dim">–</span>}</td>
              <td className="right num">{formatDuration(video.durationSeconds)}</td>
              <td className="right num">{formatCount(video.frameCount)}</td>
              <WorkCell video={video} times={times} />
              <td>
                {video.isMissing ? (
                  <span className="tag warn">{t.missing}</span>
                ) : (
                  <span className="states">
                    <StateMark state={video.analysis} label={t.analysedState} isBusy={busy.has(`analyse:${video.id}`)} />
                    <StateMark state={video.prediction} label={t.predictedState} isBusy={busy.has(`predict:${video.id}`)} />
                    <StateMark
                      state={codedState(coverage, video, aus)}
                      label={`${t.codedState}${video.labelCount > 0 ? ` ${formatCount(video.labelCount)}` : ''}`}
                    />
                    <StateMark state={video.isReviewed ? 'done' : 'none'} label={t.reviewedState} />
                  </span>
                )}
              </td>
              <td className="right">
                <RowMenu video={video} canChange={canChange} onDialog={onDialog} onRun={onRun} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
