// A stored video as the media room wants it: where it is, its clock, and how to decode from any frame.
import type { ReadableVideo } from '@main/jobs/decodeSpec'
import type { ProjectStore } from '@main/store/index'

/** @throws AppError VIDEO_NOT_FOUND, VIDEO_MISSING */
export function readableVideo(store: ProjectStore, videoId: string): ReadableVideo {
  const video = store.videos.get(videoId)
  const stored = store.videos.source(videoId)
  const times = store.frameTimes.microseconds(videoId)
  const first = times[0] ?? 0n
  return {
    source: {
      path: store.videos.requirePath(videoId),
      container: stored.container,
      containerStartSeconds: stored.containerStartSeconds,
      width: video.width,
      height: video.height,
    },
    clock: {
      timestampsMicroseconds: Float64Array.from(times, (time) => Number(time - first)),
      firstFrameMediaTimeMicroseconds: Number(first),
    },
  }
}
