// Subjects and their videos down, Action Units across: what is analysed, predicted, coded and reviewed in the whole study at a glance.
import { auLabel, auName } from '@shared/facs'
import type { StageState, Subject, Video } from '@shared/project'
import { Link } from 'react-router'
import { openAtlas } from '../../app/help'
import { strings } from '../../app/strings'
import { formatCount, formatDuration, formatPercent } from '../../ui/format'
import { StateMark } from '../../ui/StateMark'
import './matrix.css'
import { baseRate, codedShare, type Coverage } from './progressOfVideos'

const t = strings.project

interface SubjectMatrixProps {
  project: string
  videos: readonly Video[]
  subjects: readonly Subject[]
  aus: readonly number[]
  /** AUs that the active model predicts. */
  predictedAus: ReadonlySet<number>
  coverage: Coverage
  selected: ReadonlySet<string>
  onSelect(selected: ReadonlySet<string>): void
}

function Cell({ video, au, coverage, isPredicted }: { video: Video; au: number; coverage: Coverage; isPredicted: boolean }) {
  const { coded, baseRate: rate } = codedShare(coverage, video, au)
  const text = t.cell(auLabel(au), formatPercent(coded), rate === null ? null : formatPercent(rate), isPredicted)
  return (
    <td className="matrix-au" title={text}>
      <span className={`matrix-box ${coded === 1 ? 'full' : coded > 0 ? 'part' : ''} ${isPredicted ? 'predicted' : ''}`} aria-hidden>
        <span style={{ height: `${Math.max(coded > 0 ? 12 : 0, coded * 100)}%` }} />
      </span>
      <span className="visually-hidden">{text}</span>
    </td>
  )
}

export function SubjectMatrix({ project, videos, subjects, aus, predictedAus, coverage, selected, onSelect }: SubjectMatrixProps) {
  const rows = subjects.flatMap((subject) => {
    const own = videos.filter((video) => video.subjectId === subject.id)
    return own.map((video, index) => ({ video, subject, isFirst: index === 0, count: own.length }))
  })
  const areAllSelected = rows.length > 0 && rows.every(({ video }) => selected.has(video.id))
  const toggle = (id: string): void => {
    const next = new Set(selected)
    if (!next.delete(id)) next.add(id)
    onSelect(next)
  }
  const reviewed = (video: Video): StageState => (video.isReviewed ? 'done' : 'none')
  return (
    <div className="card matrix-card" role="region" aria-label={t.viewMatrix} tabIndex={0}>
      <table className="matrix">
        <thead>
          <tr>
            <th className="tick">
              <input
                type="checkbox"
                aria-label={t.selectAll}
                checked={areAllSelected}
                onChange={() => onSelect(areAllSelected ? new Set() : new Set(rows.map(({ video }) => video.id)))}
              />
            </th>
            <th>{t.columns.subject}</th>
            <th>{t.columns.video}</th>
            <th>{t.columns.states}</th>
            {aus.map((au) => {
              const rate = baseRate(coverage, videos, au)
              return (
                <th key={au} className="matrix-au" scope="col">
                  <button
                    type="button"
                    title={`${auLabel(au)} ${auName(au)}`}
                    aria-label={t.atlasOf(auLabel(au), auName(au))}
                    onClick={() => openAtlas(au)}
                  >
                    {au}
                  </button>
                  <span className="matrix-rate" title={t.baseRate(auLabel(au), rate === null ? null : formatPercent(rate))} aria-hidden>
                    <span style={{ width: `${(rate ?? 0) * 100}%` }} />
                  </span>
                </th>
              )
            })}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ video, subject, isFirst, count }) => (
            <tr key={video.id} aria-selected={selected.has(video.id)} className={isFirst ? 'first' : ''}>
              <td className="tick">
                <input
                  type="checkbox"
                  aria-label={t.selectOne(video.fileName)}
                  checked={selected.has(video.id)}
                  onChange={() => toggle(video.id)}
                />
              </td>
              {isFirst ? (
                <th scope="rowgroup" rowSpan={count} className="matrix-subject truncate" title={subject.code}>
                  {subject.code}
                </th>
              ) : null}
              <td className="matrix-video">
                <Link to={`/project/${project}/video/${video.id}`} className="truncate" title={video.fileName}>
                  {video.fileName}
                </Link>
                <span className="small dim num">
                  {formatDuration(video.durationSeconds)} · {t.frames(formatCount(video.frameCount))}
                </span>
              </td>
              <td>
                {video.isMissing ? (
                  <span className="tag warn">{t.missing}</span>
                ) : (
                  <span className="matrix-states">
                    <StateMark state={video.analysis} label={t.analysedState} isShort />
                    <StateMark state={video.prediction} label={t.predictedState} isShort />
                    <StateMark state={reviewed(video)} label={t.reviewedState} isShort />
                  </span>
                )}
              </td>
              {aus.map((au) => (
                <Cell
                  key={au}
                  video={video}
                  au={au}
                  coverage={coverage}
                  isPredicted={video.prediction !== 'none' && predictedAus.has(au)}
                />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      <p className="matrix-legend small dim">
        <span className="matrix-box" aria-hidden>
          <span />
        </span>
        {t.legend.none}
        <span className="matrix-box predicted" aria-hidden>
          <span />
        </span>
        {t.legend.predicted}
        <span className="matrix-box part" aria-hidden>
          <span style={{ height: '50%' }} />
        </span>
        {t.legend.part}
        <span className="matrix-box full" aria-hidden>
          <span style={{ height: '100%' }} />
        </span>
        {t.legend.full}
        <span className="matrix-rate" aria-hidden>
          <span style={{ width: '40%' }} />
        </span>
        {t.legend.rate}
        <span>{t.legend.states}</span>
      </p>
    </div>
  )
}
