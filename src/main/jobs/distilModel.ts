// A prepared distillation run from its folder to its end: crops as teacher and student see them, distilling in the compute process, the student into the
// registry.
import type { DistillationRunConfig, DistilSpec } from '@shared/distillation'
import type { ModelOnDisk } from '@shared/trainingCommands'
import type { RunData } from '@shared/trainingRun'
import type { JobContext } from './runner'
import { cropsOfRun, runToModel, type RunInput, type RunOutcome } from './runToModel'
import { wantedCrops } from './trainModel'

/** @throws AppError as {@link runToModel} */
export function distilModel(
  input: RunInput<DistillationRunConfig, RunData> & { teacher: ModelOnDisk },
  job: JobContext,
): Promise<RunOutcome> {
  const { store, run, data, teacher, folder: runDirectory, parent, product } = input
  return runToModel(
    input,
    {
      command: 'distil',
      modelKind: 'vit',
      named: 'Distilled AU model',
      from: 'made in this project by run',
      async prepare(): Promise<DistilSpec> {
        const sizes = new Set([run.teacher.architecture.imageSize, run.architecture.imageSize])
        for (const size of sizes) await cropsOfRun(input, { name: data.crops.rule, size }, wantedCrops(data), job)
        return { runDirectory, cropsFile: store.paths.crops, teacher, parent, product }
      },
    },
    job,
  )
}
