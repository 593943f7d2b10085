// Proposed events of this video: how they are found, previewed as the numbers change, and taken over one by one, in a span, or all at once.
import Check from 'lucide-react/icons/check'
import SlidersHorizontal from 'lucide-react/icons/sliders-horizontal'
import X from 'lucide-react/icons/x'
import { auLabel, auName } from '@shared/facs'
import { DEFAULT_PROPOSALS, type ProposalSettings } from '@shared/proposals'
import { Popover } from 'radix-ui'
import { useId } from 'react'
import { strings } from '../../../app/strings'
import { Button, IconButton } from '../../../ui/Button'
import { Loading } from '../../../ui/EmptyState'
import { SwitchField } from '../../../ui/Field'
import { useCoding } from '../codingStore'
import { useAssist } from './assistStore'
import type { AuProposal } from './proposalList'

const t = strings.assist

export interface ProposalsTabProps {
  open: readonly AuProposal[]
  hasPredictions: boolean
  /** They are not here yet, if there are any. */
  isLoadingPredictions: boolean
  canChange: boolean
  onShow(proposal: AuProposal): void
  onAccept(proposals: readonly AuProposal[]): void
  onReject(proposals: readonly AuProposal[]): void
  /** Takes the given proposals and labels the rest of the trusted frames absent. */
  onComplete(proposals: readonly AuProposal[]): void
}

/** Longest list drawn; the rest is counted. */
const MAX_ROWS = 300

function Slider({
  label,
  value,
  min,
  max,
  step,
  unit,
  onChange,
}: {
  label: string
  value: number
  min: number
  max: number
  step: number
  unit: string
  onChange(value: number): void
}) {
  const id = useId()
  return (
    <div className="slider">
      <label htmlFor={id} className="small soft">
        {label}
      </label>
      <input
        id={id}
        type="range"
        min={min}
        max={max}
        step={step}
        value={value}
        onChange={(event) => onChange(Number(event.target.value))}
      />
      <span className="small num">
        {value.toFixed(step < 0.1 ? 2 : 1)} {unit}
      </span>
    </div>
  )
}

function HowFound() {
  const { settings, minConfidence, hasUntrustedAus, isShownOnTimeline, patch } = useAssist()
  const change = (part: Partial<ProposalSettings>): void => patch({ settings: { ...settings, ...part } })
  return (
    <Popover.Root>
      <Popover.Anchor asChild>
        <div className="how-found">
          <Slider
            label={t.minConfidence}
            value={minConfidence}
            min={0}
            max={0.95}
            step={0.05}
            unit=""
            onChange={(value) => patch({ minConfidence: value })}
          />
          <Popover.Trigger asChild>
            <Button className="small" tone="quiet" icon={<SlidersHorizontal size={13} />}>
              {t.howFound}
            </Button>
          </Popover.Trigger>
          <SwitchField label={t.untrustedAus} isOn={hasUntrustedAus} onChange={(isOn) => patch({ hasUntrustedAus: isOn })} />
          <SwitchField label={t.onTimeline} isOn={isShownOnTimeline} onChange={(isOn) => patch({ isShownOnTimeline: isOn })} />
        </div>
      </Popover.Anchor>
      <Popover.Portal>
        {/* Beside the list and above the lanes, where what a number changes is seen at once. */}
        <Popover.Content
          className="menu how-found-menu"
          side="right"
          align="start"
          sideOffset={10}
          collisionPadding={8}
          aria-label={t.howFound}
        >
          <Slider
            label={t.smoothing}
            value={settings.smoothSeconds}
            min={0}
            max={1}
            step={0.04}
            unit="s"
            onChange={(smoothSeconds) => change({ smoothSeconds })}
          />
          <Slider
            label={t.minLength}
            value={settings.minSeconds}
            min={0}
            max={1}
            step={0.04}
            unit="s"
            onChange={(minSeconds) => change({ minSeconds })}
          />
          <Slider
            label={t.joinGaps}
            value={settings.mergeSeconds}
            min={0}
            max={1}
            step={0.04}
            unit="s"
            onChange={(mergeSeconds) => change({ mergeSeconds })}
          />
          <Slider
            label={t.peakFactor}
            value={settings.peakFactor}
            min={0.5}
            max={2}
            step={0.05}
            unit="×"
            onChange={(peakFactor) => change({ peakFactor })}
          />
          <Slider
            label={t.lowFactor}
            value={settings.lowFactor}
            min={0.3}
            max={1}
            step={0.05}
            unit="×"
            onChange={(lowFactor) => change({ lowFactor })}
          />
          <Slider
            label={t.edgeShare}
            value={settings.edgeShare}
            min={0.1}
            max={0.9}
            step={0.05}
            unit=""
            onChange={(edgeShare) => change({ edgeShare })}
          />
          <Button className="small" tone="quiet" onClick={() => patch({ settings: DEFAULT_PROPOSALS })}>
            {t.resetSettings}
          </Button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  )
}

