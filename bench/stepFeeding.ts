// Whether decoding and augmentation keep the training step fed: updates fed by the loader beside updates on one batch in memory, in turns in one run, so
// that a busy machine slows both. The loader's worker threads are the product's own.
import { createCanvas } from '@napi-rs/canvas'
import Database from 'better-sqlite3'
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { initialiseWeights } from '@ml/model/initialise'
import { classifierShapes } from '@ml/model/parameters'
import { vitConfig, type VitSize } from '@ml/model/config'
import { FINE_TUNING_ADAMW, updateScalars } from '@ml/optimizer/adamw'
import { Random } from '@ml/random'
import { classifierProgram } from '@ml/training/classifierProgram'
import { openTrainer, type StepInputs } from '@runtime/training/index'
import { BatchLoader, type BatchPlan } from '@compute/training/batchLoader'
import { IMAGENET_NORMALISATION } from '@shared/model'
import { DEFAULT_TRAINING } from '@shared/training'
import { loadLine, stepTraining } from './modelStep'

const CROPS = 64
interface Feeding {
  /** Seconds of an update. */
  pure: number
  fed: number
  /** Throughput fed by the loader, as a share of the pure step's. */
  share: number
  /** Processor time of a pure update as a share of a fed one's: what is left of the throughput where no core is idle, whatever else the machine does. */
  processorShare: number
}

/** Crops as the product stores them: smooth shapes with the grain of a camera, so that they decode as faces do. */
async function writeCrops(file: string, size: number): Promise<void> {
  const database = new Database(file)
  database.exec('CREATE TABLE crop (video_id TEXT, track INTEGER, rule TEXT, size INTEGER, frame INTEGER, jpeg BLOB, PRIMARY KEY (video_id, track, rule, size, frame))') // prettier-ignore
  const insert = database.prepare('INSERT INTO crop VALUES (?, ?, ?, ?, ?, ?)')
  const random = Random.seeded(5)
  for (let frame = 0; frame < CROPS; frame++) {
    const canvas = createCanvas(size, size)
    const drawing = canvas.getContext('2d')
    for (let shape = 0; shape < 12; shape++) {
      drawing.fillStyle = `hsl(${random.integer(360)} 50% ${20 + random.integer(60)}%)`
      drawing.beginPath()
      drawing.arc(random.uniform() * size, random.uniform() * size, (size / 3) * random.uniform(), 0, 2 * Math.PI)
      drawing.fill()
    }
    const pixels = drawing.getImageData(0, 0, size, size)
    for (let at = 0; at < pixels.data.length; at++) if (at % 4 !== 3) pixels.data[at] = (pixels.data[at] ?? 0) + random.normal(0, 4)
    drawing.putImageData(pixels, 0, 0)
    insert.run('video', 0, 'fmae', size, frame, await canvas.encode('jpeg', 92))
  }
  database.close()
}

/** The published augmentation and identity adversarial training on the processor. `rounds` pairs of measurements of `steps` updates each; medians over the rounds. */
export async function measureFeeding(size: VitSize, imageSize: number, batch: number, steps: number, rounds: number): Promise<Feeding> {
  const folder = mkdtempSync(join(tmpdir(), 'auw-bench-'))
  const threads = availableParallelism()
  const cropsFile = join(folder, 'crops.sqlite')
  await writeCrops(cropsFile, imageSize)
  const training = { ...stepTraining(size, batch), network: vitConfig(size, { imageSize, subjects: 41 }) }
  const program = classifierProgram(training)
  const weights = initialiseWeights(classifierShapes(training.network), training.network, Random.seeded(1))
  const trainer = await openTrainer(program, { weights, first: new Map(), second: new Map() }, 'cpu', { threads })
  const loader = new BatchLoader(
    {
      cropsFile,
      rule: 'fmae',
      size: imageSize,
      videos: [{ id: 'video', track: 0 }],
      video: new Int32Array(CROPS),
      frame: Int32Array.from({ length: CROPS }, (_, frame) => frame),
      normalisation: IMAGENET_NORMALISATION,
      augmentation: DEFAULT_TRAINING.augmentation,
    },
    batch,
    Math.max(1, Math.min(4, Math.floor(threads / 2))),
    resolve('out/main/compute.js'),
  )
  const inputs: StepInputs = Object.fromEntries(
    Object.entries(program.inputs).map(([name, shape]) => [
      name,
      new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(0.1),
    ]),
  )
  let update = 0
  const step = (images: Float32Array | null): Promise<unknown> =>
    trainer.step([images ? { ...inputs, images: Float32Array.from(images) } : inputs], updateScalars(++update, 1e-6, FINE_TUNING_ADAMW))
  function* plans(): Generator<BatchPlan> {
    for (let at = 0; ; at++) {
      const samples = Array.from({ length: batch }, (_, place) => (at * batch + place) % CROPS)
      yield { samples, seeds: samples.map((sample, place) => [at, sample, place]) }
    }
  }
  /** Seconds of an update by the clock, and of the processor's cores (those of worker threads included). */
  const timed = async (work: () => Promise<void>): Promise<{ clock: number; processor: number }> => {
    const began = performance.now()
    const usage = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(usage)
    return { clock: (performance.now() - began) / 1000 / steps, processor: (user + system) / 1e6 / steps }
  }
  try {
    const batches = loader.batches(plans())
    const fedStep = async (): Promise<void> => {
      const next = await batches.next()
      if (!next.done) await step(next.value.images)
    }
    await step(null)
    await fedStep()
    const measured: Feeding[] = []
    for (let round = 0; round < rounds; round++) {
      const pure = await timed(async () => {
        for (let one = 0; one < steps; one++) await step(null)
      })
      // what was read ahead meanwhile is used up before the clock starts
      for (let one = 0; one < 3; one++) await fedStep()
      const fed = await timed(async () => {
        for (let one = 0; one < steps; one++) await fedStep()
      })
      measured.push({ pure: pure.clock, fed: fed.clock, share: pure.clock / fed.clock, processorShare: pure.processor / fed.processor })
    }
    const median = (of: (one: Feeding) => number): number => measured.map(of).sort((a, b) => a - b)[Math.floor(rounds / 2)] as number
    return {
      pure: median(({ pure }) => pure),
      fed: median(({ fed }) => fed),
      share: median(({ share }) => share),
      processorShare: median(({ processorShare }) => processorShare),
    }
  } finally {
    await loader.close()
    await trainer.dispose()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** What `npm run bench` prints. */
export async function run(): Promise<{ name: string; lines: string[] }> {
  const small = await measureFeeding('small', 224, 16, 2, 3)
  const tiny = await measureFeeding('tiny', 112, 16, 12, 5)
  const line = (name: string, { pure, fed, share, processorShare }: Feeding): string =>
    `${name}: ${(100 * share).toFixed(0)} % of the pure step by the clock (${pure.toFixed(2)} s a step, ${fed.toFixed(2)} s fed), ${(100 * processorShare).toFixed(0)} % by processor time`
  return {
    name: 'Training step fed by decoding and the published augmentation, batch 16, on the processor',
    lines: [line('ViT-S at 224 pixels', small), line('ViT-tiny at 112 pixels', tiny), loadLine()],
  }
}
