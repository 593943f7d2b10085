// What stands in a cell of the table of frames, and how it looks. Pure.
import { strings } from '../../../app/strings'
import { figureText } from '../../../ui/figureText'
import { formatCount, formatTime } from '../../../ui/format'
import type { FrameColumns, SortKey } from './frameColumns'

const t = strings.coding

export interface Cell {
  text: string
  /** Strong: predicted or coded present; warn: not to be trusted. A mark or word in the text says the same. */
  look: 'plain' | 'strong' | 'warn'
}

export function cellOf(columns: FrameColumns, key: SortKey, frame: number): Cell {
  const face = columns.face(frame)
  const au = Number(key.slice(1))
  switch (key) {
    case 'frame':
      return { text: `${formatCount(frame)}  ${formatTime(columns.seconds(frame))}`, look: 'plain' }
    case 'trusted':
      return { text: t.trustReasons[face?.trust ?? 'no-face'], look: columns.isTrusted(frame) ? 'plain' : 'warn' }
    case 'pitch':
    case 'yaw':
    case 'roll':
      // Adding 0 makes a rounded -0 a plain 0.
      return { text: face ? `${figureText(columns.angle(frame, key), 0)}°` : '–', look: 'plain' }
  }
  if (key.startsWith('p')) {
    const value = columns.probability(frame, au)
    const isPredicted = columns.isPredicted(frame, au)
    return { text: Number.isNaN(value) ? '–' : `${isPredicted ? '● ' : ''}${value.toFixed(2)}`, look: isPredicted ? 'strong' : 'plain' }
  }
  const state = columns.state(frame, au)
  const intensity = ' ABCDE'[columns.intensity(frame, au)]?.trim()
  return {
    text: state === null ? '' : state === 'present' && intensity ? intensity : t.stateShort[state],
    look: state === 'present' ? 'strong' : 'plain',
  }
}
