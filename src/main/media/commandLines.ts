// Every ffmpeg argument list of the product, as pure functions. Running them, and reading what comes back, is done elsewhere.
import { fileUrl } from './mediaFile'

/** What an argument list depends on besides its video. */
export interface FfmpegDialect {
  hasFpsMode: boolean
}

/** Where decoding begins. Without one, at the file's first packet. */
export interface SeekPoint {
  /** `-ss` in seconds after the container's start. The demuxer goes to a key frame at or before it. */
  seekSeconds: number
  /** Frames before this time on the container's clock are decoded and dropped; in seconds. */
  firstFrameSeconds: number
}

export interface OutputSize {
  /** In pixels, after rotation, square pixels. */
  width: number
  height: number
}

/** A run of frames of one video as an argument list sees it. */
export interface FrameSelection {
  startFrame: number
  /** Where the frame is found after a seek; decoding starts at the beginning when absent. */
  seek?: SeekPoint | undefined
  /**
   * Seconds after the first frame, between the frame before `startFrame` and `startFrame`; used when decoding from the beginning.
   * Absent where the two are too close to be told apart: then frames are counted.
   */
  boundarySeconds?: number | undefined
  /** At most so many frames. */
  frameCount?: number | undefined
}

/** Never asks, never draws a status line, says each message each time with its level in front. */
const QUIET = ['-hide_banner', '-nostdin', '-nostats'] as const
/** Local files and our own pipes only: a playlist or a movie that names a network address gets nothing. */
const LOCAL_ONLY = ['-protocol_whitelist', 'file,pipe'] as const
/** The first video stream that is not a cover picture, and nothing else. */
const ONLY_VIDEO = ['-map', '0:V:0', '-an', '-sn', '-dn'] as const
/**
 * ffmpeg's default, which is anti-aliased when made smaller and what OpenCV's reader uses, so pixels are those the published models saw. Exact rounding
 * and interpolated chroma change a value by 1.2 of 255 on average and take three times as long (3 instead of 1 ms at 640 x 360).
 */
const SCALER_FLAGS = 'bicubic'

function input(path: string, before: readonly string[] = []): string[] {
  return [...LOCAL_ONLY, ...before, '-i', fileUrl(path)]
}

/** One output frame for each decoded frame: without it ffmpeg makes a variable rate constant by repeating and dropping frames. */
function passthrough(dialect: FfmpegDialect): string[] {
  return [dialect.hasFpsMode ? '-fps_mode' : '-vsync', 'passthrough']
}

/** Prints the streams of the input and decodes one frame, whose size after rotation shows in the output's stream line. */
export function probeArgs(path: string, dialect: FfmpegDialect): string[] {
  return [...QUIET, '-v', 'repeat+info', ...input(path), ...ONLY_VIDEO, ...passthrough(dialect), '-frames:v', '1', '-f', 'null', '-']
}

/** The facts of a probe on which the clock of a video depends. */
export interface ClockSource {
  path: string
  container: string
  hasAudio: boolean
}

/**
 * Whether frame times are the container's own (browsers show these files, and count from the container's zero, wherever the first frame is).
 * Elsewhere time starts with the earliest stream: broadcast clocks begin anywhere and jump, which ffmpeg then smooths.
 */
export function hasContainerClock(container: string): boolean {
  return /\b(?:mov|matroska)\b/.test(container)
}

/**
 * Decodes everything and prints one `showinfo` line a frame with its time stamp in the stream's own time base.
 * The picture is cut to a corner first because showinfo adds up every pixel; rotation is left out as it moves no time stamp.
 */
export function frameTableArgs({ path, container, hasAudio }: ClockSource, dialect: FfmpegDialect): string[] {
  const filters = String.raw`crop=min(iw\,16):min(ih\,16):0:0,showinfo`
  // these demuxers count time from the earliest stream *in use*: sound is taken along, so that frames get the times they have beside it
  const sound = hasAudio && CLOCK_BY_USE_CONTAINER.test(container) ? ['-map', '0:a:0', '-c', 'copy', '-f', 'null', '-'] : []
  return [
    ...QUIET,
    ...['-v', 'repeat+level+info'],
    ...containerClock(container),
    ...input(path, ['-noautorotate']),
    ...ONLY_VIDEO,
    ...['-vf', filters],
    ...passthrough(dialect),
    ...['-f', 'null', '-'],
    ...sound,
  ]
}

