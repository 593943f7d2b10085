// Where a command's words go: one JSON document or plain tables on standard output, everything else on standard error.

/** Thrown after the result is written, when only a part of what was asked for could be done: exit 1, and no second document. */
export class PartlyDone extends Error {}

export interface Output {
  isJson: boolean
  /** The command's result. Called once; `text` is used when no JSON was asked for. */
  result(document: unknown, text: () => string): void
  /** A line of narration. */
  note(line: string): void
  /** Replaces the current progress line on a terminal; throttled to a line now and then elsewhere. */
  progress(line: string | null): void
}

/** @param isTerminal whether standard error can rewrite a line. */
export function createOutput(isJson: boolean, isTerminal: boolean = process.stderr.isTTY): Output {
  let hasLine = false
  let lastPlain = -Infinity
  const clear = (): void => {
    if (hasLine) process.stderr.write('\r\x1b[2K')
    hasLine = false
  }
  return {
    isJson,
    result(document, text) {
      clear()
      process.stdout.write(isJson ? `${JSON.stringify(document, null, 2)}\n` : `${text().trimEnd()}\n`)
    },
    note(line) {
      clear()
      process.stderr.write(`${line}\n`)
    },
    progress(line) {
      if (line === null) return clear()
      if (isTerminal) {
        clear()
        process.stderr.write(line.slice(0, (process.stderr.columns || 80) - 1))
        hasLine = true
      } else if (performance.now() - lastPlain > 5000) {
        lastPlain = performance.now()
        process.stderr.write(`${line}\n`)
      }
    },
  }
}

/** Columns padded to their widest cell; figures to the right. */
export function table(header: string[], rows: (string | number | null | undefined)[][]): string {
  const cells = [header, ...rows.map((row) => row.map((cell) => (cell === null || cell === undefined ? '-' : String(cell))))]
  const widths = header.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)))
  const isFigure = header.map(
    (_, column) =>
      rows.length > 0 && rows.every((row) => typeof row[column] === 'number' || row[column] === null || row[column] === undefined),
  )
  return cells
    .map((row) =>
      row
        .map((cell, column) => (isFigure[column] ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}

/** `90 seconds`, `12 minutes`, `3.5 hours`. */
export function durationText(seconds: number): string {
  if (seconds < 120) return `${Math.max(1, Math.round(seconds))} seconds`
  return seconds < 7200 ? `${Math.round(seconds / 60)} minutes` : `${(seconds / 3600).toFixed(1)} hours`
}
