// The bar above the timeline: what is selected, accepting predictions, and the view. What can be done with selected events is in SelectedLabels.tsx.
import Check from 'lucide-react/icons/check'
import ChevronDown from 'lucide-react/icons/chevron-down'
import Focus from 'lucide-react/icons/focus'
import Maximize2 from 'lucide-react/icons/maximize-2'
import Redo2 from 'lucide-react/icons/redo-2'
import Spline from 'lucide-react/icons/spline'
import Undo2 from 'lucide-react/icons/undo-2'
import X from 'lucide-react/icons/x'
import ZoomIn from 'lucide-react/icons/zoom-in'
import ZoomOut from 'lucide-react/icons/zoom-out'
import { auLabel } from '@shared/facs'
import type { LabelSpan } from '@shared/labels'
import type { HistoryState } from '@shared/contract/coding'
import { DropdownMenu } from 'radix-ui'
import { strings } from '../../../app/strings'
import { Button, IconButton } from '../../../ui/Button'
import { formatTime } from '../../../ui/format'
import { MenuContent, MenuItem } from '../../../ui/Menu'
import { useCoding } from '../codingStore'
import { spanSeconds, type FrameTable } from '../frames/frameTable'
import type { ActionId } from '../keyboard/keymap'
import type { LabelActions } from '../labels/useLabels'
import { KeyState } from './KeyState'
import { SelectedLabels } from './SelectedLabels'

const t = strings.coding

interface LabelBarProps {
  aus: readonly number[]
  table: FrameTable
  labels: readonly LabelSpan[]
  actions: LabelActions
  canChange: boolean
  hasPredictions: boolean
  modelId: string | undefined
  /** Whether the subject has a neutral face to measure from. */
  hasNeutral: boolean
  history: HistoryState | undefined
  run(action: ActionId): void
  keyOf(action: ActionId): string
}

export function LabelBar(props: LabelBarProps) {
  const { aus, table, labels, actions, canChange, hasPredictions, modelId, hasNeutral, history, run, keyOf } = props
  const selectedIds = useCoding((state) => state.selectedIds)
  const selection = useCoding((state) => state.selection)
  const activeLane = useCoding((state) => state.activeLane)
  const isBlind = useCoding((state) => state.isBlind)
  const isCorrectedShown = useCoding((state) => state.isCorrectedShown)
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
      <DropdownMenu.Root modal={false}>
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
      <IconButton
        label={hasNeutral ? t.correctedHint : t.correctedNeedsNeutral}
        className="small"
        isPressed={isCorrectedShown && hasNeutral}
        disabled={!hasNeutral || !hasPredictions || isBlind}
        aria-label={t.corrected}
        onClick={() => useCoding.getState().patch({ isCorrectedShown: !isCorrectedShown })}
      >
        <Spline size={15} />
      </IconButton>
      <span className="bar-line" />
      <IconButton label={t.zoomOut} keys={keyOf('zoomOut')} className="small" onClick={() => run('zoomOut')}>
        <ZoomOut size={15} />
      </IconButton>
      <IconButton label={t.zoomIn} keys={keyOf('zoomIn')} className="small" onClick={() => run('zoomIn')}>
        <ZoomIn size={15} />
      </IconButton>
      <IconButton
        label={t.zoomSelection}
        keys={keyOf('zoomSelection')}
        className="small"
        disabled={!selection && chosen.length === 0}
        onClick={() => run('zoomSelection')}
      >
        <Focus size={14} />
      </IconButton>
      <IconButton label={t.zoomAll} keys={keyOf('zoomAll')} className="small" onClick={() => run('zoomAll')}>
        <Maximize2 size={14} />
      </IconButton>
    </div>
  )
}
