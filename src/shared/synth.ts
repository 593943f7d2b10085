// Synthetic subjects as data: what is rendered (every setting with its default), and what is written beside the pictures. Nothing here renders.
import { z } from 'zod'
import { AppError } from './errors'
import { layeredSettings } from './layeredSettings'

const count = (least: number, most: number) => z.number().int().min(least).max(most)
const share = z.number().min(0).max(1)
const span = (least: number, most: number) =>
  z
    .strictObject({ from: z.number().min(least).max(most), to: z.number().min(least).max(most) })
    .refine(({ from, to }) => from <= to, 'the range ends before it starts')
const auNumber = count(1, 99)

export const synthConfigSchema = z.strictObject({
  seed: count(0, 2 ** 32 - 1),
  subjects: z.strictObject({ train: count(0, 10_000), heldOut: count(0, 10_000) }),
  video: z.strictObject({
    seconds: z.number().gt(0).max(3600),
    framesPerSecond: z.number().min(1).max(120),
    size: count(32, 2048).refine((size) => size % 2 === 0, 'pixels must be even for video'),
    recordings: count(1, 100),
    faceHeight: span(0.1, 1),
  }),
  crops: z.strictObject({
    perSubject: count(1, 100_000),
    size: count(16, 1024),
    layout: z.enum(['folder', 'packed']),
    jitter: z.number().min(0).max(0.5),
    neutralShare: share,
  }),
  identity: z.strictObject({
    shapeSpread: span(0, 3),
    glassesShare: share,
    facialHairShare: share,
    longHairShare: share,
    baldShare: share,
    makeupShare: share,
  }),
  expression: z.strictObject({
    eventsPerMinute: z.number().min(0).max(240),
    intensity: span(0, 1),
    oneSidedShare: share,
    asymmetry: z.number().min(0).max(1),
    blinksPerMinute: z.number().min(0).max(120),
    idleMovement: share,
  }),
  pose: z.strictObject({
    yaw: z.number().min(0).max(60),
    pitch: z.number().min(0).max(45),
    roll: z.number().min(0).max(45),
    drift: z.number().min(0).max(45),
  }),
  picture: z.strictObject({ noise: z.number().min(0).max(64), blur: count(0, 8), lightVariety: share }),
  occlusion: z.strictObject({ perMinute: z.number().min(0).max(60), share, kinds: z.array(z.enum(['bar', 'hand'])).min(1) }),
  labels: z.strictObject({ threshold: z.number().gt(0).lt(1), hasSides: z.boolean() }),
  shortcut: z.strictObject({ strength: share, aus: z.array(auNumber).min(1), factor: z.number().min(1).max(100) }),
})
export type SynthConfig = z.infer<typeof synthConfigSchema>

export const DEFAULT_SYNTH: SynthConfig = {
  // The same seed gives the same subjects; a subject does not depend on how many others there are.
  seed: 1,
  // Named S001 onwards, and H001 onwards for subjects that training is not to see.
  subjects: { train: 8, heldOut: 0 },
  video: {
    seconds: 20,
    framesPerSecond: 25,
    // Pixels of a side; pictures are square.
    size: 320,
    // Videos of each subject, with other light, clothes, room and camera.
    recordings: 1,
    // From chin to hairline, in shares of the picture's height.
    faceHeight: { from: 0.4, to: 0.55 },
  },
  crops: {
    perSubject: 20,
    // 112 is what the small networks see, 224 the published ones.
    size: 112,
    // 'folder': a JPEG for each crop, as curation and other tools read them. 'packed': one file of raw bytes, fastest.
    layout: 'folder',
    // How far the face's box is off, as detectors' boxes are; standard deviation in shares of its size.
    jitter: 0.02,
    // Crops without any AU.
    neutralShare: 0.12,
  },
  identity: {
    // Standard deviations from the mean face; a person's own spread is drawn from this range.
    shapeSpread: { from: 0.6, to: 1.15 },
    glassesShare: 0.15,
    facialHairShare: 0.22,
    longHairShare: 0.4,
    baldShare: 0.08,
    makeupShare: 0.25,
  },
  expression: {
    eventsPerMinute: 22,
    // Of an event's peak, 0-1.
    intensity: { from: 0.25, to: 1 },
    oneSidedShare: 0.04,
    // Standard deviation of how much weaker one side is.
    asymmetry: 0.08,
    blinksPerMinute: 15,
    // Gaze, jaw and mouth shifts that are no AU of the labels, 0 none to 1 lively.
    idleMovement: 0.6,
  },
  // Degrees: standard deviation between recordings, and how far the head drifts within one.
  pose: { yaw: 9, pitch: 5, roll: 3, drift: 5 },
  picture: {
    // Largest standard deviation, of 255.
    noise: 6,
    // Most passes of smoothing.
    blur: 1,
    // 0 the same soft light for everybody, 1 lamps from anywhere.
    lightVariety: 0.8,
  },
  // In videos by time, in crops by share; none unless asked for.
  occlusion: { perMinute: 0, share: 0, kinds: ['bar', 'hand'] },
  labels: {
    // An AU counts as present from here in base rates; tables hold the intensities themselves.
    threshold: 0.3,
    // A second table with left and right apart.
    hasSides: false,
  },
  shortcut: {
    // 0: every subject shows every AU equally often. 1: in training subjects an AU is `factor` times more or less frequent than usual, by a coin
    // tossed for each subject and AU; held-out subjects keep the usual rates, so who somebody is stops telling what is shown.
    strength: 0,
    aus: [1, 2, 4, 6, 7, 9, 10, 12, 14, 15, 17, 20, 24, 26],
    factor: 8,
  },
}

