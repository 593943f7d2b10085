// Bytes of coded pictures, fetched in pieces of some hundred kilobytes by range requests and kept for a while, since stepping back reads them again.
import { AppError } from '@shared/errors'
import type { SampleTable } from './sampleTable'

/** A piece ends with the picture that makes it at least so long. */
const PIECE_BYTES = 512 * 1024
/** Bytes skipped inside a piece (sound lies between pictures) before a new piece is begun. */
const MOST_GAP_BYTES = 256 * 1024
const MAX_KEPT_BYTES = 32e6

interface Piece {
  /** First picture, and the one after the last. */
  from: number
  to: number
  start: number
  end: number
}

/** Cuts the pictures into runs that one request brings. */
export function cutPieces({ offsets, sizes }: Pick<SampleTable, 'offsets' | 'sizes'>): Piece[] {
  const pieces: Piece[] = []
  let open: Piece | null = null
  for (let place = 0; place < offsets.length; place++) {
    const start = offsets[place] ?? 0
    const end = start + (sizes[place] ?? 0)
    const isNext: boolean = open !== null && start >= open.end && start - open.end <= MOST_GAP_BYTES && open.end - open.start < PIECE_BYTES
    if (open && isNext) {
      open.end = end
      open.to = place + 1
    } else {
      open = { from: place, to: place + 1, start, end }
      pieces.push(open)
    }
  }
  return pieces
}

export class SampleBytes {
  readonly #pieces: Piece[]
  readonly #kept = new Map<Piece, Promise<ArrayBuffer>>()
  readonly #abort = new AbortController()

  constructor(
    private readonly url: string,
    private readonly table: SampleTable,
  ) {
    this.#pieces = cutPieces(table)
  }

  /** The bytes of the picture at a place. @throws AppError FILE_UNREADABLE when the file is gone or was cut */
  async read(place: number): Promise<Uint8Array<ArrayBuffer>> {
    const piece = this.#pieceOf(place)
    const bytes = await this.#fetch(piece)
    const at = (this.table.offsets[place] ?? 0) - piece.start
    return new Uint8Array(bytes, at, this.table.sizes[place] ?? 0)
  }

  dispose(): void {
    this.#abort.abort()
    this.#kept.clear()
  }

  #pieceOf(place: number): Piece {
    let low = 0
    let high = this.#pieces.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#pieces[middle]?.from ?? 0) <= place) low = middle
      else high = middle - 1
    }
    const piece = this.#pieces[low]
    if (!piece) throw new AppError('FILE_UNREADABLE', 'The video holds no picture; import it again.')
    return piece
  }

  #fetch(piece: Piece): Promise<ArrayBuffer> {
    const known = this.#kept.get(piece)
    if (known) {
      this.#kept.delete(piece)
      this.#kept.set(piece, known)
      return known
    }
    const bytes = fetch(this.url, { headers: { range: `bytes=${piece.start}-${piece.end - 1}` }, signal: this.#abort.signal }).then(
      async (response) => {
        const body = await response.arrayBuffer()
        if (response.status === 206 && body.byteLength === piece.end - piece.start) return body
        throw new AppError('FILE_UNREADABLE', 'The video file could not be read; check that it has not changed since it was imported.')
      },
    )
    bytes.catch(() => this.#kept.delete(piece))
    this.#kept.set(piece, bytes)
    let total = 0
    for (const { start, end } of this.#kept.keys()) total += end - start
    for (const oldest of this.#kept.keys()) {
      if (total <= MAX_KEPT_BYTES || oldest === piece) break
      total -= oldest.end - oldest.start
      this.#kept.delete(oldest)
    }
    return bytes
  }
}
