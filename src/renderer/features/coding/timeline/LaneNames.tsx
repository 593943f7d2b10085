// The names of the lanes; a click chooses the lane.
import { auLabel, auName } from '@shared/facs'
import { memo } from 'react'
import { openAtlas } from '../../../app/help'
import { strings } from '../../../app/strings'
import { useCoding } from '../codingStore'
import { laneKey, type Lane } from './lanes'

export const LaneNames = memo(function LaneNames({ lanes, laneHeight }: { lanes: readonly Lane[]; laneHeight: number }) {
  const activeKey = useCoding((state) => (state.activeLane ? laneKey(state.activeLane) : null))
  return (
    <ul className="lane-names" aria-label={strings.coding.timeline}>
      {lanes.map((lane) => (
        <li key={lane.key} style={{ height: laneHeight }}>
          <button
            type="button"
            className={`lane-name ${lane.key === activeKey ? 'active' : ''}`}
            tabIndex={-1}
            title={strings.help.laneHint(auLabel(lane.au, lane.side), auName(lane.au))}
            onClick={() => useCoding.getState().patch({ activeLane: { au: lane.au, side: lane.side } })}
            onDoubleClick={() => openAtlas(lane.au)}
          >
            <span className="mono">{auLabel(lane.au, lane.side)}</span>
            <span className="truncate small">{auName(lane.au)}</span>
          </button>
        </li>
      ))}
    </ul>
  )
})
