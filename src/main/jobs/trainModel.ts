// A prepared training run from its folder to its end: crops, the earlier model's values, training in the compute process, the new model into the registry.
import { existsSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { BEFORE_FILE, type ModelOnDisk, type TrainSpec } from '@shared/trainingCommands'
import type { RunConfig, RunData } from '@shared/trainingRun'
import type { WantedCrops } from './buildCrops'
import type { JobContext } from './runner'
import { cropsOfRun, runToModel, type RunInput, type RunOutcome } from './runToModel'
import { starterValues } from './starterValues'

export interface TrainInput extends RunInput<RunConfig, RunData> {
  /** The model to stand beside. */
  before: ModelOnDisk | null
}

/** @throws AppError as {@link runToModel} */
export function trainModel(input: TrainInput, job: JobContext): Promise<RunOutcome> {
  const { store, data, folder: runDirectory, parent, before, product } = input
  return runToModel(
    input,
    {
      command: 'train',
      modelKind: 'vit',
      named: 'AU model',
      from: 'trained in this project by run',
      async prepare(): Promise<TrainSpec> {
        await cropsOfRun(input, { name: data.crops.rule, size: data.crops.size }, wantedCrops(data), job)
        const isStarter = before?.card.kind === 'starter'
        // the earlier model is measured as it was made, not at the image size of the new one
        const size = before?.card.architecture?.imageSize ?? data.crops.size
        if (size !== data.crops.size) await cropsOfRun(input, { name: data.crops.rule, size }, testedCrops(input), job)
        if (isStarter) await writeBefore(input, job)
        return { runDirectory, cropsFile: store.paths.crops, parent, before: isStarter ? null : before, product }
      },
    },
    job,
  )
}

/** Frames of every sample, by video. */
export function wantedCrops(data: RunData): WantedCrops[] {
  const frames = data.videos.map((): number[] => [])
  data.samples.video.forEach((video, index) => frames[video]?.push(data.samples.frame[index] as number))
  return data.videos.map((video, index) => ({ videoId: video.id, track: video.track, frames: frames[index] ?? [] }))
}

function testedCrops({ run, data }: TrainInput): WantedCrops[] {
  const tested = new Set(run.folds.flatMap(({ test }) => test))
  return wantedCrops(data).filter((_, place) => tested.has(data.subjects[data.videos[place]?.subject ?? -1] ?? ''))
}

/** The starter's probabilities of every tested sample; NaN for other samples. */
async function writeBefore(input: TrainInput, job: JobContext): Promise<void> {
  const { run, folder, before } = input
  if (!before || existsSync(join(folder, BEFORE_FILE))) return
  const subjects = new Set(run.folds.flatMap(({ test }) => test))
  const values = await starterValues({ ...input, model: before, subjects }, job)
  const facts = { aus: before.card.aus.map(({ au }) => au), thresholds: before.card.aus.map(({ threshold }) => threshold) }
  writeFileSync(join(folder, 'before.json'), JSON.stringify(facts))
  const partial = join(folder, `${BEFORE_FILE}.part`)
  writeFileSync(partial, new Uint8Array(values.buffer), { flush: true })
  renameSync(partial, join(folder, BEFORE_FILE))
}
