// Reads ffmpeg's `-progress` reports: key=value lines, each report closed by `progress=continue` or `progress=end`.

export interface ProgressReport {
  frames: number
  /** Time stamp written last, in seconds; null before the first frame. */
  outputSeconds: number | null
  isLast: boolean
}

/** Gathers lines into reports. */
export class ProgressParser {
  private frames = 0
  private outputSeconds: number | null = null

  /** Takes one line; returns a report when the line closes one. */
  push(line: string): ProgressReport | null {
    const separator = line.indexOf('=')
    if (separator < 0) return null
    const key = line.slice(0, separator).trim()
    const value = line.slice(separator + 1).trim()
    if (key === 'frame' && /^\d+$/.test(value)) this.frames = Number(value)
    // out_time_ms has always been microseconds; the name is ffmpeg's own slip
    if ((key === 'out_time_us' || key === 'out_time_ms') && /^-?\d+$/.test(value)) this.outputSeconds = Math.max(0, Number(value) / 1e6)
    if (key !== 'progress') return null
    return { frames: this.frames, outputSeconds: this.outputSeconds, isLast: value === 'end' }
  }
}
