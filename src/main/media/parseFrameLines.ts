// Reads ffmpeg's one-line-per-frame outputs: the showinfo filter's lines and the framecrc muxer's. Pure; keeps nothing.

export interface TimeBase {
  numerator: number
  denominator: number
}

export interface FrameLine {
  /** Position since the filter (re)started. */
  index: number
  /** In ticks of the time base; null where the decoder could give none. */
  presentationTicks: number | null
}

/**
 * One showinfo line. The prefix is not required: another thread's unfinished message may stand before it on the same line.
 * Number(...) is exact below 2^53 ticks, which is 3,000 years at 90 kHz.
 */
export function parseShowinfoFrame(line: string): FrameLine | null {
  const match = /n: *(\d+) pts: *(NOPTS|-?\d+) +pts_time:/.exec(line)
  if (!match) return null
  return { index: Number(match[1]), presentationTicks: match[2] === 'NOPTS' ? null : Number(match[2]) }
}

/** showinfo's announcement of its input's time base, repeated whenever the picture's size or format changes. */
export function parseShowinfoTimeBase(line: string): TimeBase | null {
  const match = /config in time_base: (\d+)\/(\d+)/.exec(line)
  return match ? timeBase(match[1], match[2]) : null
}

/** Lines that showinfo prints about side data and configuration, which are no messages about the file. */
export function isShowinfoLine(line: string): boolean {
  return /^\[Parsed_showinfo_\d+ @ /.test(line)
}

export interface PacketLine {
  stream: number
  presentationTicks: number
  durationTicks: number
}

/** `#tb 0: 1/1000` of framecrc. */
export function parseFramecrcTimeBase(line: string): { stream: number; timeBase: TimeBase } | null {
  const match = /^#tb (\d+): (\d+)\/(\d+)/.exec(line)
  const base = match ? timeBase(match[2], match[3]) : null
  return base ? { stream: Number(match?.[1]), timeBase: base } : null
}

/** `stream, dts, pts, duration, size, checksum` of framecrc. */
export function parseFramecrcPacket(line: string): PacketLine | null {
  const match = /^(\d+), *(?:-?\d+|NOPTS), *(-?\d+), *(-?\d+), *\d+,/.exec(line)
  if (!match) return null
  return { stream: Number(match[1]), presentationTicks: Number(match[2]), durationTicks: Math.max(0, Number(match[3])) }
}

function timeBase(numerator: string | undefined, denominator: string | undefined): TimeBase | null {
  const base = { numerator: Number(numerator), denominator: Number(denominator) }
  return base.numerator > 0 && base.denominator > 0 ? base : null
}

/** Ticks to microseconds, rounded half up, exact also where the product exceeds 2^53. */
export function ticksToMicroseconds(ticks: number, { numerator, denominator }: TimeBase): number {
  const scale = numerator * 1e6
  if (Math.abs(ticks) * scale < Number.MAX_SAFE_INTEGER / 2) return Math.floor((2 * ticks * scale + denominator) / (2 * denominator))
  const d = BigInt(denominator)
  const doubled = 2n * BigInt(ticks) * BigInt(scale) + d
  const quotient = doubled / (2n * d)
  return Number(doubled < 0n && doubled % (2n * d) !== 0n ? quotient - 1n : quotient)
}
