// Seconds that coders spend on videos, with and without predictions in view, summed per day.
import type { CodingTime } from '@shared/coding'
import type { StoreContext } from '../context'

interface Row {
  video_id: string
  coder: string
  is_assisted: number
  seconds: number
}

export class CodingTimeRepository {
  constructor(private readonly context: StoreContext) {}

  /** Adds seconds to the coder's time of today. Throws INPUT_INVALID through the table's check for negative ones. */
  add(time: CodingTime): void {
    const { db, now } = this.context
    db.run(
      `INSERT INTO coding_time (video_id, coder, is_assisted, day, seconds) VALUES (?, ?, ?, ?, ?)
       ON CONFLICT (video_id, coder, is_assisted, day) DO UPDATE SET seconds = seconds + excluded.seconds`,
      time.videoId,
      time.coder,
      time.isAssisted,
      now().toISOString().slice(0, 10),
      time.seconds,
    )
  }

  /** Sums over days, by video and coder. */
  list(): CodingTime[] {
    return this.context.db
      .all<Row>(
        'SELECT video_id, coder, is_assisted, sum(seconds) AS seconds FROM coding_time GROUP BY video_id, coder, is_assisted ORDER BY video_id, coder, is_assisted',
      )
      .map((row) => ({ videoId: row.video_id, coder: row.coder, isAssisted: row.is_assisted === 1, seconds: row.seconds }))
  }
}
