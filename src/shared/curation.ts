// Curating pictures for pretraining: what is asked for, what a store of frames says about itself. Nothing here reads pictures.
import { z } from 'zod'
import { AppError } from './errors'

export const curationSettingsSchema = z.strictObject({
  /** Side of the stored square pictures in pixels. */
  pixels: z.number().int().min(16).max(1024),
  /** Pictures with a shorter side are left out; null: as `pixels`. */
  minSide: z.number().int().min(1).max(4096).nullable(),
  maxAspect: z.number().min(1).max(100),
  /** Of a video every n-th frame is looked at. */
  every: z.number().int().min(1).max(100_000),
  /** `cut`: the largest face by the product's crop rule; `whole`: as it is; `auto`: cut where the face fills less than half of the picture's height. */
  faces: z.enum(['auto', 'cut', 'whole']),
  /** Whether pictures without a face are left out. */
  hasFaceCheck: z.boolean(),
  /** Largest brightness difference (of 255) anywhere in a 24 x 24 thumbnail at which two pictures count as one; 0 keeps all but exact copies. */
  similarity: z.number().min(0).max(255),
})
export type CurationSettings = z.infer<typeof curationSettingsSchema>

/** As Face9M was made (arXiv 2407.11243), and duplicates and pictures without a face left out as well. */
export const DEFAULT_CURATION: CurationSettings = {
  pixels: 224,
  minSide: null,
  maxAspect: 1.5,
  every: 5,
  faces: 'auto',
  hasFaceCheck: true,
  similarity: 8,
}

/** Why a picture was left out. */
export const REJECTIONS = ['unreadable', 'too-small', 'aspect', 'no-face', 'duplicate', 'near-duplicate'] as const
export type Rejection = (typeof REJECTIONS)[number]
export type CurationOutcome = Rejection | 'kept'

export interface CurationSourceReport {
  /** Series of the store's file of crops. */
  id: string
  /** Name of the folder or file. */
  name: string
  /** Relative share in what is drawn; null goes by the number of frames. */
  weight: number | null
  looked: number
  kept: number
  rejected: Record<Rejection, number>
  /** A few of the rejected by reason: path in the source, and frame for videos. */
  examples: Partial<Record<Rejection, string[]>>
  /** Videos that could not be read to their end, one sentence each. */
  notes: string[]
  /** True where the folder says that its faces were rendered. */
  isSynthetic: boolean
}

/** `manifest.json` of a store of frames; `frames.sqlite` beside it holds the pictures. */
export interface FrameStoreManifest {
  format: 'au-workbench-frames/1'
  createdAt: string
  settings: CurationSettings
  /** Terms of the pictures, as their curator noted them. */
  licence: string | null
  sources: CurationSourceReport[]
  frames: number
  /** SHA-256 over the hashes of all stored pictures in their order. */
  contentHash: string
}
export const FRAMES_FILE = 'frames.sqlite'
export const FRAMES_MANIFEST = 'manifest.json'
/** Crop rule under which stores keep their pictures, in the layout of crops.sqlite. */
export const CURATED_RULE = 'curated'

/** `curate` -> {@link CurationResult}. Asks how to decode a video by `want('decode', path)`, whose answer is a DecodeSpec in JSON. */
export interface CurateSpec {
  sources: { path: string; weight: number | null }[]
  outDirectory: string
  settings: CurationSettings
  licence: string | null
}

export interface CurationProgress {
  /** Pictures looked at, those of earlier attempts included; how many there are is not known beforehand. */
  done: number
  total: number
  kept: number
  /** Source being read, from 1. */
  source: number
  sources: number
}

export interface CurationResult {
  directory: string
  manifest: FrameStoreManifest
  /** Pictures that an earlier attempt had dealt with. */
  resumedAt: number
  seconds: number
}

/** @throws AppError CONFIG_INVALID, naming the setting */
export function curationSettings(change: unknown): CurationSettings {
  const defined = Object.fromEntries(Object.entries((change ?? {}) as object).filter(([, value]) => value !== undefined))
  const parsed = curationSettingsSchema.safeParse({ ...DEFAULT_CURATION, ...defined })
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  const path = issue?.path.map(String).join('.') ?? ''
  throw new AppError('CONFIG_INVALID', `The setting ${path} was refused: ${issue?.message ?? 'unknown'}.`, { path })
}
