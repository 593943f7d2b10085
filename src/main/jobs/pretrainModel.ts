// A prepared pretraining run from its folder to its end: the project's own face crops, pretraining in the compute process, the backbone into the registry.
import type { PretrainingData, PretrainingRunConfig, PretrainSpec } from '@shared/pretraining'
import type { WantedCrops } from './buildCrops'
import type { JobContext } from './runner'
import { cropsOfRun, runToModel, type RunInput, type RunOutcome } from './runToModel'

/** @throws AppError as {@link runToModel} */
export function pretrainModel(input: RunInput<PretrainingRunConfig, PretrainingData>, job: JobContext): Promise<RunOutcome> {
  const { store, run, data, folder: runDirectory, parent, product } = input
  return runToModel(
    input,
    {
      command: 'pretrain',
      modelKind: 'backbone',
      named: 'Pretrained backbone',
      from: "from this project's run",
      async prepare(): Promise<PretrainSpec> {
        await cropsOfRun(input, { name: run.crops.rule, size: run.crops.size }, ownCrops(data), job)
        return { runDirectory, cropsFile: store.paths.crops, parent, product }
      },
    },
    job,
  )
}

/** The project's own frames; those of stores are pictures already. */
function ownCrops(data: PretrainingData): WantedCrops[] {
  return data.sources
    .filter(({ kind }) => kind === 'project')
    .flatMap(({ series }) => series.map(({ id, track, frames }): WantedCrops => ({ videoId: id, track, frames: frames ?? [] })))
}
