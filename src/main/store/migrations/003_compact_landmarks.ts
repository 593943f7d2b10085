// Landmarks in the compact form in which the analysis gives them: about a quarter of the space of 32-bit numbers.
import { encodeFaces } from '@shared/faceCodec'
import { LANDMARK_COUNT } from '@shared/faces'
import { toFloat32 } from '../arrays'
import { decodeSummaries } from '../faceBlobs'
import type { Migration } from '../migrate'

const COORDINATES = LANDMARK_COUNT * 3

interface ChunkRow {
  start_frame: number
  frame_count: number
  summary: Buffer
  landmarks: Buffer
}

export const compactLandmarks: Migration = {
  version: 3,
  name: 'compact landmarks',
  apply: (database) => {
    const keys = database.prepare<[], { rowid: number }>('SELECT rowid FROM face_chunk').all()
    const read = database.prepare<[number], ChunkRow>('SELECT start_frame, frame_count, summary, landmarks FROM face_chunk WHERE rowid = ?')
    const write = database.prepare<[Buffer, number]>('UPDATE face_chunk SET landmarks = ? WHERE rowid = ?')
    // One chunk in memory at a time: a long study has gigabytes of them.
    for (const { rowid } of keys) {
      const row = read.get(rowid)
      if (row) write.run(compacted(row), rowid)
    }
  },
}

/** Until version 2 the blob held x, y, z of every landmark of every face as 32-bit numbers. */
function compacted(row: ChunkRow): Buffer {
  const coordinates = toFloat32(row.landmarks)
  const faces = decodeSummaries(row.summary).map((face, index) => ({
    ...face,
    landmarks: coordinates.subarray(index * COORDINATES, (index + 1) * COORDINATES),
  }))
  return Buffer.from(encodeFaces(faces, row.start_frame, row.frame_count))
}
