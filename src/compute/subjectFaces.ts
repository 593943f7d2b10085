// The subject's face in each frame, from the stored faces that main hands over chunk by chunk. Two chunks are held, however long the video.
import { chunkIndexOf } from '@shared/compute'
import { AppError } from '@shared/errors'
import { decodeFaces } from '@shared/faceCodec'
import { CHUNK_FRAMES, type FaceObservation } from '@shared/faces'

/** What asks main for stored bytes: `want` of a command's context. */
type Want = (what: string, key: unknown) => Promise<Uint8Array>

/** Gives boxes ahead of the frames, and the face of a frame when it has come. */
export class SubjectFaces {
  private readonly chunks = new Map<number, Map<number, FaceObservation>>()
  private nextChunk: number

  /**
   * @param tracks tracks of the subject; where several are in a frame the first of the list is taken
   * @param onBoxes receives landmark boxes (frames, 4) of a chunk, NaN where the subject is not seen or `isWanted` says no
   */
  constructor(
    private readonly want: Want,
    private readonly tracks: readonly number[],
    private readonly decode: { startFrame: number; totalFrames: number },
    private readonly onBoxes: (startFrame: number, boxes: Float32Array) => void,
    private readonly isWanted: (frame: number) => boolean = () => true,
  ) {
    this.nextChunk = chunkIndexOf(decode.startFrame)
  }

  /** Loads the chunk of a frame and the one after it, so that the reader never waits for boxes. Frames ask in order. */
  async reach(frame: number): Promise<void> {
    const last = Math.min(chunkIndexOf(frame) + 1, chunkIndexOf(this.decode.totalFrames - 1))
    while (this.nextChunk <= last) await this.load(this.nextChunk++)
    for (const index of this.chunks.keys()) if (index < chunkIndexOf(frame)) this.chunks.delete(index)
  }

  /** The subject's face, or null. Only for frames of chunks that were reached. */
  at(frame: number): FaceObservation | null {
    return this.chunks.get(chunkIndexOf(frame))?.get(frame) ?? null
  }

  private async load(index: number): Promise<void> {
    const { startFrame, frameCount, faces } = decodeFaces(await this.want('faces', index))
    const from = index * CHUNK_FRAMES
    const until = Math.min(from + CHUNK_FRAMES, this.decode.totalFrames)
    if (startFrame !== from || startFrame + frameCount < until) {
      throw new AppError('NOT_ANALYSED', `The faces of frames ${from} to ${until - 1} are not there yet. Analyse the video first.`, {
        index,
      })
    }
    const chosen = new Map<number, FaceObservation>()
    for (const face of faces) {
      const rank = this.tracks.indexOf(face.track)
      // main may decode less than was analysed
      if (rank < 0 || face.frame >= until || !this.isWanted(face.frame)) continue
      const held = chosen.get(face.frame)
      if (!held || rank < this.tracks.indexOf(held.track)) chosen.set(face.frame, face)
    }
    this.chunks.set(index, chosen)

    const first = Math.max(from, this.decode.startFrame)
    const boxes = new Float32Array(Math.max(0, until - first) * 4).fill(Number.NaN)
    for (const [frame, { box }] of chosen) if (frame >= first) boxes.set([box.x, box.y, box.width, box.height], (frame - first) * 4)
    if (boxes.length > 0) this.onBoxes(first, boxes)
  }
}
