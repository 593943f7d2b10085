// Presentation times of frames. A frame is its index and its time; the nominal rate is never used for time.
import { AppError } from '@shared/errors'
import { toBigInt64 } from '../arrays'
import type { StoreContext } from '../context'

export class FrameTimeRepository {
  constructor(private readonly context: StoreContext) {}

  /** Presentation time of every frame in microseconds on the stream's own clock. Throws VIDEO_NOT_FOUND. */
  microseconds(videoId: string): BigInt64Array<ArrayBuffer> {
    const row = this.context.db.get<{ microseconds: Buffer }>('SELECT microseconds FROM frame_time WHERE video_id = ?', videoId)
    if (!row) throw new AppError('VIDEO_NOT_FOUND', `There is no video with the id ${videoId} in this project.`, { videoId })
    return toBigInt64(row.microseconds)
  }

  /** Seconds of every frame from the first frame, exact to the microsecond. Throws VIDEO_NOT_FOUND. */
  secondsFromFirst(videoId: string): Float64Array<ArrayBuffer> {
    const times = this.microseconds(videoId)
    const first = times[0] ?? 0n
    const seconds = new Float64Array(times.length)
    // by index: `from` would first gather an object a frame, which of a long video are more than everything else an export holds
    for (let frame = 0; frame < times.length; frame++) seconds[frame] = Number((times[frame] as bigint) - first) / 1e6
    return seconds
  }
}
