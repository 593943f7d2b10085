// Rows of probabilities, frame by frame, gathered into the chunks that are stored.
import type { PredictionChunk } from '@shared/compute'
import { CHUNK_FRAMES } from '@shared/faces'
import type { Row } from '@vision/starter/runningMedian'

/** Rows of consecutive frames in, aligned chunks out. */
export class ChunkRows {
  private values: Float32Array
  private chunkStart: number

  /**
   * @param frame the frame of the first row @param fromFrame rows before it are context and are dropped; a multiple of CHUNK_FRAMES
   * @param endFrame after the last @param width values per row @param emit is awaited before the next row is taken
   */
  constructor(
    private frame: number,
    private readonly fromFrame: number,
    private readonly endFrame: number,
    private readonly width: number,
    private readonly emit: (chunk: PredictionChunk) => Promise<void>,
  ) {
    this.chunkStart = fromFrame
    this.values = this.empty()
  }

  /** Null is a frame without a face and becomes NaN. */
  async push(row: Row): Promise<void> {
    const frame = this.frame++
    if (frame < this.fromFrame) return
    if (row) this.values.set(row, (frame - this.chunkStart) * this.width)
    if (this.frame < this.endFrame && this.frame < this.chunkStart + CHUNK_FRAMES) return
    await this.emit({ startFrame: this.chunkStart, frameCount: this.frame - this.chunkStart, probabilities: this.values })
    this.chunkStart = this.frame
    this.values = this.empty()
  }

  private empty(): Float32Array {
    return new Float32Array(Math.max(0, Math.min(CHUNK_FRAMES, this.endFrame - this.chunkStart)) * this.width).fill(Number.NaN)
  }
}
