// Heights in the table of frames, and which rows are in sight. Pure. CSS pixels.
export const ROW_HEIGHT = 24
export const HEAD_HEIGHT = 26

/** Rows of the list that show under its head; `end` is not included. @param height of the whole list, its head included */
export function rowsInSight(scrollTop: number, height: number, count: number): { first: number; end: number } {
  return {
    first: Math.max(0, Math.floor(scrollTop / ROW_HEIGHT)),
    end: Math.min(count, Math.ceil((scrollTop + Math.max(0, height - HEAD_HEIGHT)) / ROW_HEIGHT)),
  }
}
