// The prediction graph, which is also the exported .onnx file: images in, AU logits and feature out, weights as initializers.
import { basename } from 'node:path'
import type { VitConfig } from '@ml/model/config'
import { classify } from '@ml/model/network'
import type { Precision } from '@shared/model'
import type * as tf from '@tensorflow/tfjs-core'
import type { ModelWeight } from '../modelWeights'
import { quantiseRows } from '../tracing/quantise'
import type { ElementType, GraphMetadata, InitializerData } from '../tracing/onnxGraph'
import { SYMBOLIC_BATCH, traceGraph, type TracedGraph } from '../tracing/trace'
import type { TraceTarget } from '../tracing/tracingBackend'

/** Names of the graph's input and outputs, part of the exported file's contract. */
export const FORWARD_INPUT = 'images'
export const AU_LOGITS = 'au_logits'
/** Instead of `au_logits` in exported files of models whose outputs are expression classes. */
export const EXPRESSION_LOGITS = 'expression_logits'
export const FEATURE = 'feature'
export const IDENTITY_LOGITS = 'id_logits'

export interface ForwardGraphOptions {
  target: TraceTarget
  /** The weights file that weights with an offset lie in; the graph must be stored in the same folder. */
  weightsPath?: string
  /** A fixed batch; absent leaves it open, as the dimension `n`. */
  batch?: number
  metadata?: GraphMetadata
  /** Name of the outputs; default: `au_logits`. */
  logits?: string
  /** With `int8` the blocks' linear layers are quantised, which needs their weights' values. */
  precision?: Precision
}

/** Builds the forward graph. The identity head is part of it when the configuration has subjects. */
export function buildForwardGraph(config: VitConfig, weights: ReadonlyMap<string, ModelWeight>, options: ForwardGraphOptions): TracedGraph {
  const batch = options.batch ?? SYMBOLIC_BATCH
  const traceOptions = { target: options.target, hasSymbolicBatch: options.batch === undefined, metadata: options.metadata }
  return traceGraph((tracer) => {
    const images = tracer.input(FORWARD_INPUT, [batch, 3, config.imageSize, config.imageSize]) as tf.Tensor4D
    const parameters: Record<string, tf.Tensor> = {}
    for (const [key, weight] of weights) {
      if (options.precision === 'int8' && weight.data && QUANTISED.test(key)) {
        parameters[key] = tracer.quantisedWeight(key, weight.shape, quantiseRows(weight.data, weight.shape[0] as number))
        continue
      }
      const { type, data } = initializer(weight, options.weightsPath)
      parameters[key] = tracer.weight(key, weight.shape, type, data)
    }
    const output = classify(images, parameters, config)
    if (output.auLogits) tracer.output(options.logits ?? AU_LOGITS, output.auLogits)
    if (output.identityLogits) tracer.output(IDENTITY_LOGITS, output.identityLogits)
    tracer.output(FEATURE, output.feature)
  }, traceOptions)
}

/** The layers in which nearly all arithmetic is. Patch embedding and heads stay in float32: they are small and first and last. */
const QUANTISED = /^blocks\.\d+\.(attn\.(qkv|proj)|mlp\.fc[12])\.weight$/

const STORED_TYPES: Readonly<Record<string, ElementType>> = { F32: 'float32', F16: 'float16', BF16: 'bfloat16' }

/** True for stored types that a graph can refer to in place. */
export function canStayInFile(dtype: string): boolean {
  return dtype in STORED_TYPES
}

function initializer(weight: ModelWeight, weightsPath: string | undefined): { type: ElementType; data: InitializerData } {
  if (weight.data)
    return { type: 'float32', data: { bytes: new Uint8Array(weight.data.buffer, weight.data.byteOffset, weight.data.byteLength) } }
  const { dtype, byteOffset, byteLength } = weight
  return { type: STORED_TYPES[dtype] as ElementType, data: { fileName: basename(weightsPath ?? ''), byteOffset, byteLength } }
}
