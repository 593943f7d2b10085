// All events of one AU as faces side by side, with those that are proposed, so that what does not belong is seen at a glance and put right in one step.
import Check from 'lucide-react/icons/check'
import X from 'lucide-react/icons/x'
import { pictureUrl } from '@shared/dataUrls'
import { auLabel, auName } from '@shared/facs'
import type { LabelSpan } from '@shared/labels'
import { useMemo, useState, type MouseEvent } from 'react'
import { strings } from '../../../app/strings'
import { dataUrl } from '../../../bridge/dataUrl'
import { Button } from '../../../ui/Button'
import { useCoding } from '../codingStore'
import { FacePicture } from '../stage/FacePicture'
import { chooseInSheet, sheetOf } from './contactSheet'
import type { AuProposal } from './proposalList'

const t = strings.assist

export interface EventsTabProps {
  project: string
  videoId: string
  labels: readonly LabelSpan[]
  aus: readonly number[]
  /** Open proposals of all AUs; none while coding blind. */
  proposals: readonly AuProposal[]
  canChange: boolean
  onShow(label: LabelSpan): void
  onShowProposal(proposal: AuProposal): void
  /** Takes proposals as one step. */
  onAccept(proposals: readonly AuProposal[]): void
  /** Labels the AU absent where they were proposed, as one step. */
  onReject(proposals: readonly AuProposal[]): void
  /** Takes what another coder has said into one's own track, as one step. */
  onTakeOver(labelIds: readonly string[]): void
}

const NONE: ReadonlySet<string> = new Set()

export function EventsTab(props: EventsTabProps) {
  const { project, videoId, labels, aus, proposals, canChange, onShow, onShowProposal, onAccept, onReject, onTakeOver } = props
  const lane = useCoding((state) => state.activeLane)
  const coder = useCoding((state) => state.coder.trim())
  const isBlind = useCoding((state) => state.isBlind)
  const selectedIds = useCoding((state) => state.selectedIds)
  /** Proposals have no labels to select; they are remembered by key, and those that are gone do not count. */
  const [chosenKeys, setChosenKeys] = useState(NONE)
  const [anchor, setAnchor] = useState<string | null>(null)
  const au = lane?.au ?? aus[0]
  const items = useMemo(
    () => (au === undefined ? [] : sheetOf(labels, isBlind ? [] : proposals, au, isBlind ? coder : null)),
    [labels, proposals, au, isBlind, coder],
  )
  const chosen = items.filter(({ id, proposal }) => (proposal ? chosenKeys.has(id) : selectedIds.includes(id)))
  const chosenProposals = chosen.flatMap(({ proposal }) => proposal ?? [])
  const othersIds = chosen.flatMap(({ label }) => (label && label.coder !== coder ? [label.id] : []))
  if (au === undefined) return null

  const choose = (event: MouseEvent, id: string): void => {
    const isMany = event.ctrlKey || event.metaKey || event.shiftKey
    const now = new Set(chosen.map((item) => item.id))
    const next = chooseInSheet(items, now, anchor, id, event.shiftKey ? 'range' : isMany ? 'toggle' : 'only')
    if (!event.shiftKey) setAnchor(id)
    const item = items.find((one) => one.id === id)
    if (!isMany) {
      if (item?.proposal) onShowProposal(item.proposal)
      else if (item?.label) onShow(item.label)
    }
    setChosenKeys(new Set(items.filter((one) => one.proposal && next.has(one.id)).map((one) => one.id)))
    useCoding.getState().patch({ selectedIds: items.filter((one) => one.label && next.has(one.id)).map((one) => one.id), chain: null })
  }
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
        <span className="small dim num">
          {t.eventCount(items.filter(({ label }) => label).length)}
          {chosen.length > 0 ? ` · ${t.chosenCount(chosen.length)}` : ''}
        </span>
        {items.length > 1 && chosen.length < 2 ? <span className="small dim">{t.sheetHint}</span> : null}
        {chosenProposals.length > 0 || othersIds.length > 0 ? (
          <div className="row wrap">
            {chosenProposals.length > 0 ? (
              <>
                <Button className="small" disabled={!canChange} icon={<Check size={13} />} onClick={() => onAccept(chosenProposals)}>
                  {t.acceptAll(chosenProposals.length)}
                </Button>
                <Button
                  className="small"
                  tone="quiet"
                  disabled={!canChange}
                  icon={<X size={13} />}
                  onClick={() => onReject(chosenProposals)}
                >
                  {t.rejectAll(chosenProposals.length)}
                </Button>
              </>
            ) : null}
            {othersIds.length > 0 ? (
              <Button className="small" disabled={!canChange} onClick={() => onTakeOver(othersIds)}>
                {t.takeOver(othersIds.length)}
              </Button>
            ) : null}
          </div>
        ) : null}
      </div>
      {items.length === 0 ? <p className="assist-note soft">{t.noEvents}</p> : null}
      <ul className="contact-sheet">
        {items.map(({ id, frame, startFrame, endFrame, label, proposal }) => (
          <li key={id}>
            <button
              type="button"
              className={proposal ? 'proposed' : ''}
              aria-pressed={chosen.some((one) => one.id === id)}
              onClick={(event) => choose(event, id)}
            >
              <FacePicture
                src={dataUrl(pictureUrl(project, videoId, frame, 'crop', 160))}
                alt={t.eventAt(auLabel(au, label?.side ?? 'both'), startFrame, endFrame)}
              />
              <span className="small num spread">
                <span>{t.frames(startFrame, endFrame)}</span>
                <strong>
                  {label?.intensity ?? ''}
                  {!label || label.side === 'both' ? '' : strings.coding.sidesShort[label.side]}
                </strong>
              </span>
              <span className="small dim truncate">{label ? label.coder : t.proposed}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
