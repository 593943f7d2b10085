// Models as files for others: safetensors under timm's keys, or ONNX with what one must know to use it in its metadata.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { basename } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { Random } from '@ml/random'
import { modelWeights } from '@runtime/modelWeights'
import { AU_LOGITS, buildForwardGraph, EXPRESSION_LOGITS, FEATURE, FORWARD_INPUT } from '@runtime/onnx/forwardGraph'
import { traceTarget } from '@runtime/onnx/session'
import { runtimeFor } from '@runtime/index'
import { writeFileAtomically } from '@runtime/weights/atomicFile'
import { openSafetensors, ownMetadata, toHalfBytes, writeSafetensors, type SafetensorsFile } from '@runtime/weights/index'
import type { ModelExport } from '@shared/contract/training'
import { AppError } from '@shared/errors'
import { predictionColumns } from '@shared/expressions'
import { weightsFileOf, type ModelCard, type VitArchitecture } from '@shared/model'
import type { ExportSpec, ModelOnDisk } from '@shared/trainingCommands'
import { weightsPath } from '../modelFiles'

/** Relative difference of the written graph's outputs that is taken for rounding. */
const TOLERANCE = 1e-4

export async function writeExport({ model, format, file, isHalf }: ExportSpec): Promise<ModelExport> {
  const { card } = model
  if (!card.architecture || !weightsFileOf(card))
    throw new AppError(
      'MODEL_CANNOT_PREDICT',
      `${card.name} is part of the application and no single network, so it cannot be exported. Train or import a model first.`,
    )
  const worstError =
    format === 'onnx'
      ? await writeOnnx(model, weightsPath(model), file)
      : await copyWeights(card, weightsPath(model), file, isHalf === true)
  const { bytes, sha256 } = await hashOf(file)
  return { fileName: basename(file), bytes, sha256, worstError }
}

const OUTPUT_TEXTS = {
  vit: 'au_logits: float32 (n, AUs), probability = 1 / (1 + exp(-logit)); ',
  expression: 'expression_logits: float32 (n, expressions), probabilities by softmax; ',
  backbone: '',
} as const

/** What a user of the file must know, as text. */
function metadataOf(card: ModelCard): Record<string, string> {
  return {
    name: card.name,
    ...(card.expressions
      ? { expressions: card.expressions.join(',') }
      : { aus: card.aus.map(({ au }) => au).join(','), thresholds: card.aus.map(({ threshold }) => threshold).join(',') }),
    crop_rule: `${card.cropRule.name}, ${card.cropRule.size} x ${card.cropRule.size} pixels: box of the face's landmarks, top raised by 0.15 of its height, 0.05 of its width added on each side, stretched to a square`,
    normalisation_mean: card.normalisation.mean.join(','),
    normalisation_deviation: card.normalisation.deviation.join(','),
    input: 'images: float32 (n, 3, side, side), RGB, (value / 255 - mean) / deviation',
    outputs: `${OUTPUT_TEXTS[card.kind === 'expression' || card.kind === 'backbone' ? card.kind : 'vit']}feature: float32 (n, width)`,
    training: card.training.summary,
    licence: card.licence.name,
    licence_notice: card.licence.notice,
    card: JSON.stringify(card),
  }
}

/** @param isHalf 2 bytes a weight instead of 4; each moves by at most 0.05 % */
async function copyWeights(card: ModelCard, source: string, file: string, isHalf: boolean): Promise<null> {
  const reader = await openSafetensors(source)
  try {
    const tensors = [...reader.tensors].map(([name, { dtype, shape }]) =>
      isHalf && dtype === 'F32'
        ? { name, dtype: 'F16' as const, shape, chunks: halves(reader, name) }
        : { name, dtype, shape, chunks: reader.streamBytes(name) },
    )
    const own = {
      kind: card.kind === 'backbone' ? ('backbone' as const) : ('vit' as const),
      heads: (card.architecture as VitArchitecture).heads,
      aus: predictionColumns(card),
      areAusAssumed: card.areAusAssumed,
    }
    await writeSafetensors(file, tensors, { ...ownMetadata(own), ...metadataOf(card) })
  } finally {
    await reader.close()
  }
  return null
}

async function* halves(reader: SafetensorsFile, name: string): AsyncGenerator<Uint8Array> {
  yield toHalfBytes(await reader.readFloat32(name))
}

async function writeOnnx(model: ModelOnDisk, source: string, file: string): Promise<number> {
  const { card } = model
  const architecture = card.architecture as NonNullable<typeof card.architecture>
  const config = { ...architecture, aus: predictionColumns(card).length, subjects: 0, identityLayers: 1 as const }
  const weights = await modelWeights(config, { kind: 'safetensors', path: source }, () => false)
  // ordinary operations only, so that any onnxruntime runs it
  const { bytes } = buildForwardGraph(config, weights, {
    target: traceTarget('webgpu'),
    metadata: metadataOf(card),
    logits: card.expressions ? EXPRESSION_LOGITS : AU_LOGITS,
  })
  await writeFileAtomically(file, (write) => write(bytes))
  const error = await compare(card, config, source, file)
  if (!(error <= TOLERANCE))
    throw new AppError(
      'INTERNAL',
      `The exported file computes something else than the model (relative difference ${error}). Do not use it; please report this.`,
      { error },
    )
  return error
}

/** Largest difference of the file's outputs from the model's on three images of noise, relative to the largest: of logits, of a backbone the features. */
async function compare(card: ModelCard, config: Parameters<typeof buildForwardGraph>[0], source: string, file: string): Promise<number> {
  const count = 3
  const random = Random.seeded(9)
  const images = Float32Array.from({ length: count * 3 * config.imageSize ** 2 }, () => random.normal())
  const loaded = await runtimeFor('cpu').load({ config, weights: { kind: 'safetensors', path: source } })
  const { auLogits, features } = await loaded.predict(images, count)
  const [expected, output] = config.aus === 0 ? [features, FEATURE] : [auLogits, card.expressions ? EXPRESSION_LOGITS : AU_LOGITS]
  await loaded.dispose()
  const session = await InferenceSession.create(file)
  const results = await session.run({ [FORWARD_INPUT]: new Tensor('float32', images, [count, 3, config.imageSize, config.imageSize]) })
  const found = (results[output] as Tensor).data as Float32Array
  await session.release()
  const largest = expected.reduce((top, value) => Math.max(top, Math.abs(value)), 1e-6)
  return expected.reduce((worst, value, at) => Math.max(worst, Math.abs(value - (found[at] ?? Number.NaN)) / largest), 0)
}

async function hashOf(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256')
  let bytes = 0
  for await (const piece of createReadStream(path)) {
    hash.update(piece as Buffer)
    bytes += (piece as Buffer).length
  }
  return { bytes, sha256: hash.digest('hex') }
}