function containerClock(container: string): string[] {
  return hasContainerClock(container) ? ['-copyts'] : []
}

/** Demuxers that ffmpeg marks as having discontinuous time stamps. */
const CLOCK_BY_USE_CONTAINER = /^(?:mpegts|mpeg|ogg)$/

/** Where the sound and the other streams end: one `framecrc` line a packet, nothing decoded. */
export function otherStreamsEndArgs({ path, container }: ClockSource): string[] {
  return [
    ...QUIET,
    '-v',
    'error',
    ...containerClock(container),
    ...input(path),
    '-map',
    '0:a?',
    '-map',
    '0:s?',
    '-c',
    'copy',
    '-f',
    'framecrc',
    'pipe:1',
  ]
}

/** Raw rgb24 frames (row by row, no padding) of one size to standard output, from exactly `startFrame` on. */
export function rawDecodeArgs(path: string, dialect: FfmpegDialect, selection: FrameSelection, size: OutputSize): string[] {
  return [
    ...decodeHead(path, dialect, selection, `${toSize(size)},format=rgb24`),
    '-c:v',
    'rawvideo',
    '-pix_fmt',
    'rgb24',
    '-f',
    'rawvideo',
    'pipe:1',
  ]
}

/** The same frames as {@link rawDecodeArgs}, without pixels: `showinfo` lines that tell where a seek really arrives. */
export function seekCheckArgs(path: string, dialect: FfmpegDialect, selection: FrameSelection): string[] {
  const head = decodeHead(path, dialect, { ...selection, frameCount: 1 }, String.raw`crop=min(iw\,16):min(ih\,16):0:0,showinfo`)
  return [...head, '-f', 'null', '-']
}

/** One frame as a picture file on standard output, its `showinfo` line on standard error. */
export function pictureArgs(
  path: string,
  dialect: FfmpegDialect,
  selection: FrameSelection,
  size: OutputSize,
  format: 'png' | 'jpeg',
): string[] {
  const pixels = format === 'png' ? 'rgb24' : 'yuvj420p'
  const head = decodeHead(path, dialect, { ...selection, frameCount: 1 }, `showinfo,${toSize(size)},format=${pixels}`)
  const encoder = format === 'png' ? ['-c:v', 'png'] : ['-c:v', 'mjpeg', '-q:v', '3']
  return [...head, ...encoder, '-f', 'image2pipe', 'pipe:1']
}

/** One frame as rgb24 on standard output, its `showinfo` line on standard error. */
export function singleFrameArgs(path: string, dialect: FfmpegDialect, selection: FrameSelection, size: OutputSize): string[] {
  const head = decodeHead(path, dialect, { ...selection, frameCount: 1 }, `showinfo,${toSize(size)},format=rgb24`)
  return [...head, '-c:v', 'rawvideo', '-pix_fmt', 'rgb24', '-f', 'rawvideo', 'pipe:1']
}

function decodeHead(path: string, dialect: FfmpegDialect, selection: FrameSelection, filters: string): string[] {
  const { seek, frameCount } = selection
  // copyts keeps the container's own times, so that the frame is recognised by its time stamp and not by where the seek landed
  // one filter graph for the whole file: by default a change of picture size begins a new one, which would count frames and time anew
  const before = ['-reinit_filter', '0', ...(seek ? ['-noaccurate_seek', '-ss', seconds(seek.seekSeconds)] : [])]
  const select = selectFilter(selection)
  return [
    ...QUIET,
    ...['-v', 'repeat+level+info'],
    ...(seek ? ['-copyts'] : []),
    ...input(path, before),
    ...ONLY_VIDEO,
    ...['-vf', select === '' ? filters : `${select},${filters}`],
    ...passthrough(dialect),
    ...(frameCount === undefined ? [] : ['-frames:v', String(frameCount)]),
  ]
}

function selectFilter({ startFrame, seek, boundarySeconds }: FrameSelection): string {
  if (startFrame === 0) return ''
  const [clock, boundary] = seek ? ['t', seek.firstFrameSeconds] : ['t-start_t', boundarySeconds]
  if (boundary === undefined) return String.raw`select=gte(n\,${startFrame})`
  // once reached, everything passes: a time stamp that jumps back later must not lose its frame
  return String.raw`select=if(gte(${clock}\,${seconds(boundary)})\,st(0\,1)\,ld(0))`
}

function toSize({ width, height }: OutputSize): string {
  return `scale=${width}:${height}:flags=${SCALER_FLAGS},setsar=1`
}

