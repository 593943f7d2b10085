// Pictures of features as jobs of the compute lane: crops, features, t-SNE; kept with the run that made the model.
import type { JobRow } from '@shared/jobs'
import { AppError } from '@shared/errors'
import type { Embedding } from '@shared/studies'
import type { EmbedSpec } from '@shared/trainingCommands'
import type { BackendContext } from '../context'
import { chooseDevice } from '../devices'
import { findModel, modelCard, modelFolder } from '../modelRegistry'
import type { OpenProject } from '../openProjects'
import { collectData } from './collectData'
import { learnedBy, unknownOrigin } from './learnedBy'
import { cropsForJob } from './modelJobs'
import { Runs } from './runs'
import { Studies } from './studies'

interface EmbedRequest {
  modelId?: string
  framesPerSubject: number
  perplexity: number
  seed: number
  device?: string
}

/** @throws AppError MODEL_NOT_FOUND, MODEL_CANNOT_PREDICT, NO_LABELS, NOT_ANALYSED */
export async function startEmbedding(context: BackendContext, project: OpenProject, request: EmbedRequest): Promise<JobRow> {
  const { store } = project
  const resources = context.ports.resourcesDirectory
  const card = modelCard(store, resources, request.modelId)
  if (!card.architecture)
    throw new AppError(
      'MODEL_CANNOT_PREDICT',
      `${card.name} is no transformer, so it has no features to look at. Choose a trained or imported model.`,
    )
  const { runId } = card.training
  const runs = new Runs(store)
  const isKnown = runId !== null && runs.list().some((one) => one.id === runId)
  // whatever coders say, it is the same faces: only frames and subjects matter here
  const data = isKnown
    ? runs.data(runId)
    : collectData(store, {
        aus: null,
        coders: { kind: 'majority' },
        thinning: 1,
        framesPerSubject: null,
        imageSize: card.architecture.imageSize,
        keepsEveryAu: true,
      })
  const run = isKnown ? { config: runs.config(runId), data } : null
  // the run's own data go by the codes of its time
  const ofProject = unknownOrigin(store, card) === null ? learnedBy(store, card, 'labels') : null
  const learned = isKnown ? card.training.subjects : ofProject
  const parentId = run?.config.parent?.id ?? null
  const parent = parentId !== null ? findModel(store, resources, parentId) : null
  const device = await chooseDevice(context, request.device)
  await context.ffmpeg()
  return project.jobs.start({
    kind: 'embed',
    lane: 'compute',
    title: `Features of ${card.name}`,
    modelId: card.id,
    async work(job): Promise<Embedding> {
      await cropsForJob(context, project, data, job)
      const spec: EmbedSpec = {
        data,
        cropsFile: store.paths.crops,
        model: { card, directory: modelFolder(store, resources, card.id) },
        // what it began from may have been removed since; then there is no picture of before
        run: parentId !== null && !parent ? null : run,
        parent: parent && { card: parent, directory: modelFolder(store, resources, parent.id) },
        learned,
        framesPerSubject: request.framesPerSubject,
        perplexity: request.perplexity,
        device,
        seed: request.seed,
      }
      const embedding = (await context.compute.run('embedModel', spec, {
        signal: job.signal,
        onProgress: ({ done, total }: { done: number; total: number }) =>
          job.progress({ done, total, unit: 'frames', phase: 'Placing features on a plane' }),
      })) as Embedding
      new Studies(store).writeEmbedding(embedding, runId)
      return embedding
    },
  })
}
