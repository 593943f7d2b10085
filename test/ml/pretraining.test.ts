// Masked pretraining: the published model's numbers from the reordered tokens, masking, learning, and the hand-over to fine-tuning.
import { vitConfig } from '@ml/model/config'
import { initialiseWeights } from '@ml/model/initialise'
import { classifierShapes } from '@ml/model/parameters'
import { updateScalars } from '@ml/optimizer/adamw'
import { backboneWeights } from '@ml/pretraining/handOver'
import { autoencoderShapes, PUBLISHED_DECODER, visibleCount, type AutoencoderConfig } from '@ml/pretraining/maskedAutoencoder'
import { maskedBatch, maskingNoise, restoreOrder } from '@ml/pretraining/maskedBatch'
import { PRETRAINING_ADAMW, pretrainingInputs, pretrainingProgram } from '@ml/pretraining/pretrainingProgram'
import { Random } from '@ml/random'
import { openTrainer } from '@runtime/training/index'
import { verifyPretraining } from '@runtime/verify/pretraining'
import { expect, test } from 'vitest'

const NETWORK: AutoencoderConfig = {
  ...PUBLISHED_DECODER, width: 24, depth: 2, heads: 2, patch: 8, imageSize: 32, decoderWidth: 16, decoderDepth: 1, decoderHeads: 2,
} // prettier-ignore

test.each(['cpu', 'wasm'] as const)('mask, prediction, losses and gradients of the published model on %s', async (device) => {
  expect((await verifyPretraining('test/fixtures/reference', device))?.error).toBeLessThan(1e-5)
})

test('a quarter of the patches stays visible, each patch is fed once, and the order can be undone', () => {
  const images = new Float32Array(2 * 3 * 32 * 32)
  const batch = maskedBatch(images, maskingNoise(NETWORK, 2, Random.seeded(1)), NETWORK, 'raw')
  expect(visibleCount(NETWORK)).toBe(4)
  for (const sample of [0, 1])
    expect([...batch.order.subarray(16 * sample, 16 * sample + 16)].sort((a, b) => a - b)).toEqual([...Array(16).keys()])
  const rows = Float32Array.from(batch.order)
  expect([...restoreOrder(rows, batch.order, 16)]).toEqual([...Array(16).keys(), ...Array(16).keys()])
})

test('normalised targets have mean 0 and deviation 1', () => {
  const random = Random.seeded(4)
  const images = Float32Array.from({ length: 3 * 32 * 32 }, () => random.normal(3, 2))
  const { targets } = maskedBatch(images, maskingNoise(NETWORK, 1, random), NETWORK, 'normalised')
  const patch = targets.subarray(0, 192)
  const mean = patch.reduce((sum, value) => sum + value, 0) / 192
  expect(mean).toBeCloseTo(0, 5)
  expect(patch.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 191).toBeCloseTo(1, 3)
})

test('it learns, and its encoder has every weight that fine-tuning takes over', async () => {
  const program = pretrainingProgram({ network: NETWORK, batch: 4, weightDecay: 0.05, clipNorm: null })
  const weights = initialiseWeights(autoencoderShapes(NETWORK), NETWORK, Random.seeded(1))
  const trainer = await openTrainer(program, { weights, first: new Map(), second: new Map() }, 'cpu')
  // Smooth pictures, so that hidden patches can be told from visible ones.
  const images = Float32Array.from(
    { length: 4 * 3 * 1024 },
    (_, i) => Math.sin((i % 32) / 9 + Math.floor(i / 3072)) + Math.cos((Math.floor(i / 32) % 32) / 7),
  )
  const losses: number[] = []
  for (let step = 1; step <= 60; step++) {
    const batch = maskedBatch(images, maskingNoise(NETWORK, 4, Random.seeded(9, step)), NETWORK, 'raw')
    losses.push((await trainer.step([pretrainingInputs(batch)], updateScalars(step, 2e-3, PRETRAINING_ADAMW))).loss)
  }
  const mean = (values: number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  expect(mean(losses.slice(-5))).toBeLessThan(0.5 * mean(losses.slice(0, 5)))
  const backbone = backboneWeights((await trainer.state()).weights, NETWORK)
  await trainer.dispose()
  const classifier = classifierShapes({ ...vitConfig('tiny'), ...NETWORK })
  for (const [key, shape] of Object.entries(classifier)) {
    if (!/^(head|fc_norm)\./.test(key)) expect(backbone.get(key)?.shape).toEqual(shape)
  }
})
