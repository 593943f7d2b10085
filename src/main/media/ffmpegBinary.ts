// Which ffmpeg is used: the setting, else ffmpeg-static, else PATH, else @ffmpeg-installer/ffmpeg; and what that one can do.
// Every candidate is run before it is believed: a package may be installed while its download failed.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import { AppError } from '@shared/errors'
import { runFfmpeg, type LogLine } from './ffmpegProcess'

export type FfmpegSource = 'setting' | 'ffmpeg-static' | 'path' | 'ffmpeg-installer'

export interface FfmpegCandidate {
  source: FfmpegSource
  path: string
}

export interface FfmpegBinary extends FfmpegCandidate {
  /** As it names itself: `5.1.9-0+deb12u1`, `N-47683-g0e8eb07980-static`. */
  version: string
  /** 5.1 and later know `-fps_mode`; earlier ones only `-vsync`. */
  hasFpsMode: boolean
  /** Encoders for playable proxies. */
  encoders: { vp9: boolean; vp8: boolean; opus: boolean; vorbis: boolean }
  /** Decoders whose absence makes most people's videos unreadable. */
  decoders: { h264: boolean; hevc: boolean }
  /** Candidates that came earlier in the order, and why each was passed over. */
  passedOver: { source: FfmpegSource; path: string; reason: string }[]
}

export interface ResolveFfmpegOptions {
  /** Path from the settings. When given it must work: falling back silently would hide a typing error. */
  setting?: string | undefined
  /** Where the others may be; an argument so that the order can be tested. */
  candidates?: readonly FfmpegCandidate[]
  log?: LogLine | undefined
  signal?: AbortSignal | undefined
}

/**
 * Finds a working ffmpeg. One that lacks an H.264 decoder or every proxy encoder (some distributions' builds) is used only if no other is complete.
 * @throws AppError FFMPEG_NOT_FOUND with advice.
 */
export async function resolveFfmpeg(options: ResolveFfmpegOptions = {}): Promise<FfmpegBinary> {
  const { setting, log, signal } = options
  if (setting !== undefined && setting !== '') return await resolveSetting(setting, log, signal)
  const passedOver: FfmpegBinary['passedOver'] = []
  let incomplete: FfmpegBinary | undefined
  for (const candidate of options.candidates ?? installedCandidates()) {
    const found = await inspectFfmpeg(candidate, log, signal)
    if (typeof found === 'string') {
      passedOver.push({ ...candidate, reason: found })
      continue
    }
    const missing = missingParts(found)
    if (missing === '') return { ...found, passedOver }
    passedOver.push({ ...candidate, reason: `lacks ${missing}` })
    incomplete ??= found
  }
  if (incomplete) {
    const { path } = incomplete
    return { ...incomplete, passedOver: passedOver.filter((entry) => entry.path !== path) }
  }
  throw new AppError(
    'FFMPEG_NOT_FOUND',
    'No working ffmpeg was found; run “npm install” again in the AU Workbench folder, or install ffmpeg and give its path in the settings.',
    { tried: passedOver },
  )
}

async function resolveSetting(setting: string, log?: LogLine, signal?: AbortSignal): Promise<FfmpegBinary> {
  const found = await inspectFfmpeg({ source: 'setting', path: setting }, log, signal)
  if (typeof found !== 'string') return { ...found, passedOver: [] }
  const message = `The ffmpeg chosen in the settings (${setting}) cannot be used: ${found}. Choose another one, or clear the setting to use the one supplied.`
  throw new AppError('FFMPEG_NOT_FOUND', message, { path: setting, reason: found })
}

function missingParts({ decoders, encoders }: FfmpegBinary): string {
  const missing: string[] = []
  if (!decoders.h264) missing.push('an H.264 decoder')
  if (!encoders.vp9 && !encoders.vp8) missing.push('a VP9 or VP8 encoder')
  return missing.join(' and ')
}

