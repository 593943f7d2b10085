// All events of one AU as faces side by side, so that what does not belong is seen at a glance.
import { pictureUrl } from '@shared/dataUrls'
import { auLabel, auName } from '@shared/facs'
import type { LabelSpan } from '@shared/labels'
import { useMemo } from 'react'
import { strings } from '../../../app/strings'
import { dataUrl } from '../../../bridge/dataUrl'
import { useCoding } from '../codingStore'

const t = strings.assist

export interface EventsTabProps {
  project: string
  videoId: string
  labels: readonly LabelSpan[]
  aus: readonly number[]
  onShow(label: LabelSpan): void
}

const middle = (label: LabelSpan): number => label.apexFrame ?? Math.floor((label.startFrame + label.endFrame) / 2)

export function EventsTab({ project, videoId, labels, aus, onShow }: EventsTabProps) {
  const lane = useCoding((state) => state.activeLane)
  const coder = useCoding((state) => state.coder)
  const isBlind = useCoding((state) => state.isBlind)
  const selectedIds = useCoding((state) => state.selectedIds)
  const au = lane?.au ?? aus[0]
  const shown = useMemo(
    () =>
      labels
        .filter((label) => label.au === au && label.state === 'present' && (!isBlind || label.coder === coder))
        .sort((a, b) => a.startFrame - b.startFrame),
    [labels, au, isBlind, coder],
  )
  if (au === undefined) return null
  return (
    <>
      <div className="queue-head">
        <select
          className="input small"
          aria-label={strings.coding.columns.au}
          value={au}
          onChange={(event) => useCoding.getState().patch({ activeLane: { au: Number(event.target.value), side: 'both' } })}
        >
          {aus.map((other) => (
            <option key={other} value={other}>
              {auLabel(other)} {auName(other)}
            </option>
          ))}
        </select>
        <span className="small dim num">{t.eventCount(shown.length)}</span>
      </div>
      {shown.length === 0 ? <p className="assist-note soft">{t.noEvents}</p> : null}
      <ul className="contact-sheet">
        {shown.map((label) => (
          <li key={label.id}>
            <button type="button" aria-pressed={selectedIds.includes(label.id)} onClick={() => onShow(label)}>
              <img
                src={dataUrl(pictureUrl(project, videoId, middle(label), 'crop', 160))}
                alt={t.eventAt(auLabel(label.au, label.side), label.startFrame, label.endFrame)}
                loading="lazy"
                decoding="async"
              />
              <span className="small num spread">
                <span>{t.frames(label.startFrame, label.endFrame)}</span>
                <strong>
                  {label.intensity ?? ''}
                  {label.side === 'both' ? '' : strings.coding.sidesShort[label.side]}
                </strong>
              </span>
              <span className="small dim truncate">{label.coder}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
