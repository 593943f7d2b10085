// Clips made by ffmpeg from the demo subjects, and what the compute process needs to decode them, through the real media room.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import {
  prepareRawDecode,
  probeVideo,
  readFrameTable,
  resolveFfmpeg,
  type FfmpegBinary,
  type FrameTable,
  type VideoProbe,
} from '@main/media/index'
import { ComputeClient, type ComputeClientOptions } from '@main/jobs/computeClient'
import type { AnalysisChunk, DecodeSpec } from '@shared/compute'
import { decodeFaces } from '@shared/faceCodec'
import { DEFAULT_ANALYSIS, type FaceObservation } from '@shared/faces'

export const RESOURCES = resolve('resources')
const ENTRY = resolve('out/main/compute.js')

/** A client of the built compute process. */
export const computeClient = (options: Partial<ComputeClientOptions> = {}): ComputeClient =>
  new ComputeClient({ entryPath: ENTRY, resourcesDirectory: RESOURCES, ...options })

/** A clip with its frame table. */
export interface Clip {
  path: string
  frames: number
  /** The command that decodes from a frame on. */
  decode(startFrame?: number, frameCount?: number): Promise<DecodeSpec>
}

/** Makes clips in a folder of its own. */
export class ClipFolder {
  readonly folder = mkdtempSync(join(tmpdir(), 'auw-compute-'))
  private constructor(readonly ffmpeg: FfmpegBinary) {}

  static async open(): Promise<ClipFolder> {
    return new ClipFolder(await resolveFfmpeg())
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** Runs ffmpeg to make a clip; FFV1 because every ffmpeg has it and it loses nothing. */
  async make(name: string, args: string[], codec: string[] = ['-c:v', 'ffv1']): Promise<Clip> {
    const path = join(this.folder, name)
    const run = spawnSync(this.ffmpeg.path, ['-v', 'error', '-y', ...args, '-an', ...codec, path], { encoding: 'utf8' })
    if (run.status !== 0) throw new Error(`ffmpeg could not make ${name}: ${run.stderr}`)
    return this.describe(path)
  }

  async describe(path: string): Promise<Clip> {
    const video: VideoProbe = await probeVideo(path, { ffmpeg: this.ffmpeg })
    const table: FrameTable = await readFrameTable(video, { ffmpeg: this.ffmpeg })
    return {
      path,
      frames: table.count,
      decode: async (startFrame = 0, frameCount = table.count - startFrame) => {
        const command = await prepareRawDecode(video, table, { ffmpeg: this.ffmpeg, startFrame, frameCount })
        const { program, args, width, height } = command
        return { name: path, ffmpegPath: program, args, width, height, startFrame, totalFrames: startFrame + frameCount }
      },
    }
  }
}

export const demoClip = (subject: string): string => resolve(`resources/demo/synthetic_${subject}.mp4`)

/** Analyses a clip from a frame on and returns its chunks. */
export async function analyseClip(
  client: ComputeClient,
  clip: Clip,
  startFrame = 0,
  state: string | null = null,
): Promise<AnalysisChunk[]> {
  const chunks: AnalysisChunk[] = []
  await client.analyse(
    { decode: await clip.decode(startFrame), settings: DEFAULT_ANALYSIS, state },
    { onChunk: (chunk) => void chunks.push(chunk) },
  )
  return chunks
}

export const facesOf = (chunks: readonly AnalysisChunk[]): FaceObservation[] => chunks.flatMap(({ faces }) => decodeFaces(faces).faces)