/** The candidates of this machine in the fixed order, those that name no existing file included (their absence is reported). */
export function installedCandidates(pathVariable = process.env['PATH'] ?? '', platform = process.platform): FfmpegCandidate[] {
  const candidates: FfmpegCandidate[] = []
  const fromStatic = packagedPath('ffmpeg-static')
  if (fromStatic !== null) candidates.push({ source: 'ffmpeg-static', path: fromStatic })
  const fileName = platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg'
  const onPath = pathVariable
    .split(delimiter)
    .filter((folder) => folder !== '')
    .map((folder) => join(folder, fileName))
    .find((path) => existsSync(path))
  if (onPath !== undefined) candidates.push({ source: 'path', path: onPath })
  const fromInstaller = packagedPath('@ffmpeg-installer/ffmpeg')
  if (fromInstaller !== null) candidates.push({ source: 'ffmpeg-installer', path: fromInstaller })
  return candidates
}

/** ffmpeg-static exports a path (or null), the installer an object with one; both are optional and throw where the platform is not theirs. */
function packagedPath(packageName: string): string | null {
  let exported: unknown
  try {
    exported = createRequire(import.meta.url)(packageName)
  } catch {
    return null
  }
  const inner = (exported as { default?: unknown; path?: unknown } | null) ?? {}
  const path = [exported, inner.path, inner.default].find((value): value is string => typeof value === 'string')
  // a packed application keeps programs outside its archive
  return path?.replace(/app\.asar(?!\.unpacked)/, 'app.asar.unpacked') ?? null
}

/** Runs a candidate three times (version, options, codecs); returns what it can do, or the reason why it cannot be used. */
async function inspectFfmpeg(candidate: FfmpegCandidate, log?: LogLine, signal?: AbortSignal): Promise<FfmpegBinary | string> {
  if (!existsSync(candidate.path)) return 'there is no such file'
  try {
    const version = parseVersion(await textOf(candidate.path, ['-version'], log, signal))
    if (version === null) return 'it does not answer as ffmpeg does'
    const help = await textOf(candidate.path, ['-hide_banner', '-h', 'long'], log, signal)
    const encoders = parseCodecNames(await textOf(candidate.path, ['-hide_banner', '-encoders'], log, signal))
    const decoders = parseCodecNames(await textOf(candidate.path, ['-hide_banner', '-decoders'], log, signal))
    return {
      ...candidate,
      version,
      hasFpsMode: /^-fps_mode\b/m.test(help),
      encoders: {
        vp9: encoders.has('libvpx-vp9'),
        vp8: encoders.has('libvpx'),
        opus: encoders.has('libopus'),
        vorbis: encoders.has('libvorbis'),
      },
      decoders: { h264: decoders.has('h264'), hevc: decoders.has('hevc') },
      passedOver: [],
    }
  } catch (error) {
    if (error instanceof AppError && error.code === 'CANCELLED') throw error
    return error instanceof Error ? error.message : String(error)
  }
}

async function textOf(program: string, args: readonly string[], log?: LogLine, signal?: AbortSignal): Promise<string> {
  const chunks: Buffer[] = []
  const run = await runFfmpeg(program, args, { log, signal, onStdout: (chunk) => chunks.push(chunk) })
  if (run.exitCode !== 0) throw new Error(`it ended with ${run.exitCode ?? 'a signal'}: ${run.messages.at(-1) ?? 'no message'}`)
  return Buffer.concat(chunks).toString('utf8')
}

/** Names of the encoders that an ffmpeg was built with. */
export async function listEncoders(program: string, signal?: AbortSignal): Promise<Set<string>> {
  return parseCodecNames(await textOf(program, ['-hide_banner', '-encoders'], undefined, signal))
}

/** `ffmpeg version X Copyright ...` -> X; null when another program answered. */
export function parseVersion(text: string): string | null {
  return /^ffmpeg version (\S+)/m.exec(text)?.[1] ?? null
}

/** The names in the second column of `ffmpeg -encoders` or `-decoders`. */
export function parseCodecNames(text: string): Set<string> {
  const names = new Set<string>()
  for (const line of text.split('\n')) {
    const name = /^ [VAS][A-Z.]{5} (\S+)/.exec(line)?.[1]
    if (name !== undefined && name !== '=') names.add(name)
  }
  return names
}
