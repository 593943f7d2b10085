// Prediction on onnxruntime: the traced forward graph on a chosen execution provider, weights mapped from their file where possible.
import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { Tensor, type InferenceSession } from 'onnxruntime-node'
import { BUILT_IN_MODEL_IDS } from '@shared/model'
import { modelWeights } from '../modelWeights'
import { requirePrecision } from '../precision'
import type { LoadedModel, PredictionModel, Runtime, RunOptions } from '../runtime'
import { AU_LOGITS, buildForwardGraph, canStayInFile, FEATURE, FORWARD_INPUT } from './forwardGraph'
import { openSession, runSession, traceTarget, type OnnxDevice } from './session'

/** The graph written beside a weights file; it holds no weights and can be deleted at any time. */
export const GRAPH_FILE = 'forward.onnx'
/** The int8 graph beside a weights file, with its weights; can be deleted at any time as well. */
export const INT8_GRAPH_FILE = 'forward.int8.onnx'

export function onnxRuntime(device: OnnxDevice): Runtime {
  return { name: 'onnx', device, load: (model, options = {}) => load(device, model, options) }
}

async function load(device: OnnxDevice, model: PredictionModel, options: RunOptions): Promise<LoadedModel> {
  requirePrecision(device, options.precision)
  // The identity head served training only.
  const config = { ...model.config, subjects: 0 }
  const session = await openForward(device, { ...model, config }, options)
  return {
    predict: async (images, count) => {
      const input = new Tensor('float32', images, [count, 3, config.imageSize, config.imageSize])
      const results = await runSession(session, { [FORWARD_INPUT]: input })
      return { auLogits: config.aus > 0 ? floats(results, AU_LOGITS) : new Float32Array(0), features: floats(results, FEATURE) }
    },
    dispose: () => session.release(),
  }
}

/** Opens the forward graph: beside a weights file it refers to the weights in place; where it cannot be written, or with weights in memory, it contains them. */
async function openForward(device: OnnxDevice, model: PredictionModel, options: RunOptions): Promise<InferenceSession> {
  const { config, weights: source } = model
  const target = traceTarget(device)
  const sessionOptions = { device, threads: options.threads }
  if (options.precision === 'int8') {
    const values = await modelWeights(config, source, () => false)
    const { bytes } = buildForwardGraph(config, values, { target, precision: 'int8' })
    const path = source.kind === 'safetensors' ? await storeBeside(source.path, INT8_GRAPH_FILE, bytes) : null
    return openSession(path ?? bytes, sessionOptions)
  }
  if (source.kind === 'safetensors') {
    const located = await modelWeights(config, source, canStayInFile)
    const graph = buildForwardGraph(config, located, { target, weightsPath: source.path })
    const path = await storeBeside(source.path, GRAPH_FILE, graph.bytes)
    if (path) return openSession(path, sessionOptions)
  }
  const values = await modelWeights(config, source, () => false)
  return openSession(buildForwardGraph(config, values, { target }).bytes, sessionOptions)
}

/**
 * Writes the graph into the weights' folder and returns its path; null where the folder cannot be written to, or belongs to the application, whose own files
 * stay as they were installed.
 */
async function storeBeside(weightsPath: string, fileName: string, bytes: Uint8Array): Promise<string | null> {
  if (BUILT_IN_MODEL_IDS.includes(basename(dirname(weightsPath)))) return null
  const path = join(dirname(weightsPath), fileName)
  const existing = await readFile(path).catch(() => null)
  if (existing && Buffer.compare(existing, bytes) === 0) return path
  const temporary = `${path}.${randomUUID()}.tmp`
  try {
    await writeFile(temporary, bytes)
    await rename(temporary, path)
    return path
  } catch {
    await rm(temporary, { force: true })
    return null
  }
}

function floats(results: InferenceSession.OnnxValueMapType, name: string): Float32Array {
  return (results[name] as Tensor).data as Float32Array
}
