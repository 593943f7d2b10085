// In what order a fold's frames are trained on, epoch by epoch, and the batches made of them: a function of the seed alone, so a resumed run sees the same.
import { createHash } from 'node:crypto'
import { Random, type RandomState } from '@ml/random'
import type { RunConfig } from '@shared/trainingRun'
import type { BatchPlan } from './batchLoader'
import { STREAM } from './runContext'

export interface EpochOrder {
  order: number[]
  /** Generator that the order came from. */
  state: RandomState
  /** Of the order: another hash is other data. */
  hash: string
}

/** Order of the fold's training samples in an epoch (from 0). `subjectOf` is the place of the subject per sample of the run. */
export function epochOrder(run: RunConfig, fold: number, epoch: number, trained: Int32Array, subjectOf: Int32Array): EpochOrder {
  const random = Random.seeded(run.config.seed, fold, STREAM.order, epoch)
  const { state } = random
  const order = run.config.data.sampling === 'subjects' ? balancedOrder(trained, subjectOf, random) : random.shuffle([...trained])
  return { order, state, hash: orderHash(Int32Array.from(order)) }
}

/** By which a resumed run knows that it sees the same samples in the same order. */
export const orderHash = (order: Int32Array): string => createHash('sha256').update(order).digest('hex')

/** As many draws of every subject, those with fewer frames repeated; as long as the plain order. */
function balancedOrder(trained: Int32Array, subjectOf: Int32Array, random: Random): number[] {
  const own = new Map<number, number[]>()
  for (const sample of trained) {
    const subject = subjectOf[sample] as number
    const list = own.get(subject)
    if (list) list.push(sample)
    else own.set(subject, [sample])
  }
  const each = Math.ceil(trained.length / own.size)
  const order: number[] = []
  for (const list of own.values()) {
    random.shuffle(list)
    for (let draw = 0; draw < each; draw++) order.push(list[draw % list.length] as number)
  }
  return random.shuffle(order).slice(0, trained.length)
}

/** The micro-batches of an epoch from an update on. Every batch is full: the order is continued from its beginning where it does not divide. */
export function* epochPlans(
  run: RunConfig,
  fold: number,
  epoch: number,
  order: readonly number[],
  updates: { from: number; to: number },
): Generator<BatchPlan> {
  const { batch, microBatches } = run.config.optimisation
  for (let at = updates.from * microBatches; at < updates.to * microBatches; at++) {
    const samples = Array.from({ length: batch }, (_, place) => order[(at * batch + place) % order.length] as number)
    yield { samples, seeds: samples.map((sample, place) => [run.config.seed, fold, STREAM.images, epoch, sample, at * batch + place]) }
  }
}