/** The defaults with changes laid over them, checked. @throws AppError CONFIG_INVALID, naming the setting */
export function synthConfig(...changes: readonly unknown[]): SynthConfig {
  const config = layeredSettings(synthConfigSchema, DEFAULT_SYNTH, changes, 'synthetic subjects')
  const { train, heldOut } = config.subjects
  if (train + heldOut === 0)
    throw new AppError('CONFIG_INVALID', 'No subjects were asked for; give at least one of subjects.train and subjects.heldOut.')
  return config
}

export type SynthRole = 'train' | 'held-out'

/** `S001`, `H001`: names of subjects, counted from 1. */
export const synthSubjectCode = (role: SynthRole, index: number): string =>
  `${role === 'train' ? 'S' : 'H'}${String(index).padStart(3, '0')}`

/** How ffmpeg is to write a video: everything between the raw frames and the file's name. */
export interface VideoEncoding {
  ffmpegPath: string
  /** As in messages and manifests: `libx264`. */
  encoder: string
  arguments: string[]
}

/** `synth` of the compute process. */
export interface SynthSpec {
  facekitDirectory: string
  outDirectory: string
  config: SynthConfig
  output: { kind: 'videos'; encoding: VideoEncoding } | { kind: 'crops' }
  /** Worker threads, at most one per subject. */
  threads: number
}

/** Counts finished frames of all subjects, those of earlier runs included. */
export interface SynthProgress {
  done: number
  total: number
}

/** One file of pictures with its table of intensities. */
export interface SynthRecording {
  /** Names within the folder; `file` is a video, or a folder or file of crops. */
  file: string
  labels: string
  /** Left and right apart; null unless asked for. */
  sides: string | null
  frames: number
  /** Share of frames in which the AU is present, by its number. */
  baseRates: Record<string, number>
}

/** The truth about one subject, written when everything of it is finished. */
export interface SynthSubject {
  code: string
  role: SynthRole
  /** How many times more often than usual the subject shows an AU, by its number; AUs at 1 are left out. */
  propensities: Record<string, number>
  /** What one would see of the person. */
  traits: { skin: number[]; hair: number[]; isBald: boolean; hasGlasses: boolean; facialHair: string | null; hasLongHair: boolean }
  recordings: SynthRecording[]
  /** Of everything that decides how the subject looks and acts; another fingerprint means other pictures. */
  fingerprint: string
}

export interface SynthManifest {
  kind: 'synthetic-subjects'
  version: 1
  faceModel: string
  output: 'videos' | 'crops'
  encoder: string | null
  config: SynthConfig
  aus: number[]
  subjects: SynthSubject[]
}

export interface SynthResult {
  manifest: SynthManifest
  directory: string
  /** Subjects that were there already. */
  keptSubjects: number
  renderedFrames: number
  seconds: number
}

export const SYNTH_MANIFEST = 'manifest.json'
