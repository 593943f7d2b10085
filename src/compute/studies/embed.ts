// `embedModel`: features of a model on frames of every subject, placed on a plane by t-SNE; for a model of a run also as the network was when training began.
import { availableParallelism } from 'node:os'
import type { NamedArray } from '@ml/model/initialise'
import { tsne } from '@ml/evaluation/tsne'
import { Random } from '@ml/random'
import type { Embedding, EmbeddingLayout } from '@shared/studies'
import type { EmbedSpec } from '@shared/trainingCommands'
import type { RunConfig, RunData } from '@shared/trainingRun'
import type { CommandContext } from '../command'
import { BatchLoader } from '../training/batchLoader'
import { cropsOf } from '../training/cropsOf'
import { foldTraining } from '../training/foldProgram'
import { ImageSource } from '../training/inputSource'
import { modelOutputs } from '../training/modelOutputs'
import { baseRates, readSamples, samplesOf, spreadOverSubjects } from '../training/samples'
import { readParent, startingWeights } from '../training/startingWeights'

const ITERATIONS = 1000
/** Iterations between two looks at whether the job was cancelled. */
const BREATH = 10

/** @throws AppError MODEL_CANNOT_PREDICT, and those of weights and devices */
export async function embedModel(spec: EmbedSpec, _payload: Uint8Array, context: CommandContext): Promise<Embedding> {
  const { model, run, learned } = spec
  const data = thinnedTo(spec.data, spec.framesPerSubject)
  const points = data.samples.frame.length
  const passes = run ? 2 : 1
  // features and iterations in one measure: a layout counts as much as its features
  const total = passes * 2 * points
  let done = 0
  const report = (part: number): void => context.progress({ done: Math.min(total, Math.round(done + part)), total })
  const { samples, features } = await modelOutputs({ ...spec, data }, model, {
    device: spec.device,
    threads: availableParallelism(),
    onProgress: report,
  })
  const lay = async (values: Float32Array): Promise<EmbeddingLayout> => {
    done += points
    const layout = await tsne(values, points, {
      perplexity: spec.perplexity,
      iterations: ITERATIONS,
      random: Random.seeded(spec.seed, 21),
      onIteration: async (iteration) => {
        if (iteration % BREATH !== 0) return
        report((points * iteration) / ITERATIONS)
        await new Promise((resolve) => setImmediate(resolve))
        context.signal.throwIfAborted()
      },
    })
    done += points
    const rounded = (value: number): number => Number(value.toFixed(3))
    return {
      points: Array.from({ length: points }, (_, i) => [rounded(layout.positions[2 * i]!), rounded(layout.positions[2 * i + 1]!)]),
      perplexity: layout.perplexity,
      divergence: layout.divergence,
      sameNeighbour: sameNeighbour(layout.positions, samples.subject),
    }
  }
  const after = await lay(features)
  const before = run ? await lay(await startFeatures(spec, run, data, report)) : null
  return {
    format: 'au-workbench-embedding/1',
    modelId: model.card.id,
    modelName: model.card.name,
    createdAt: new Date().toISOString(),
    subjects: data.subjects,
    heldOut: learned === null ? [] : data.subjects.filter((code) => !learned.includes(code)),
    frames: data.samples.frame.map((frame, sample) => ({
      videoId: data.videos[data.samples.video[sample] as number]?.id ?? '',
      frame,
      subject: samples.subject[sample] as number,
    })),
    before,
    after,
    seed: spec.seed,
  }
}

/** Only so many samples of every subject, spread evenly. */
function thinnedTo(data: RunData, framesPerSubject: number): RunData {
  const chosen = [...spreadOverSubjects(readSamples(data), framesPerSubject)]
  const { video, frame, labels, isTrained } = data.samples
  return {
    ...data,
    samples: {
      video: chosen.map((sample) => video[sample] as number),
      frame: chosen.map((sample) => frame[sample] as number),
      labels: chosen.map((sample) => labels[sample] as string),
      isTrained: chosen.map((sample) => isTrained[sample] as string).join(''),
    },
  }
}

/** Features of the weights that the run's last fold began with. */
async function startFeatures(
  spec: EmbedSpec,
  { config, data: runData }: { config: RunConfig; data: RunData },
  data: RunData,
  onBatch: (done: number) => void,
): Promise<Float32Array> {
  const whole = readSamples(runData)
  const fold = config.folds.length - 1
  const trained = samplesOf(whole, config.folds[fold]?.train ?? [], true)
  const { network } = foldTraining(config, whole.aus.length, 0, null)
  const parent = spec.parent ? await readParent(spec.parent) : null
  const weights: Map<string, NamedArray> = startingWeights(
    network,
    whole.aus,
    baseRates(whole, trained),
    parent,
    Random.seeded(config.config.seed, fold, 1),
  )
  const samples = readSamples(data)
  const crops = cropsOf({ data, cropsFile: spec.cropsFile }, samples, config.normalisation)
  const loader = new BatchLoader(crops, config.config.optimisation.batch, 1)
  try {
    const images = new ImageSource(loader, spec.device, availableParallelism())
    const all = Int32Array.from({ length: samples.count }, (_, sample) => sample)
    return (await images.outputs(weights, { network, batch: config.config.optimisation.batch }, all, onBatch)).features
  } finally {
    await loader.close()
  }
}

/** Share of points whose nearest other point is of the same subject. */
function sameNeighbour(positions: Float32Array, subject: Int32Array): number {
  let same = 0
  for (let i = 0; i < subject.length; i++) {
    let nearest = -1
    let least = Infinity
    for (let j = 0; j < subject.length; j++) {
      if (i === j) continue
      const distance = (positions[2 * i]! - positions[2 * j]!) ** 2 + (positions[2 * i + 1]! - positions[2 * j + 1]!) ** 2
      if (distance < least) {
        least = distance
        nearest = j
      }
    }
    same += Number(subject[i] === subject[nearest])
  }
  return same / subject.length
}
