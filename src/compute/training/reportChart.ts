// A line chart as SVG text, for pages without scripts.

export interface ChartLine {
  label: string
  points: { x: number; y: number }[]
}

const WIDTH = 640
const HEIGHT = 200
const LEFT = 48
const RIGHT = 12
const TOP = 22
const BOTTOM = 28
/** Okabe and Ito's palette, told apart by colour-blind readers too; dashes are the second sign. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000']
const DASHES = ['', '6 3', '2 3', '8 3 2 3']

/** @param range of the y axis; from the data when absent */
export function lineChart(title: string, lines: readonly ChartLine[], range?: { from: number; to: number }): string {
  const points = lines.flatMap((line) => line.points)
  if (points.length === 0)
    return `<svg viewBox="0 0 ${WIDTH} 40" role="img"><text x="0" y="24" font-size="12">${title}: nothing was recorded.</text></svg>`
  const xs = points.map(({ x }) => x)
  const ys = points.map(({ y }) => y)
  const x0 = Math.min(...xs)
  const x1 = Math.max(...xs, x0 + 1)
  const y0 = range?.from ?? Math.min(...ys)
  const y1 = range?.to ?? Math.max(...ys, y0 + 1e-6)
  const px = (x: number): number => LEFT + ((x - x0) / (x1 - x0)) * (WIDTH - LEFT - RIGHT)
  const py = (y: number): number => HEIGHT - BOTTOM - ((y - y0) / (y1 - y0)) * (HEIGHT - TOP - BOTTOM)
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => y0 + share * (y1 - y0))
  const grid = ticks
    .map(
      (y) =>
        `<line x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${py(y).toFixed(1)}" y2="${py(y).toFixed(1)}" stroke="#ddd"/><text x="${LEFT - 6}" y="${(py(y) + 4).toFixed(1)}" text-anchor="end">${y.toPrecision(3)}</text>`,
    )
    .join('')
  const drawn = lines
    .map(({ points: own }, index) => {
      const style = `stroke="${COLOURS[index % COLOURS.length]}" stroke-dasharray="${DASHES[Math.floor(index / COLOURS.length) % DASHES.length]}"`
      const path = own.map(({ x, y }) => `${px(x).toFixed(1)},${py(y).toFixed(1)}`).join(' ')
      const marks = own
        .map(({ x, y }) => `<circle cx="${px(x).toFixed(1)}" cy="${py(y).toFixed(1)}" r="2" fill="${COLOURS[index % COLOURS.length]}"/>`)
        .join('')
      return `<polyline points="${path}" fill="none" stroke-width="1.5" ${style}/>${marks}`
    })
    .join('')
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}" font-family="system-ui,sans-serif" font-size="11" fill="#333"><text x="${LEFT}" y="13" font-weight="600">${title}</text>${grid}<text x="${LEFT}" y="${HEIGHT - 8}">epoch ${x0}</text><text x="${WIDTH - RIGHT}" y="${HEIGHT - 8}" text-anchor="end">epoch ${x1}</text>${drawn}</svg>`
}
