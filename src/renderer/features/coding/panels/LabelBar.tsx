// The bar above the timeline: grades and moves what is selected, accepts predictions, and says what the keys mean at this moment.
import Check from 'lucide-react/icons/check'
import ChevronDown from 'lucide-react/icons/chevron-down'
import Redo2 from 'lucide-react/icons/redo-2'
import Trash2 from 'lucide-react/icons/trash-2'
import Undo2 from 'lucide-react/icons/undo-2'
import X from 'lucide-react/icons/x'
import ZoomIn from 'lucide-react/icons/zoom-in'
import ZoomOut from 'lucide-react/icons/zoom-out'
import Maximize2 from 'lucide-react/icons/maximize-2'
import { auLabel, auName, INTENSITIES, SIDES } from '@shared/facs'
import { LABEL_STATES, type LabelSpan } from '@shared/labels'
import type { HistoryState } from '@shared/contract/coding'
import { DropdownMenu } from 'radix-ui'
import { useEffect, useState } from 'react'
import { strings } from '../../../app/strings'
import { Button, IconButton } from '../../../ui/Button'
import { formatTime } from '../../../ui/format'
import { MenuContent, MenuItem } from '../../../ui/Menu'
import { notify } from '../../../ui/notify'
import { useCoding, type LaneId } from '../codingStore'
import { spanSeconds, type FrameTable } from '../frames/frameTable'
import type { ActionId } from '../keyboard/keymap'
import type { LabelActions } from '../labels/useLabels'

const t = strings.coding

interface LabelBarProps {
  aus: readonly number[]
  table: FrameTable
  labels: readonly LabelSpan[]
  actions: LabelActions
  canChange: boolean
  hasPredictions: boolean
  modelId: string | undefined
  history: HistoryState | undefined
  run(action: ActionId): void
  keyOf(action: ActionId): string
}

function NoteField({ label, actions, canChange }: { label: LabelSpan; actions: LabelActions; canChange: boolean }) {
  const [text, setText] = useState(label.note ?? '')
  useEffect(() => setText(label.note ?? ''), [label.id, label.note])
  const save = (): void => {
    if (text.trim() !== (label.note ?? '')) void actions.change(label.id, { note: text.trim() === '' ? null : text.trim() })
  }
  return (
    <input
      className="input small note-input"
      aria-label={t.note}
      placeholder={t.notePlaceholder}
      value={text}
      disabled={!canChange}
      onChange={(event) => setText(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => event.key === 'Enter' && event.currentTarget.blur()}
    />
  )
}

function SelectedLabels({
  aus,
  chosen,
  table,
  actions,
  canChange,
  keyOf,
  run,
}: { chosen: readonly LabelSpan[] } & Omit<LabelBarProps, 'labels' | 'history' | 'hasPredictions' | 'modelId'>) {
  const ids = chosen.map((label) => label.id)
  const one = chosen.length === 1 ? chosen[0] : undefined
  const same = <K extends keyof LabelSpan>(key: K): LabelSpan[K] | undefined =>
    chosen.every((label) => label[key] === chosen[0]?.[key]) ? chosen[0]?.[key] : undefined
  const areAllPresent = chosen.every((label) => label.state === 'present')
  return (
    <>
      <span className="label-facts num">
        <strong>{one ? auLabel(one.au, one.side) : t.selectedLabels(chosen.length)}</strong>
        {one ? (
          <span className="soft">
            {t.selection(
              one.startFrame,
              one.endFrame,
              one.endFrame - one.startFrame + 1,
              formatTime(spanSeconds(table, one.startFrame, one.endFrame)),
            )}
          </span>
        ) : null}
      </span>
      <div className="segmented small" role="group" aria-label={t.columns.label}>
        {LABEL_STATES.map((state) => (
          <button
            key={state}
            type="button"
            aria-pressed={same('state') === state}
            disabled={!canChange}
            onClick={() => void actions.changeAll(ids, { state, ...(state === 'present' ? {} : { intensity: null, apexFrame: null }) })}
          >
            {t.states[state]}
          </button>
        ))}
      </div>
      <div className="segmented small" role="group" aria-label={t.intensity}>
        {INTENSITIES.map((intensity) => (
          <button
            key={intensity}
            type="button"
            aria-pressed={same('intensity') === intensity}
            disabled={!canChange || !areAllPresent}
            onClick={() => void actions.changeAll(ids, { intensity: same('intensity') === intensity ? null : intensity })}
          >
            {intensity}
          </button>
        ))}
      </div>
      {one ? (
        <>
          <div className="segmented small" role="group" aria-label={t.side}>
            {SIDES.map((side) => (
              <button
                key={side}
                type="button"
                aria-pressed={one.side === side}
                aria-label={t.sides[side]}
                disabled={!canChange}
                onClick={() => void actions.change(one.id, { side })}
              >
                {t.sidesShort[side]}
              </button>
            ))}
          </div>
          <Button className="small" tone="quiet" disabled={!canChange || !areAllPresent} title={keyOf('apex')} onClick={() => run('apex')}>
            {one.apexFrame === null ? t.apexHere : t.apexAt(one.apexFrame)}
          </Button>
          <CopyMenu label={one} aus={aus} actions={actions} canChange={canChange} />
          <NoteField label={one} actions={actions} canChange={canChange} />
        </>
      ) : null}
      <IconButton label={t.deleteLabel} keys={keyOf('delete')} className="small" disabled={!canChange} onClick={() => run('delete')}>
        <Trash2 size={14} />
      </IconButton>
    </>
  )
}

/** Copies the selected event to the same frames of another AU or side. */
function CopyMenu({
  label,
  aus,
  actions,
  canChange,
}: {
  label: LabelSpan
  aus: readonly number[]
  actions: LabelActions
  canChange: boolean
}) {
  const copy = (lane: LaneId): void => {
    const { state, intensity, startFrame, endFrame } = label
    void actions.add({ ...lane, state, intensity, startFrame, endFrame }).then((written) => written && notify(t.copied(1)))
  }
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button className="small" tone="quiet" disabled={!canChange}>
          {t.copyTo}
        </Button>
      </DropdownMenu.Trigger>
      <MenuContent>
        <div className="copy-menu">
          {SIDES.filter((side) => side !== label.side).map((side) => (
            <MenuItem key={side} onSelect={() => copy({ au: label.au, side })}>
              {t.copyToSide(t.sides[side])}
            </MenuItem>
          ))}
          {aus
            .filter((au) => au !== label.au)
            .map((au) => (
              <MenuItem key={au} onSelect={() => copy({ au, side: label.side })}>
                {auLabel(au)} {auName(au)}
              </MenuItem>
            ))}
        </div>
      </MenuContent>
    </DropdownMenu.Root>
  )
}

