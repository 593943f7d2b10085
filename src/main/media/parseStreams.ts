// Reads what `ffmpeg -i` says about a file's container and streams. Pure text in, facts out; there is no ffprobe to ask instead.

export interface VideoStreamFacts {
  /** Position among the file's streams. */
  index: number
  codec: string
  /** As ffmpeg names it: `High`, `Main 10`, `Profile 0`; null when it names none. */
  profile: string | null
  /** Four letters of the container, such as `avc1` or `hvc1`; null when it has none. */
  fourCharacterCode: string | null
  pixelFormat: string | null
  /** Stored size in pixels, before rotation; null for a stream whose size is not known without decoding. */
  width: number | null
  height: number | null
  /** Width of a pixel over its height; 1 when the file does not say. */
  sampleAspectRatio: number
  /** Mean rate the container claims, frames per second. */
  averageFrameRate: number | null
  /** The rate ffmpeg takes for the stream's tick (`tbr`); differs from the mean where the rate varies. */
  tickFrameRate: number | null
  /** Clockwise turn that shows the picture upright, 0 to 359 degrees. */
  rotationDegrees: number
  isAttachedPicture: boolean
}

export interface AudioStreamFacts {
  index: number
  codec: string
  profile: string | null
}

export interface InputFacts {
  /** ffmpeg's demuxer name(s), such as `mov,mp4,m4a,3gp,3g2,mj2`. */
  container: string
  /** Length of the longest stream; null where the container does not say. */
  durationSeconds: number | null
  /** Time stamp at which the earliest stream begins; null where the container does not say. */
  startSeconds: number | null
  video: VideoStreamFacts[]
  audio: AudioStreamFacts[]
  /** Size of the decoded picture as it came out (rotated), when one came out. */
  decodedSize: { width: number; height: number } | null
}

/**
 * @param text standard error of `probeArgs`
 * @param inputUrl the name given to `-i`; taken out first, because a file name may hold line breaks that look like streams
 * @returns null when ffmpeg opened no input
 */
