// The starter's probabilities of a run's samples, by predicting whole videos as for coding: it reads videos in order and knows no single crops.
import type { FfmpegBinary } from '@main/media/index'
import type { ProjectStore } from '@main/store/index'
import type { ModelOnDisk } from '@shared/trainingCommands'
import type { RunData } from '@shared/trainingRun'
import type { ComputeClient } from './computeClient'
import type { ReadableVideo } from './decodeSpec'
import { predictVideo } from './predictVideo'
import type { JobContext } from './runner'

interface StarterInput {
  store: ProjectStore
  compute: ComputeClient
  ffmpeg: FfmpegBinary
  readable(videoId: string): ReadableVideo
  model: ModelOnDisk
  data: RunData
  /** Subjects whose videos are predicted; all of them where it is left out. */
  subjects?: ReadonlySet<string>
}

/** (samples, AUs of the data), NaN where nothing was predicted. Predictions that are stored already are taken. @throws AppError as predictVideo */
export async function starterValues(input: StarterInput, job: JobContext): Promise<Float32Array<ArrayBuffer>> {
  const { store, compute, ffmpeg, data, model, subjects } = input
  const values = new Float32Array(data.samples.frame.length * data.aus.length).fill(Number.NaN)
  for (const [place, { id, subject }] of data.videos.entries()) {
    if (subjects && !subjects.has(data.subjects[subject] ?? '')) continue
    const video = store.videos.get(id)
    const precision = 'float32' as const
    await predictVideo({ store, compute, ffmpeg, video, readable: input.readable(id), model: { ...model, device: 'cpu', precision } }, job)
    const prediction = store.predictions.find(id, model.card.id)
    if (!prediction) continue
    const { aus, probabilities } = store.predictions.readAll(prediction.id)
    const sources = data.aus.map((au) => aus.indexOf(au))
    data.samples.video.forEach((videoPlace, sample) => {
      if (videoPlace !== place) return
      const row = (data.samples.frame[sample] as number) * aus.length
      sources.forEach((source, column) => {
        if (source >= 0) values[sample * data.aus.length + column] = probabilities[row + source] as number
      })
    })
  }
  return values
}
