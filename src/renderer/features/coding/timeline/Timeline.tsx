// The timeline: overview, ruler and lanes one above the other, the lanes' names and the coders beside them. Drawing is in paint/, the pointer in useGestures.ts.
import type { Bookmark } from '@shared/coding'
import { useEffect, useRef, useState } from 'react'
import { strings } from '../../../app/strings'
import type { ProposalState } from '../assist/useProposals'
import { useCoding, type FrameSpan } from '../codingStore'
import type { FramePlayer } from '../frames/framePlayer'
import type { FrameTable } from '../frames/frameTable'
import type { LabelActions } from '../labels/useLabels'
import { CoderLegend } from './CoderLegend'
import { LaneNames } from './LaneNames'
import { laneKey, type Lane } from './lanes'
import { LanesView } from './LanesView'
import { Overview } from './Overview'
import { useColours } from './paint/colours'
import type { CoderLook, Curve } from './paint/lanesPicture'
import { Ruler } from './Ruler'
import './timeline.css'
import { useSize } from './useCanvas'

export interface TimelineProps {
  table: FrameTable
  lanes: readonly Lane[]
  curves: ReadonlyMap<number, Curve>
  looks: ReadonlyMap<string, CoderLook>
  /** Coders of this video beside the one of the window. */
  others: readonly string[]
  player: FramePlayer | null
  actions: LabelActions
  canChange: boolean
  proposals: ProposalState
  bookmarks: readonly Bookmark[]
  /** Segments that the review queue asks about in this video. */
  queued: readonly FrameSpan[]
}

const OVERVIEW_HEIGHT = 34
const RULER_HEIGHT = 32

export function Timeline(props: TimelineProps) {
  const { table, lanes, curves, looks, others, player, bookmarks, queued } = props
  const colours = useColours()
  const scroller = useRef<HTMLDivElement>(null)
  const viewport = useRef<HTMLDivElement>(null)
  const size = useSize(viewport)
  const [scrollTop, setScrollTop] = useState(0)
  const laneHeight = useCoding((state) => state.laneHeight)
  const activeKey = useCoding((state) => (state.activeLane ? laneKey(state.activeLane) : null))

  // A lane that was chosen by key is brought into sight. Asking where the lanes stand makes the browser lay the page out, so an edit must not.
  const activeIndex = lanes.findIndex((lane) => lane.key === activeKey)
  useEffect(() => {
    const element = scroller.current
    if (activeIndex < 0 || !element) return
    const top = activeIndex * laneHeight
    if (top < element.scrollTop) element.scrollTop = top
    else if (top + laneHeight > element.scrollTop + element.clientHeight) element.scrollTop = top + laneHeight - element.clientHeight
  }, [activeIndex, laneHeight])

  // Overview and ruler are exactly as wide as the lanes, whatever the scroll bar takes.
  const head = { gridTemplateColumns: `var(--lane-names) ${size.width}px`, gridTemplateRows: `${OVERVIEW_HEIGHT}px ${RULER_HEIGHT}px` }
  return (
    <section className="timeline" aria-label={strings.coding.timeline}>
      <div className="timeline-head" style={head}>
        <CoderLegend looks={looks} others={others} />
        <Overview lanes={lanes} curves={curves} queued={queued} bookmarks={bookmarks} colours={colours} player={player} />
        <Ruler table={table} colours={colours} player={player} bookmarks={bookmarks} />
      </div>
      <div ref={scroller} className="lanes-scroll" onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}>
        <div className="lanes-inner" style={{ height: lanes.length * laneHeight }}>
          <LaneNames lanes={lanes} laneHeight={laneHeight} />
          <LanesView {...props} viewport={viewport} size={size} scrollTop={scrollTop} colours={colours} />
        </div>
      </div>
    </section>
  )
}