export function ProposalsTab({
  open,
  hasPredictions,
  isLoadingPredictions,
  canChange,
  onShow,
  onAccept,
  onReject,
  onComplete,
}: ProposalsTabProps) {
  const selection = useCoding((state) => state.selection)
  const isBlind = useCoding((state) => state.isBlind)
  const selectedKey = useAssist((state) => state.selectedKey)
  if (isBlind) return <p className="assist-note soft">{t.queueBlind}</p>
  if (!hasPredictions && isLoadingPredictions) return <Loading label={strings.app.loading} />
  if (!hasPredictions) return <p className="assist-note soft">{strings.coding.nothingPredictedText}</p>
  const inSelection = selection
    ? open.filter((event) => event.startFrame <= selection.endFrame && event.endFrame >= selection.startFrame)
    : []
  return (
    <>
      <HowFound />
      <div className="row wrap proposal-actions">
        <Button className="small" disabled={!canChange || open.length === 0} onClick={() => onAccept(open)}>
          {t.acceptAll(open.length)}
        </Button>
        {selection ? (
          <Button className="small" disabled={!canChange || inSelection.length === 0} onClick={() => onAccept(inSelection)}>
            {t.acceptInSelection(inSelection.length)}
          </Button>
        ) : null}
        {selection ? (
          <Button className="small" tone="quiet" disabled={!canChange || inSelection.length === 0} onClick={() => onReject(inSelection)}>
            {t.rejectInSelection(inSelection.length)}
          </Button>
        ) : null}
        <Button className="small" tone="quiet" title={t.completeHint} disabled={!canChange} onClick={() => onComplete(open)}>
          {t.complete}
        </Button>
      </div>
      {open.length === 0 ? <p className="assist-note soft">{t.noProposals}</p> : null}
      <ul className="proposal-list">
        {open.slice(0, MAX_ROWS).map((event) => (
          <li key={event.key} className={event.key === selectedKey ? 'chosen' : ''}>
            <button type="button" className="proposal" aria-pressed={event.key === selectedKey} onClick={() => onShow(event)}>
              <span className="mono" title={auName(event.au)}>
                {auLabel(event.au)}
              </span>
              <span className="small soft num">{t.frames(event.startFrame, event.endFrame)}</span>
              <span className="confidence" title={`${t.confidence} ${event.confidence.toFixed(2)}`}>
                <span style={{ width: `${event.confidence * 100}%` }} />
              </span>
            </button>
            <IconButton label={t.acceptOne} className="small" disabled={!canChange} onClick={() => onAccept([event])}>
              <Check size={14} />
            </IconButton>
            <IconButton label={t.rejectOne} className="small" disabled={!canChange} onClick={() => onReject([event])}>
              <X size={14} />
            </IconButton>
          </li>
        ))}
      </ul>
      {open.length > MAX_ROWS ? <p className="assist-note dim small">{t.andMore(open.length - MAX_ROWS)}</p> : null}
    </>
  )
}
