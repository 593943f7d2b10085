// How much of each video is coded, AU by AU: frames that somebody labelled, whoever it was and on whichever side.
import type { LabelCoverage } from '@shared/project'
import type { StoreContext } from '../context'

interface Row {
  video_id: string
  au: number
  start_frame: number
  end_frame: number
  is_present: number
}

/** One row per video and AU with labels, by video and AU. Not scorable counts as coded: somebody looked. */
export function labelCoverage({ db }: StoreContext): LabelCoverage[] {
  const rows = db.all<Row>(
    `SELECT video_id, au, start_frame, end_frame, state = 'present' AS is_present FROM label ORDER BY video_id, au, start_frame`,
  )
  const found: LabelCoverage[] = []
  let codedUntil = -1
  let presentUntil = -1
  for (const row of rows) {
    let last = found.at(-1)
    if (!last || last.videoId !== row.video_id || last.au !== row.au) {
      last = { videoId: row.video_id, au: row.au, codedFrames: 0, presentFrames: 0 }
      found.push(last)
      codedUntil = -1
      presentUntil = -1
    }
    last.codedFrames += newFrames(row, codedUntil)
    codedUntil = Math.max(codedUntil, row.end_frame)
    if (row.is_present === 0) continue
    last.presentFrames += newFrames(row, presentUntil)
    presentUntil = Math.max(presentUntil, row.end_frame)
  }
  return found
}

/** Frames of a span beyond those counted already; spans come in order of their first frame. */
const newFrames = ({ start_frame, end_frame }: Row, until: number): number => Math.max(0, end_frame - Math.max(start_frame, until + 1) + 1)