/** Which encoders a proxy uses; `audio` null leaves sound out. */
export interface ProxyCodecs {
  video: 'libvpx-vp9' | 'libvpx'
  audio: 'libopus' | 'libvorbis' | null
}

/**
 * A WebM that Chromium plays, with the source's frames one to one. Time stamps are those of the frame table rounded to the millisecond (all that
 * WebM holds) and kept at least one millisecond apart; every `PROXY_KEY_FRAME_INTERVAL`th frame stands alone, so stepping back decodes few.
 */
export function proxyArgs(
  { path, container }: ClockSource,
  target: string,
  dialect: FfmpegDialect,
  codecs: ProxyCodecs,
  size: OutputSize,
  threads: number,
): string[] {
  const clock = String.raw`settb=1/1000,setpts=if(isnan(PREV_OUTPTS)\,PTS\,max(PTS\,PREV_OUTPTS+1))`
  const video = [
    ...['-c:v', codecs.video, '-deadline', 'realtime', '-cpu-used', '8', '-crf', '28', '-b:v', codecs.video === 'libvpx' ? '4M' : '0'],
    ...['-g', String(PROXY_KEY_FRAME_INTERVAL), '-auto-alt-ref', '0', '-lag-in-frames', '0', '-threads', String(threads)],
    ...(codecs.video === 'libvpx-vp9' ? ['-row-mt', '1', '-tile-columns', '2'] : []),
  ]
  // Sound follows its own time stamps: gaps become silence instead of shifting what comes after them. Its first 20 ms are left out, because Opus
  // begins 6.5 ms early, and Chromium (156) never starts to play a WebM whose sound begins before zero and whose first frame is at zero.
  const soundFilters = 'aresample=48000:async=1,atrim=start=0.02'
  const audio = codecs.audio === null ? ['-an'] : ['-map', '0:a:0', '-c:a', codecs.audio, '-b:a', '96k', '-ac', '2', '-af', soundFilters]
  return [
    ...QUIET,
    ...['-v', 'repeat+level+error', '-progress', 'pipe:1', '-y'],
    ...containerClock(container),
    ...input(path),
    ...['-map', '0:V:0', '-sn', '-dn', '-map_metadata', '-1', '-map_chapters', '-1'],
    ...['-vf', `${toSize(size)},format=yuv420p,${clock}`, '-enc_time_base', '1:1000', ...passthrough(dialect)],
    ...video,
    ...audio,
    // times are written as they are: the muxer would move all frames to make the earliest packet zero
    ...['-avoid_negative_ts', 'disabled', '-f', 'webm', fileUrl(target)],
  ]
}

/** Frames from one key frame of a proxy to the next. */
export const PROXY_KEY_FRAME_INTERVAL = 12

/** The packets of a file's video stream, one `framecrc` line each; for a proxy, whose packets are its frames. */
export function packetTableArgs(path: string): string[] {
  return [...QUIET, '-v', 'error', '-copyts', ...input(path), ...ONLY_VIDEO, '-c', 'copy', '-f', 'framecrc', 'pipe:1']
}

/** Samples a second from which the outline of sound is made: speech and movement noise show, and an hour is read in seconds. */
export const PEAK_SAMPLE_RATE = 8000

/** The first sound stream as 16-bit mono; sample 0 is at zero of the player's clock, gaps are silence. */
export function peaksArgs(path: string, container: string): string[] {
  return [
    ...QUIET,
    ...['-v', 'error'],
    ...containerClock(container),
    ...input(path),
    ...['-map', '0:a:0', '-vn', '-sn', '-dn', '-af', `aresample=${PEAK_SAMPLE_RATE}:async=1:first_pts=0`],
    ...['-ac', '1', '-c:a', 'pcm_s16le', '-f', 's16le', 'pipe:1'],
  ]
}

/** Microsecond precision, and never exponent notation, which ffmpeg's time parser refuses. */
function seconds(value: number): string {
  return value.toFixed(6)
}

/** A line that does the same when pasted into a POSIX shell; for logs. */
export function quoteCommand(program: string, args: readonly string[]): string {
  return [program, ...args].map(quoteWord).join(' ')
}

function quoteWord(word: string): string {
  if (/^[A-Za-z0-9_./:=,+@%-]+$/.test(word)) return word
  return `'${word.replaceAll("'", String.raw`'\''`)}'`
}
