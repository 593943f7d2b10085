// What main and the compute process say to each other. The bytes around it are in computeFrames.ts; nothing here starts or stops anything.
import type { ErrorBody } from './errors'
import { CHUNK_FRAMES, type AnalysisSettings } from './faces'
import type { CropRule, ModelCard, ModelKind, Precision, VitArchitecture } from './model'

/** Raised whenever a message changes its meaning; both sides refuse another number. */
export const COMPUTE_PROTOCOL = 1

/** Frames of one video as the compute process gets them: the command is main's, running it is the compute process's. */
export interface DecodeSpec {
  /** The video's name for messages. */
  name: string
  ffmpegPath: string
  /** Arguments that make ffmpeg write rgb24 frames of width x height, from startFrame on, to standard output. */
  args: string[]
  width: number
  height: number
  /** Index of the first frame that arrives. */
  startFrame: number
  /** Index after the last frame that must arrive: another number is an error. */
  totalFrames: number
}

/** `analyse`: finds faces. Chunks: {@link AnalysisChunk}. */
export interface AnalyseSpec {
  /** Starts at a multiple of CHUNK_FRAMES. */
  decode: DecodeSpec
  settings: AnalysisSettings
  /** State of the chunk before; null at frame 0. */
  state: string | null
}

/** Faces of CHUNK_FRAMES frames (fewer in the last chunk), aligned at multiples of CHUNK_FRAMES. */
export interface AnalysisChunk {
  startFrame: number
  frameCount: number
  /** Bytes of faceCodec. */
  faces: Uint8Array
  /** Opaque; given as {@link AnalyseSpec.state} for the next chunk it continues as if never interrupted. */
  state: string
  /** Frames of this chunk with at least one face. */
  faceFrames: number
}

/** `predict`: AU probabilities of one face per frame. Chunks: {@link PredictionChunk}. */
export interface PredictSpec {
  /** Starts at {@link decodeStartOf}. */
  decode: DecodeSpec
  /** First frame that is wanted; a multiple of CHUNK_FRAMES. */
  fromFrame: number
  model: { directory: string; card: ModelCard }
  /** Device id of src/runtime; the starter model always runs on the processor. */
  device: string
  /** Of a ViT; the starter is float32. */
  precision: Precision
  /** Tracks that count as the subject; where several are in a frame the first of this list is taken. */
  tracks: number[]
}

/** Probabilities of CHUNK_FRAMES frames, aligned at multiples of CHUNK_FRAMES. */
export interface PredictionChunk {
  startFrame: number
  frameCount: number
  /** (frames, AUs of the card), NaN where there is no face. */
  probabilities: Float32Array
}

/** `crops`: pictures of faces. Chunks: {@link CropChunk}. */
export interface CropsSpec {
  /** Starts at or before the first of `frames`. */
  decode: DecodeSpec
  /** Ascending. */
  frames: number[]
  tracks: number[]
  cropRule: CropRule
}

/** Some of the crops, ascending. */
export interface CropChunk {
  /** JPEG of quality 92, in sRGB; null where the frame has no face of the tracks. */
  crops: { frame: number; jpeg: Uint8Array | null }[]
}

/** `devices`: what could compute here and, on request, whether it does. */
export interface DevicesSpec {
  check: boolean
}

/** How far a command is. */
export interface ComputeProgress {
  /** Frames done, those of earlier runs not counted. */
  done: number
  total: number
}

/** First frame to decode so that predictions from `fromFrame` on do not depend on where they begin: the starter's median looks one frame back. */
export function decodeStartOf(kind: ModelKind, fromFrame: number): number {
  return kind === 'starter' ? Math.max(0, fromFrame - 1) : fromFrame
}

/** Index of the chunk that holds a frame. */
export const chunkIndexOf = (frame: number): number => Math.floor(frame / CHUNK_FRAMES)

/** Messages from main. `spec` goes with a payload where a command takes one. */
export type ToCompute =
  | { type: 'command'; id: number; name: string; spec: unknown }
  /** A chunk was dealt with; the next may come. */
  | { type: 'ack'; id: number }
  /** Answer to `want`, with the payload. */
  | { type: 'have'; id: number; want: number }
  | { type: 'refuse'; id: number; want: number; error: ErrorBody }
  | { type: 'cancel'; id: number }
  | { type: 'shutdown' }

/** Messages to main. */
export type FromCompute =
  | { type: 'ready'; protocol: number; node: string; pid: number; devices: ComputeDevice[] }
  /** With a payload. */
  | { type: 'chunk'; id: number; chunk: unknown }
  | { type: 'progress'; id: number; progress: unknown }
  /** Asks main for stored bytes. */
  | { type: 'want'; id: number; want: number; what: string; key: unknown }
  | { type: 'result'; id: number; value: unknown }
  | { type: 'error'; id: number; error: ErrorBody }

/** A device that this installation could use; whether it works is found out by `devices` with `check`. */
export interface ComputeDevice {
  id: string
  runtime: string
  label: string
  kind: 'cpu' | 'gpu'
  isSoftware: boolean
}

/** `importWeights`: recognises a checkpoint file and copies its weights. Progress counts bytes. */
export interface ImportWeightsSpec {
  /** A `.pth` or `.safetensors` file. */
  source: string
  /** Folder that gets the weights; made when absent, removed again when the import fails. */
  targetDir: string
  aus?: number[]
  heads?: number
}

/** What was found in the checkpoint. */
export interface ImportedWeights {
  kind: 'vit' | 'backbone'
  architecture: VitArchitecture
  aus: number[]
  areAusAssumed: boolean
  /** The card of a model that this product exported, as it stands in the file; anyone may have changed it. */
  card: string | null
  /** Parts of the file that were left out. */
  droppedKeys: string[]
  source: { sha256: string; sizeBytes: number }
  result: { fileName: string; sha256: string; sizeBytes: number }
}
