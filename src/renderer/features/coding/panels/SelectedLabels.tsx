// What can be done with the selected events: state, intensity, side, apex, copies, note, deletion.
import Trash2 from 'lucide-react/icons/trash-2'
import { auLabel, auName, INTENSITIES, SIDES } from '@shared/facs'
import { LABEL_STATES, type LabelSpan } from '@shared/labels'
import { DropdownMenu } from 'radix-ui'
import { useEffect, useState } from 'react'
import { strings } from '../../../app/strings'
import { Button, IconButton } from '../../../ui/Button'
import { MenuContent, MenuItem } from '../../../ui/Menu'
import { notify } from '../../../ui/notify'
import { useCoding, type LaneId } from '../codingStore'
import { spanSeconds, type FrameTable } from '../frames/frameTable'
import type { ActionId } from '../keyboard/keymap'
import type { LabelActions, LabelPatch } from '../labels/useLabels'

const t = strings.coding

interface SelectedLabelsProps {
  chosen: readonly LabelSpan[]
  aus: readonly number[]
  table: FrameTable
  actions: LabelActions
  canChange: boolean
  run(action: ActionId): void
  keyOf(action: ActionId): string
}

export function SelectedLabels({ chosen, aus, table, actions, canChange: canWrite, run, keyOf }: SelectedLabelsProps) {
  const coder = useCoding((state) => state.coder.trim())
  // What another coder has said is looked at, and may be copied into one's own track.
  const canChange = canWrite && chosen.every((label) => label.coder === coder)
  const changeAll = (patch: LabelPatch): void => void actions.changeAll(chosen.map(({ id }) => ({ labelId: id, ...patch })))
  const one = chosen.length === 1 ? chosen[0] : undefined
  const same = <K extends keyof LabelSpan>(key: K): LabelSpan[K] | undefined =>
    chosen.every((label) => label[key] === chosen[0]?.[key]) ? chosen[0]?.[key] : undefined
  const areAllPresent = chosen.every((label) => label.state === 'present')
  return (
    <>
      <span className="label-facts lines num">
        {one ? (
          <>
            <span>
              <strong>{auLabel(one.au, one.side)}</strong> <span>{t.framesShort(one.startFrame, one.endFrame)}</span>
            </span>
            <span className="soft" title={one.createdAt}>
              {t.lasting(one.endFrame - one.startFrame + 1, spanSeconds(table, one.startFrame, one.endFrame))} · {t.sources[one.source]}
              {one.coder === coder ? '' : ` · ${one.coder}`}
            </span>
          </>
        ) : (
          <strong>{t.selectedLabels(chosen.length)}</strong>
        )}
      </span>
      <div className="segmented small" role="group" aria-label={t.columns.label}>
        {LABEL_STATES.map((state) => (
          <button
            key={state}
            type="button"
            aria-pressed={same('state') === state}
            aria-label={t.states[state]}
            title={t.states[state]}
            disabled={!canChange}
            onClick={() => changeAll({ state, ...(state === 'present' ? {} : { intensity: null, apexFrame: null }) })}
          >
            {t.stateWords[state]}
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
            onClick={() => changeAll({ intensity: same('intensity') === intensity ? null : intensity })}
          >
            {intensity}
          </button>
        ))}
      </div>
      <div className="segmented small" role="group" aria-label={t.side}>
        {SIDES.map((side) => (
          <button
            key={side}
            type="button"
            aria-pressed={same('side') === side}
            aria-label={t.sides[side]}
            disabled={!canChange}
            onClick={() => changeAll({ side })}
          >
            {t.sidesShort[side]}
          </button>
        ))}
      </div>
      {one ? (
        <Button className="small" tone="quiet" disabled={!canChange || !areAllPresent} title={keyOf('apex')} onClick={() => run('apex')}>
          {one.apexFrame === null ? t.apexHere : t.apexAt(one.apexFrame)}
        </Button>
      ) : null}
      <CopyMenu chosen={chosen} aus={aus} actions={actions} canChange={canWrite} />
      {one ? <NoteField label={one} actions={actions} canChange={canChange} /> : null}
      <IconButton label={t.deleteLabel} keys={keyOf('delete')} className="small" disabled={!canChange} onClick={() => run('delete')}>
        <Trash2 size={14} />
      </IconButton>
    </>
  )
}

/** Copies the selected events to the same frames of another AU or side. */
function CopyMenu({ chosen, aus, actions, canChange }: Pick<SelectedLabelsProps, 'chosen' | 'aus' | 'actions' | 'canChange'>) {
  const copy = async (to: Partial<LaneId>): Promise<void> => {
    const count = await actions.copy(
      chosen.map(({ id }) => id),
      to,
    )
    if (count > 0) notify(t.copied(count))
  }
  const isOnly = (key: 'au' | 'side', value: unknown): boolean => chosen.every((label) => label[key] === value)
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>
        <Button className="small" tone="quiet" disabled={!canChange}>
          {t.copyTo}
        </Button>
      </DropdownMenu.Trigger>
      <MenuContent>
        <div className="copy-menu">
          {SIDES.filter((side) => !isOnly('side', side)).map((side) => (
            <MenuItem key={side} onSelect={() => void copy({ side })}>
              {t.copyToSide(t.sides[side])}
            </MenuItem>
          ))}
          {aus
            .filter((au) => !isOnly('au', au))
            .map((au) => (
              <MenuItem key={au} onSelect={() => void copy({ au })}>
                {auLabel(au)} {auName(au)}
              </MenuItem>
            ))}
        </div>
      </MenuContent>
    </DropdownMenu.Root>
  )
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