/** What was begun by key, or what the next letters mean. */
function KeyState() {
  const openEvents = useCoding((state) => state.openEvents)
  const chain = useCoding((state) => state.chain)
  if (chain)
    return (
      <span className="key-state">{chain.step === 'intensity' ? t.chainIntensity(auLabel(chain.au)) : t.chainSide(auLabel(chain.au))}</span>
    )
  const open = [...openEvents][0]
  return open ? <span className="key-state">{t.openEvent(auLabel(open[0]), open[1])}</span> : null
}

export function LabelBar(props: LabelBarProps) {
  const { aus, table, labels, actions, canChange, hasPredictions, modelId, history, run, keyOf } = props
  const selectedIds = useCoding((state) => state.selectedIds)
  const selection = useCoding((state) => state.selection)
  const activeLane = useCoding((state) => state.activeLane)
  const isBlind = useCoding((state) => state.isBlind)
  const isCodingByKey = useCoding((state) => state.chain !== null || state.openEvents.size > 0)
  const chosen = labels.filter((label) => selectedIds.includes(label.id))
  const canAccept = canChange && hasPredictions && !isBlind
  return (
    <div className="label-bar" role="toolbar" aria-label={t.columns.label}>
      <IconButton
        label={history?.undo ? t.undo(history.undo.description) : t.nothingToUndo}
        keys={keyOf('undo')}
        className="small"
        disabled={!canChange || !history?.undo}
        onClick={() => run('undo')}
      >
        <Undo2 size={15} />
      </IconButton>
      <IconButton
        label={history?.redo ? t.redo(history.redo.description) : t.nothingToRedo}
        keys={keyOf('redo')}
        className="small"
        disabled={!canChange || !history?.redo}
        onClick={() => run('redo')}
      >
        <Redo2 size={15} />
      </IconButton>
      <span className="bar-line" />
      <KeyState />
      {isCodingByKey ? null : chosen.length > 0 ? (
        <SelectedLabels aus={aus} chosen={chosen} table={table} actions={actions} canChange={canChange} keyOf={keyOf} run={run} />
      ) : selection ? (
        <span className="label-facts num">
          {t.selection(
            selection.startFrame,
            selection.endFrame,
            selection.endFrame - selection.startFrame + 1,
            formatTime(spanSeconds(table, selection.startFrame, selection.endFrame)),
          )}
          <IconButton label={t.clearSelection} className="small" onClick={() => useCoding.getState().patch({ selection: null })}>
            <X size={14} />
          </IconButton>
        </span>
      ) : (
        <span className="dim small truncate">{t.hint}</span>
      )}
      <span className="grow" />
      <DropdownMenu.Root>
        <DropdownMenu.Trigger asChild>
          <Button className="small" disabled={!canAccept} icon={<Check size={14} />} title={t.acceptHint}>
            {t.accept}
            <ChevronDown size={12} aria-hidden />
          </Button>
        </DropdownMenu.Trigger>
        <MenuContent>
          <MenuItem isDisabled={!selection} keys={keyOf('accept')} onSelect={() => run('accept')}>
            {t.acceptSelection}
          </MenuItem>
          <MenuItem onSelect={() => void actions.accept({ span: null, modelId })}>{t.acceptVideo}</MenuItem>
          {activeLane ? (
            <MenuItem onSelect={() => void actions.accept({ span: selection, aus: [activeLane.au], modelId })}>
              {t.acceptAu(auLabel(activeLane.au))}
            </MenuItem>
          ) : null}
          <p className="menu-label">{t.acceptHint}</p>
        </MenuContent>
      </DropdownMenu.Root>
      <IconButton label={t.zoomOut} keys={keyOf('zoomOut')} className="small" onClick={() => run('zoomOut')}>
        <ZoomOut size={15} />
      </IconButton>
      <IconButton label={t.zoomIn} keys={keyOf('zoomIn')} className="small" onClick={() => run('zoomIn')}>
        <ZoomIn size={15} />
      </IconButton>
      <IconButton label={t.zoomAll} keys={keyOf('zoomAll')} className="small" onClick={() => run('zoomAll')}>
        <Maximize2 size={14} />
      </IconButton>
    </div>
  )
}