export function parseInput(text: string, inputUrl: string): InputFacts | null {
  const clean = text.replaceAll(inputUrl, 'INPUT')
  const inputStart = clean.search(/^Input #0, /m)
  if (inputStart < 0) return null
  const outputStart = clean.slice(inputStart).search(/^Output #0, /m)
  const inputText = outputStart < 0 ? clean.slice(inputStart) : clean.slice(inputStart, inputStart + outputStart)
  const outputText = outputStart < 0 ? '' : clean.slice(inputStart + outputStart)
  const facts: InputFacts = {
    container: /^Input #0, (.*?), from 'INPUT'/.exec(inputText)?.[1] ?? '',
    durationSeconds: null,
    startSeconds: null,
    video: [],
    audio: [],
    decodedSize: null,
  }
  let current: VideoStreamFacts | null = null
  for (const line of inputText.split('\n')) {
    const duration = /^ {2}Duration: ([^,]+), (?:start: (-?[\d.]+), )?/.exec(line)
    if (duration) {
      facts.durationSeconds = parseClock(duration[1] ?? '')
      facts.startSeconds = duration[2] === undefined ? null : Number(duration[2])
      continue
    }
    const stream = STREAM_LINE.exec(line)
    if (stream) {
      current = null
      const index = Number(stream[1])
      const description = stream[3] ?? ''
      if (stream[2] === 'Video') {
        current = parseVideo(index, description)
        facts.video.push(current)
      } else if (stream[2] === 'Audio') {
        facts.audio.push({ index, ...parseCodec(splitTopLevel(description)[0] ?? '') })
      }
      continue
    }
    if (current) current.rotationDegrees = parseRotation(line) ?? current.rotationDegrees
  }
  const output = outputText
    .split('\n')
    .map((line) => STREAM_LINE.exec(line))
    .find((match) => match?.[2] === 'Video')
  if (output) {
    const { width, height } = parseVideo(0, output[3] ?? '')
    if (width !== null && height !== null) facts.decodedSize = { width, height }
  }
  return facts
}

const STREAM_LINE = /^ {2,4}Stream #0:(\d+)(?:\[0x[0-9a-f]+\])?(?:\([^)]*\))?: (Video|Audio|Subtitle|Data|Attachment)(?:: (.*))?$/

/** `00:01:02.34` in seconds; null for `N/A`. */
export function parseClock(text: string): number | null {
  const match = /^(-?)(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec(text.trim())
  if (!match) return null
  const magnitude = Number(match[2]) * 3600 + Number(match[3]) * 60 + Number(match[4])
  return match[1] === '-' ? -magnitude : magnitude
}

function parseVideo(index: number, description: string): VideoStreamFacts {
  const parts = splitTopLevel(description)
  const size = parts.map((part) => /^(\d+)x(\d+)(?: |$)/.exec(part)).find((match) => match !== null)
  const width = size ? Number(size[1]) : null
  const height = size ? Number(size[2]) : null
  const aspect = /\bSAR (\d+):(\d+)/.exec(description)
  const ratio = aspect ? Number(aspect[1]) / Number(aspect[2]) : 1
  const codec = parseCodec(parts[0] ?? '')
  const pixelFormat = /^([a-z][a-z0-9_]*)/.exec(parts[1] ?? '')?.[1] ?? null
  return {
    index,
    ...codec,
    pixelFormat: pixelFormat === 'none' || parts[1] === size?.[0] ? null : pixelFormat,
    width: width !== null && width > 0 ? width : null,
    height: height !== null && height > 0 ? height : null,
    sampleAspectRatio: Number.isFinite(ratio) && ratio > 0 ? ratio : 1,
    averageFrameRate: rate(parts, 'fps'),
    tickFrameRate: rate(parts, 'tbr'),
    rotationDegrees: 0,
    isAttachedPicture: description.includes('(attached pic)'),
  }
}

function parseCodec(part: string): { codec: string; profile: string | null; fourCharacterCode: string | null } {
  const codec = /^\S+/.exec(part)?.[0] ?? ''
  const groups = [...part.matchAll(/\(([^()]*)\)/g)].map((match) => match[1] ?? '')
  const tag = groups.map((group) => /^(.{4}) \/ 0x[0-9A-Fa-f]+$/.exec(group)?.[1]).find((name) => name !== undefined)
  const profile = groups.find((group) => !/ \/ 0x[0-9A-Fa-f]+$/.test(group) && group !== 'default')
  return { codec, profile: profile ?? null, fourCharacterCode: tag ?? null }
}

function rate(parts: readonly string[], unit: 'fps' | 'tbr'): number | null {
  for (const part of parts) {
    const match = new RegExp(`^([\\d.]+)(k?) ${unit}\\b`).exec(part)
    if (match) return Number(match[1]) * (match[2] === 'k' ? 1000 : 1)
  }
  return null
}

/** Cuts at commas that stand outside brackets. */
function splitTopLevel(text: string): string[] {
  const parts: string[] = []
  let depth = 0
  let start = 0
  for (let position = 0; position <= text.length; position++) {
    const character = text[position]
    if (character === '(' || character === '[') depth++
    else if (character === ')' || character === ']') depth = Math.max(0, depth - 1)
    else if (position === text.length || (character === ',' && depth === 0)) {
      parts.push(text.slice(start, position).trim())
      start = position + 1
    }
  }
  return parts
}

/** ffmpeg prints the turn counter-clockwise (`displaymatrix` up to 8, `Display Matrix` in 9); a `rotate` tag beside it says the same. */
function parseRotation(line: string): number | null {
  const matrix = /display ?matrix: rotation of (-?[\d.]+) degrees/i.exec(line)
  if (!matrix) return null
  const clockwise = Math.round(-Number(matrix[1]))
  return ((clockwise % 360) + 360) % 360
}
