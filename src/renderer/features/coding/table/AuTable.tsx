// What is known of each AU in the frame on screen: probability with its threshold, the prediction, the coder's label, trust, and the key.
import { auLabel, auName, auRegion, type FaceRegion } from '@shared/facs'
import type { LabelSpan } from '@shared/labels'
import type { ModelAu } from '@shared/model'
import { memo, useMemo } from 'react'
import { openAtlas } from '../../../app/help'
import { strings } from '../../../app/strings'
import { Tip } from '../../../ui/Tip'
import { TrustMark } from '../../../ui/TrustMark'
import { useCoding } from '../codingStore'
import { labelsAt } from '../labels/labelsAt'
import type { Predictions } from '../videoData'
import './auTable.css'

const t = strings.coding
const REGIONS: readonly FaceRegion[] = ['upper', 'lower', 'other']

interface AuTableProps {
  aus: readonly number[]
  labels: readonly LabelSpan[]
  predictions: Predictions | null
  units: ReadonlyMap<number, ModelAu>
  auKeys: Readonly<Record<number, string>>
  onToggle(au: number): void
  canChange: boolean
}

interface RowProps {
  au: number
  probability: number | null
  unit: ModelAu | undefined
  labels: readonly LabelSpan[]
  isActive: boolean
  isOpen: boolean
  keyLabel: string | undefined
  onToggle(au: number): void
  canChange: boolean
}

const Row = memo(function Row({ au, probability, unit, labels, isActive, isOpen, keyLabel, onToggle, canChange }: RowProps) {
  const isPredicted = probability !== null && unit !== undefined && probability >= unit.threshold
  return (
    <tr
      className={`${isActive ? 'active' : ''} ${isOpen ? 'open' : ''}`}
      onClick={() => useCoding.getState().patch({ activeLane: { au, side: 'both' } })}
    >
      <th scope="row" className="num">
        {au}
      </th>
      <td className="au-name">
        <button
          type="button"
          className="truncate"
          tabIndex={-1}
          title={strings.project.atlasOf(auLabel(au), auName(au))}
          onClick={() => openAtlas(au)}
        >
          {auName(au)}
        </button>
      </td>
      <td className="au-trust">{unit ? <TrustMark trust={unit.trust} /> : null}</td>
      <td className="au-probability">
        {probability === null ? (
          <span className="probability empty" />
        ) : (
          <span
            className={`probability ${isPredicted ? 'over' : ''}`}
            role="img"
            aria-label={`${probability.toFixed(2)}, ${isPredicted ? t.predictedYes : t.predictedNo}`}
            title={`${probability.toFixed(3)} · ${isPredicted ? t.predictedYes : t.predictedNo} (≥ ${unit?.threshold.toFixed(2) ?? '–'})`}
          >
            <span style={{ width: `${probability * 100}%` }} />
            {unit ? <i style={{ left: `${unit.threshold * 100}%` }} /> : null}
          </span>
        )}
      </td>
      <td className="au-label">
        {labels.map((label) => (
          <span
            key={label.id}
            className={`state ${label.state}`}
            title={`${t.states[label.state]} · ${t.sources[label.source]} · ${label.coder}`}
          >
            {label.side === 'both' ? '' : t.sidesShort[label.side]}
            {label.state === 'present' ? (label.intensity ?? t.stateShort.present) : t.stateShort[label.state]}
          </span>
        ))}
      </td>
      <td className="au-key">
        {keyLabel ? (
          <button
            type="button"
            tabIndex={-1}
            disabled={!canChange}
            aria-label={`${t.columns.key} ${keyLabel}, AU ${au}`}
            aria-pressed={isOpen}
            onClick={() => onToggle(au)}
          >
            {keyLabel}
          </button>
        ) : null}
      </td>
    </tr>
  )
})

export function AuTable({ aus, labels, predictions, units, auKeys, onToggle, canChange }: AuTableProps) {
  const frame = useCoding((state) => state.frame)
  const coder = useCoding((state) => state.coder)
  const isBlind = useCoding((state) => state.isBlind)
  const activeAu = useCoding((state) => state.activeLane?.au ?? null)
  const openEvents = useCoding((state) => state.openEvents)
  const here = useMemo(() => labelsAt(labels, frame, coder), [labels, frame, coder])
  const columnOf = useMemo(() => new Map(predictions?.aus.map((au, index) => [au, index])), [predictions])
  const probability = (au: number): number | null => {
    const column = columnOf.get(au)
    if (isBlind || !predictions || column === undefined || frame < 0) return null
    const value = predictions.values[frame * predictions.aus.length + column]
    return value === undefined || Number.isNaN(value) ? null : value
  }
  return (
    <div className="au-table" tabIndex={0} role="region" aria-label={t.table}>
      <table>
        <colgroup>
          <col style={{ width: 34 }} />
          <col />
          <col style={{ width: 20 }} />
          <col style={{ width: 84 }} />
          <col style={{ width: 46 }} />
          <col style={{ width: 32 }} />
        </colgroup>
        <thead className="visually-hidden">
          <tr>
            <th scope="col">{t.columns.au}</th>
            <th scope="col">{strings.home.name}</th>
            <th scope="col">{strings.models.trust}</th>
            <th scope="col">{t.columns.probability}</th>
            <th scope="col">{t.columns.label}</th>
            <th scope="col">{t.columns.key}</th>
          </tr>
        </thead>
        {REGIONS.map((region) => {
          const inRegion = aus.filter((au) => auRegion(au) === region)
          if (inRegion.length === 0) return null
          return (
            <tbody key={region}>
              <tr className="region">
                <th colSpan={6} scope="rowgroup">
                  {t.regions[region]}
                </th>
              </tr>
              {inRegion.map((au) => (
                <Row
                  key={au}
                  au={au}
                  probability={probability(au)}
                  unit={isBlind ? undefined : units.get(au)}
                  labels={here.get(au) ?? NO_LABELS}
                  isActive={activeAu === au}
                  isOpen={openEvents.has(au)}
                  keyLabel={auKeys[au]?.toUpperCase()}
                  onToggle={onToggle}
                  canChange={canChange}
                />
              ))}
            </tbody>
          )
        })}
      </table>
      {!predictions && !isBlind ? (
        <Tip text={t.nothingPredictedText}>
          <p className="au-none small" tabIndex={0}>
            {t.nothingPredicted}
          </p>
        </Tip>
      ) : null}
    </div>
  )
}

const NO_LABELS: readonly LabelSpan[] = []
