// Takes one video file into a project: what it is, every frame's time, its content hash. Nothing is written before all of it is known.
import { basename } from 'node:path'
import { hashFile, mimeTypeOf, probeVideo, readFrameTable, type FfmpegBinary } from '@main/media/index'
import type { ProjectStore } from '@main/store/index'
import { AppError } from '@shared/errors'
import type { Video } from '@shared/project'
import type { JobContext } from './runner'

export interface ImportRequest {
  path: string
  subjectCode: string
  condition: string | null
  session: string | null
}

/** @throws AppError of the media room for what is no usable video, VIDEO_DUPLICATE */
export async function importVideo(store: ProjectStore, ffmpeg: FfmpegBinary, request: ImportRequest, job: JobContext): Promise<Video> {
  const { signal } = job
  const options = { ffmpeg, signal, log: job.log }
  const probe = await probeVideo(request.path, options)
  const { sha256, sizeBytes } = await hashFile(request.path, {
    signal,
    onProgress: ({ readBytes, totalBytes }) => job.progress({ done: readBytes, total: totalBytes, unit: 'bytes', phase: 'Reading' }),
  })
  refuseDuplicate(store, request.path, sha256)
  const table = await readFrameTable(probe, {
    ...options,
    onProgress: ({ fraction, frames }) =>
      job.progress({
        done: frames,
        total: fraction === null || fraction === 0 ? null : Math.round(frames / fraction),
        unit: 'frames',
        phase: 'Counting frames',
      }),
  })
  for (const message of table.decodeErrors) job.log(`${basename(request.path)}: ${message}`)
  const subject = store.subjects.findOrCreate(request.subjectCode)
  return store.videos.add({
    subjectId: subject.id,
    condition: request.condition,
    session: request.session,
    path: request.path,
    contentHash: sha256,
    bytes: sizeBytes,
    width: probe.width,
    height: probe.height,
    durationSeconds: table.durationMicroseconds / 1e6,
    nominalFrameRate: probe.nominalFrameRate,
    isVariableFrameRate: table.isVariableFrameRate,
    hasAudio: probe.hasAudio,
    codec: probe.codec,
    mimeType: mimeTypeOf(probe),
    container: probe.container,
    containerStartSeconds: probe.containerStartSeconds,
    timeBase: `${table.timeBase.numerator}/${table.timeBase.denominator}`,
    frameTimesMicroseconds: BigInt64Array.from(table.timestampsMicroseconds, (time) =>
      BigInt(Math.round(time + table.firstFrameMediaTimeMicroseconds)),
    ),
  })
}

function refuseDuplicate(store: ProjectStore, path: string, sha256: string): void {
  const same = store.videos.findByHash(sha256)
  if (!same) return
  throw new AppError(
    'VIDEO_DUPLICATE',
    `${basename(path)} is already in this project as ${same.fileName} of subject ${same.subjectCode}.`,
    { videoId: same.id, fileName: same.fileName, subjectCode: same.subjectCode },
  )
}
