// Where the window was, kept across starts. A place that no display shows any more is forgotten, so the window cannot open out of sight.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'

export interface Rectangle {
  x: number
  y: number
  width: number
  height: number
}

export interface WindowState {
  /** Null lets the system choose the place. */
  bounds: Rectangle | null
  isMaximized: boolean
}

export const MINIMUM_SIZE = { width: 960, height: 640 }
/** Pixels of the window that must be on some display, enough to grasp its title bar. */
const GRASP = { width: 120, height: 40 }

const isRectangle = (value: unknown): value is Rectangle =>
  typeof value === 'object' &&
  value !== null &&
  ['x', 'y', 'width', 'height'].every((field) => Number.isFinite((value as Record<string, unknown>)[field]))

/** Whether enough of the window's upper edge lies on one of the displays' work areas. */
function isReachable(bounds: Rectangle, workAreas: readonly Rectangle[]): boolean {
  return workAreas.some((area) => {
    const across = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x)
    const down = Math.min(bounds.y + GRASP.height, area.y + area.height) - Math.max(bounds.y, area.y)
    return across >= GRASP.width && down >= GRASP.height
  })
}

/** The kept state as far as it can be used with these displays. Never throws: an unreadable file is no state. */
export function readWindowState(file: string, workAreas: readonly Rectangle[]): WindowState {
  try {
    const kept = JSON.parse(readFileSync(file, 'utf8')) as { bounds?: unknown; isMaximized?: unknown }
    const bounds = isRectangle(kept.bounds) ? kept.bounds : null
    const isUsable =
      bounds !== null && bounds.width >= MINIMUM_SIZE.width && bounds.height >= MINIMUM_SIZE.height && isReachable(bounds, workAreas)
    return { bounds: isUsable ? bounds : null, isMaximized: kept.isMaximized === true }
  } catch {
    return { bounds: null, isMaximized: false }
  }
}

/** Writes atomically; a failure is not worth a message. */
export function keepWindowState(file: string, state: WindowState): void {
  try {
    writeFileSync(`${file}.new`, JSON.stringify(state))
    renameSync(`${file}.new`, file)
  } catch {
    // A settings folder that cannot be written to costs the place of the window, nothing else.
  }
}
