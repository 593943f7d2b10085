// Median over three neighbouring frames, as rows arrive. It takes out single-frame flicker and keeps onsets where they are.

/** A row of values per frame; null where there is no face. */
export type Row = Float32Array | null

/**
 * Median of a row with its neighbours. Where a neighbour is missing (no face, first or last frame) the row stays as it is, which is what repeating
 * it beyond the edge would give; so the result does not depend on where a run starts, given the one frame before.
 */
export function medianOfThree(before: Row, row: Row, after: Row): Row {
  if (!row || !before || !after) return row
  return row.map((value, i) => {
    const a = before[i]!
    const b = after[i]!
    return Math.max(Math.min(a, b), Math.min(value, Math.max(a, b)))
  })
}

/** Rows in, smoothed rows out, one frame later. */
export class RunningMedian {
  private before: Row = null
  private current: Row = null
  private isStarted = false

  /** The smoothed row of the frame before this one; undefined for the first. */
  push(row: Row): Row | undefined {
    const smoothed = this.isStarted ? medianOfThree(this.before, this.current, row) : undefined
    this.before = this.current
    this.current = row
    this.isStarted = true
    return smoothed
  }

  /** The smoothed row of the last frame; undefined when there was none. */
  end(): Row | undefined {
    return this.isStarted ? medianOfThree(this.before, this.current, null) : undefined
  }
}
