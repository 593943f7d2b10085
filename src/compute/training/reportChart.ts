// Charts as SVG text, for pages without scripts: lines over epochs, and figures with their intervals. Colours are the page's, so they suit light and dark.
import { auLabel } from '@shared/facs'
import type { ModelFigures } from '@shared/figures'
import { escaped } from './reportText'

export interface ChartLine {
  label: string
  points: { x: number; y: number }[]
}

const WIDTH = 440
const HEIGHT = 180
const LEFT = 46
const RIGHT = 10
const TOP = 24
const BOTTOM = 26
/** Okabe and Ito's palette, told apart by colour-blind readers too; dashes are the second sign. */
const COLOURS = 7
const DASHES = ['', '6 3', '2 3', '8 3 2 3']

const strokeOf = (line: number): string =>
  `style="stroke:var(--c${line % COLOURS})" stroke-dasharray="${DASHES[Math.floor(line / COLOURS) % DASHES.length]}"`

/** @param range of the y axis; from the data when absent */
export function lineChart(title: string, lines: readonly ChartLine[], range?: { from: number; to: number }): string {
  const points = lines.flatMap((line) => line.points)
  if (points.length === 0)
    return `<svg viewBox="0 0 ${WIDTH} 44" role="img"><text x="0" y="13" font-size="12" font-weight="600">${title}</text><text class="soft" x="0" y="32" font-size="12">Nothing was recorded.</text></svg>`
  const xs = points.map(({ x }) => x)
  const ys = points.map(({ y }) => y)
  const x0 = Math.min(...xs)
  const x1 = Math.max(...xs, x0 + 1)
  const y0 = range?.from ?? Math.min(...ys)
  const y1 = range?.to ?? Math.max(...ys, y0 + 1e-6)
  const px = (x: number): number => LEFT + ((x - x0) / (x1 - x0)) * (WIDTH - LEFT - RIGHT)
  const py = (y: number): number => HEIGHT - BOTTOM - ((y - y0) / (y1 - y0)) * (HEIGHT - TOP - BOTTOM)
  const grid = [0, 0.25, 0.5, 0.75, 1]
    .map((share) => y0 + share * (y1 - y0))
    .map(
      (y) =>
        `<line class="grid" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${py(y).toFixed(1)}" y2="${py(y).toFixed(1)}"/><text class="soft" x="${LEFT - 6}" y="${(py(y) + 4).toFixed(1)}" text-anchor="end">${y.toPrecision(3)}</text>`,
    )
    .join('')
  const drawn = lines
    .map(({ points: own }, index) => {
      const path = own.map(({ x, y }) => `${px(x).toFixed(1)},${py(y).toFixed(1)}`).join(' ')
      const marks = own
        .map(({ x, y }) => `<circle cx="${px(x).toFixed(1)}" cy="${py(y).toFixed(1)}" r="2" style="fill:var(--c${index % COLOURS})"/>`)
        .join('')
      return `<polyline points="${path}" fill="none" stroke-width="1.5" ${strokeOf(index)}/>${own.length <= 40 ? marks : ''}`
    })
    .join('')
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escaped(title)}" font-size="11"><text x="${LEFT}" y="13" font-size="12" font-weight="600">${title}</text>${grid}<text class="soft" x="${LEFT}" y="${HEIGHT - 8}">epoch ${x0}</text><text class="soft" x="${WIDTH - RIGHT}" y="${HEIGHT - 8}" text-anchor="end">epoch ${x1}</text>${drawn}</svg>`
}

/** Which line of the charts is which; nothing for a single one. */
export function chartKey(labels: readonly string[]): string {
  if (labels.length < 2) return ''
  const items = labels.map(
    (label, index) =>
      `<li><svg viewBox="0 0 26 6" aria-hidden="true"><line x1="0" x2="26" y1="3" y2="3" stroke-width="2" ${strokeOf(index)}/></svg>${escaped(label)}</li>`,
  )
  return `<ul class="key">${items.join('')}</ul>`
}

const ROW = 20
const PLOT_LEFT = 64
const PLOT_RIGHT = 700

/** F1 of every AU with its interval, the earlier model's below it, on one axis from 0 to 1. */
export function forestChart(before: ModelFigures | null, after: ModelFigures): string {
  const x = (value: number): string => (PLOT_LEFT + value * (PLOT_RIGHT - PLOT_LEFT)).toFixed(1)
  const height = after.aus.length * ROW + 26
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (value) =>
      `<line class="grid" x1="${x(value)}" x2="${x(value)}" y1="2" y2="${height - 20}"/><text class="soft" x="${x(value)}" y="${height - 6}" text-anchor="middle">${value}</text>`,
  )
  const mark = (one: ModelFigures['aus'][number] | undefined, y: number, kind: 'before' | 'after'): string => {
    if (!one || one.f1 === null) return ''
    const colour = kind === 'after' ? 'var(--c0)' : 'var(--soft)'
    const line = one.f1Interval
      ? `<line x1="${x(one.f1Interval.low)}" x2="${x(one.f1Interval.high)}" y1="${y}" y2="${y}" style="stroke:${colour}" stroke-width="1.5"/>`
      : ''
    const dot =
      kind === 'after'
        ? `<circle cx="${x(one.f1)}" cy="${y}" r="3.6" style="fill:${colour}"/>`
        : `<rect x="${(Number(x(one.f1)) - 3).toFixed(1)}" y="${y - 3}" width="6" height="6" style="fill:var(--paper);stroke:${colour}" stroke-width="1.5"/>`
    return line + dot
  }
  const rows = after.aus.map((one, index) => {
    const y = 2 + ROW * (index + 0.5)
    const earlier = before?.aus.find(({ au }) => au === one.au)
    return `<text x="0" y="${y + 4}">${auLabel(one.au)}</text>${mark(earlier, before ? y + 4 : y, 'before')}${mark(one, before ? y - 3 : y, 'after')}`
  })
  return `<svg viewBox="0 0 720 ${height}" role="img" aria-label="F1 of every AU with its interval" font-size="11.5">${grid.join('')}${rows.join('')}</svg>`
}
