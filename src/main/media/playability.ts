// What to ask a browser before showing it a video: the MIME type with codecs of the source (RFC 6381). The browser decides; this room only names.
// ffmpeg does not print levels, so the level that the size and rate call for is named.
import type { VideoProbe } from './probe'

/** What naming needs of a probe. */
export type PlayableFacts = Pick<
  VideoProbe,
  | 'container'
  | 'codec'
  | 'profile'
  | 'fourCharacterCode'
  | 'pixelFormat'
  | 'width'
  | 'height'
  | 'nominalFrameRate'
  | 'hasAudio'
  | 'audioCodec'
  | 'audioProfile'
>

/** A type no browser plays: what has no name in RFC 6381, and containers that no browser opens. */
export const UNPLAYABLE_MIME_TYPE = 'application/octet-stream'

/**
 * The string for `canPlayType`, such as `video/mp4; codecs="avc1.64001f, mp4a.40.2"`, or {@link UNPLAYABLE_MIME_TYPE} when a proxy is needed anyway.
 */
export function mimeTypeOf(facts: PlayableFacts): string {
  const video = videoCodecString(facts)
  const audio = facts.hasAudio ? audioCodecString(facts) : ''
  if (video === null || audio === null) return UNPLAYABLE_MIME_TYPE
  const container = containerType(facts, facts.codec)
  if (container === null) return UNPLAYABLE_MIME_TYPE
  return `${container}; codecs="${audio === '' ? video : `${video}, ${audio}`}"`
}

/** The content type under which the source's bytes are served, whatever the browser makes of them. */
export function contentTypeOf(facts: PlayableFacts): string {
  return containerType(facts, facts.codec) ?? UNPLAYABLE_MIME_TYPE
}

const WEBM_VIDEO: ReadonlySet<string> = new Set(['vp8', 'vp9', 'av1'])
const WEBM_AUDIO: ReadonlySet<string> = new Set(['opus', 'vorbis'])

function containerType({ container, audioCodec }: PlayableFacts, codec: string): string | null {
  // QuickTime files differ from MP4 in nothing a browser minds once it is told MP4; told video/quicktime, Chromium refuses unseen
  if (/\bmov\b/.test(container)) return 'video/mp4'
  if (/\bmatroska\b/.test(container)) {
    // ffmpeg opens both with one demuxer; browsers promise only the codecs of WebM there, and Chromium says yes to Matroska by its own name
    return WEBM_VIDEO.has(codec) && (audioCodec === null || WEBM_AUDIO.has(audioCodec)) ? 'video/webm' : 'video/x-matroska'
  }
  return null
}

function videoCodecString(facts: PlayableFacts): string | null {
  switch (facts.codec) {
    case 'h264':
      return h264String(facts)
    case 'hevc':
      return hevcString(facts)
    case 'vp8':
      return 'vp8'
    case 'vp9':
      return vp9String(facts)
    case 'av1':
      return av1String(facts)
    default:
      return null
  }
}

/** ITU-T H.264, A.2: profile_idc and constraint flags. */
const H264_PROFILES: Readonly<Record<string, string>> = {
  'Constrained Baseline': '42e0',
  Baseline: '4200',
  Main: '4d00',
  Extended: '5800',
  High: '6400',
  'High 10': '6e00',
  'High 10 Intra': '6e10',
  'High 4:2:2': '7a00',
  'High 4:2:2 Intra': '7a10',
  'High 4:4:4': 'f400',
  'High 4:4:4 Predictive': 'f400',
  'High 4:4:4 Intra': 'f410',
}

function h264String(facts: PlayableFacts): string | null {
  const profile = H264_PROFILES[facts.profile ?? 'High']
  if (profile === undefined) return null
  const level = Math.round(levelFor(facts) * 10)
  const name = facts.fourCharacterCode === 'avc3' ? 'avc3' : 'avc1'
  return `${name}.${profile}${level.toString(16).padStart(2, '0')}`
}

/** ISO/IEC 14496-15, E.3: profile, compatibility flags in reverse order, tier and level x 30, constraint byte. */
const HEVC_PROFILES: Readonly<Record<string, string>> = { Main: '1.6', 'Main 10': '2.4', 'Main Still Picture': '3.e', Rext: '4.10' }

function hevcString(facts: PlayableFacts): string | null {
  const profile = HEVC_PROFILES[facts.profile ?? 'Main']
  if (profile === undefined) return null
  // browsers play hvc1 only; an `hev1` file keeps its parameters where they do not look
  const name = facts.fourCharacterCode === 'hev1' ? 'hev1' : 'hvc1'
  return `${name}.${profile}.L${Math.round(levelFor(facts) * 30)}.90`
}

function vp9String(facts: PlayableFacts): string {
  const depth = bitDepth(facts)
  const isSubsampled420 = chroma(facts) === '420'
  const profile = (isSubsampled420 ? 0 : 1) + (depth > 8 ? 2 : 0)
  return `vp09.${two(profile)}.${two(Math.round(levelFor(facts) * 10))}.${two(depth)}`
}

/** AV1 in ISOBMFF, 5: profile, level index 4 x (major - 2) + minor, tier, depth. */
function av1String(facts: PlayableFacts): string {
  const profile = chroma(facts) === '420' ? 0 : chroma(facts) === '444' ? 1 : 2
  const level = levelFor(facts)
  const index = 4 * (Math.floor(level) - 2) + Math.round((level % 1) * 10)
  return `av01.${profile}.${two(index)}M.${two(bitDepth(facts))}`
}

function audioCodecString({ audioCodec, audioProfile }: PlayableFacts): string | null {
  switch (audioCodec) {
    case 'aac':
      return audioProfile === 'HE-AAC' ? 'mp4a.40.5' : audioProfile === 'HE-AACv2' ? 'mp4a.40.29' : 'mp4a.40.2'
    case 'mp3':
      return 'mp4a.6B'
    case 'opus':
      return 'opus'
    case 'vorbis':
      return 'vorbis'
    case 'flac':
      return 'flac'
    case 'ac3':
      return 'ac-3'
    case 'eac3':
      return 'ec-3'
    default:
      return null
  }
}

/** The lowest of a few common levels that allows the picture's samples a second (H.264 table A-1, in luma samples rounded down). */
function levelFor({ width, height, nominalFrameRate }: PlayableFacts): number {
  const samples = width * height
  const rate = samples * (nominalFrameRate ?? 30)
  if (samples <= 414_720 && rate <= 10_368_000) return 3
  if (samples <= 921_600 && rate <= 27_648_000) return 3.1
  if (samples <= 2_097_152 && rate <= 62_914_560) return 4
  if (samples <= 2_228_224 && rate <= 133_693_440) return 4.2
  return samples <= 8_912_896 && rate <= 267_386_880 ? 5.1 : 5.2
}

function bitDepth({ pixelFormat }: PlayableFacts): number {
  return Number(/p(9|10|12|14|16)(?:le|be)$/.exec(pixelFormat ?? '')?.[1] ?? 8)
}

function chroma({ pixelFormat }: PlayableFacts): '420' | '422' | '444' {
  const found = /^yuvj?a?(420|422|444)/.exec(pixelFormat ?? '')?.[1]
  return found === '422' || found === '444' ? found : /^gbr/.test(pixelFormat ?? '') ? '444' : '420'
}

function two(value: number): string {
  return String(value).padStart(2, '0')
}
