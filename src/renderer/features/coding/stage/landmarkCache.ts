// Landmarks of the frames around the one on screen, fetched in chunks and kept for a while.
import { landmarksUrl, type FacesOfFrames } from '@shared/dataUrls'
import { fetchData } from '../../../bridge/dataUrl'

/** Frames a chunk; a chunk of one face is about 0.5 MB of text. */
const CHUNK = 32
const MAX_CHUNKS = 24

export type FaceOnFrame = FacesOfFrames['faces'][number]

export class LandmarkCache {
  readonly #chunks = new Map<number, Map<number, FaceOnFrame[]> | 'loading'>()

  constructor(
    private readonly project: string,
    private readonly videoId: string,
    private readonly frameCount: number,
    /** Called when more frames have arrived. */
    private readonly onArrival: () => void,
  ) {}

  /** Faces of a frame, or null while they are on their way. Also asks for the chunk after it. */
  get(frame: number): readonly FaceOnFrame[] | null {
    const chunk = Math.floor(frame / CHUNK)
    this.#want(chunk)
    if ((chunk + 1) * CHUNK < this.frameCount && frame % CHUNK > CHUNK / 2) this.#want(chunk + 1)
    const found = this.#chunks.get(chunk)
    if (found === undefined || found === 'loading') return null
    return found.get(frame) ?? []
  }

  #want(chunk: number): void {
    if (this.#chunks.has(chunk)) return
    this.#chunks.set(chunk, 'loading')
    const from = chunk * CHUNK
    const to = Math.min(this.frameCount, from + CHUNK) - 1
    void fetchData(landmarksUrl(this.project, this.videoId, from, to))
      .then((response) => response.json() as Promise<FacesOfFrames>)
      .then(({ faces }) => {
        const byFrame = new Map<number, FaceOnFrame[]>()
        for (const face of faces) byFrame.set(face.frame, [...(byFrame.get(face.frame) ?? []), face])
        this.#chunks.set(chunk, byFrame)
        if (this.#chunks.size > MAX_CHUNKS) this.#dropFarthest(chunk)
        this.onArrival()
      })
      // Asked for again with the next frame that needs it.
      .catch(() => this.#chunks.delete(chunk))
  }

  #dropFarthest(from: number): void {
    const farthest = [...this.#chunks.keys()].sort((a, b) => Math.abs(b - from) - Math.abs(a - from))[0]
    if (farthest !== undefined) this.#chunks.delete(farthest)
  }
}
