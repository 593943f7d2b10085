// Opening onnxruntime sessions on a chosen execution provider. What the graphs mean is not known here.
import { AppError } from '@shared/errors'
import { InferenceSession, listSupportedBackends, type Tensor } from 'onnxruntime-node'
import type { TraceTarget } from '../tracing/tracingBackend'

/** Execution providers that can be asked for. */
export type OnnxDevice = 'cpu' | 'webgpu' | 'dml' | 'coreml' | 'cuda'

export interface SessionOptions {
  device: OnnxDevice
  /** Threads of the CPU provider; absent leaves the choice to onnxruntime (one per core). */
  threads?: number
  /** Outputs to leave on the device instead of copying them back. WebGPU only. */
  outputsOnDevice?: readonly string[]
  /**
   * False gives every activation its own place in the arena instead of a second, contiguous block planned after the first run: a training step
   * of ViT-S at batch 16 then peaks about a third lower, no slower.
   */
  hasMemoryPattern?: boolean
}

/** What a traced graph may use on that device. */
export function traceTarget(device: OnnxDevice): TraceTarget {
  return { hasFusedMatMul: device !== 'webgpu' && device !== 'coreml', hasSlowTallProducts: device === 'cpu' }
}

/** Providers that this build of onnxruntime carries; whether they work here is for the device check to find out. */
export function availableOnnxDevices(): OnnxDevice[] {
  const known: readonly OnnxDevice[] = ['cpu', 'webgpu', 'dml', 'coreml', 'cuda']
  const supported = new Set(listSupportedBackends().map((backend) => backend.name))
  return known.filter((device) => supported.has(device))
}

/** Severity from which onnxruntime writes to standard error: 3 is error, so that placement hints do not clutter a log. */
const LOG_SEVERITY = 3

/** Opens a session from model bytes or from a file. Throws DEVICE_UNAVAILABLE with onnxruntime's own reason. */
export async function openSession(model: Uint8Array | string, options: SessionOptions): Promise<InferenceSession> {
  const { device, threads, outputsOnDevice, hasMemoryPattern = true } = options
  const sessionOptions: InferenceSession.SessionOptions = {
    executionProviders: [device],
    graphOptimizationLevel: 'all',
    enableMemPattern: hasMemoryPattern,
    logSeverityLevel: LOG_SEVERITY,
    ...(threads === undefined ? {} : { intraOpNumThreads: threads }),
    ...(outputsOnDevice
      ? { preferredOutputLocation: Object.fromEntries(outputsOnDevice.map((name) => [name, 'gpu-buffer' as const])) }
      : {}),
  }
  try {
    return await (typeof model === 'string'
      ? InferenceSession.create(model, sessionOptions)
      : InferenceSession.create(model, sessionOptions))
  } catch (cause) {
    throw new AppError(
      'DEVICE_UNAVAILABLE',
      `The model could not be loaded on the device "${device}": ${reasonOf(cause)}`,
      { device },
      { cause },
    )
  }
}

/**
 * Runs a session; `fetches` are tensors to write the outputs into.
 * Throws OUT_OF_MEMORY, or DEVICE_UNAVAILABLE where the device went away in the middle; the inputs are then as they were.
 */
export async function runSession(session: InferenceSession, feeds: SessionTensors, fetches?: SessionTensors): Promise<SessionTensors> {
  try {
    return (await (fetches ? session.run(feeds, fetches) : session.run(feeds))) as SessionTensors
  } catch (cause) {
    throw runError(cause)
  }
}

/** Tensors by their name in the graph. */
export type SessionTensors = Record<string, Tensor>

/** What a failed run means; errors that are not about memory or the device pass as they are. */
export function runError(cause: unknown): unknown {
  const message = cause instanceof Error ? cause.message : String(cause)
  if (/failed to allocate|bad_alloc|out of memory|not enough memory/i.test(message)) {
    return new AppError(
      'OUT_OF_MEMORY',
      'There is not enough memory for this batch on the device. Choose a smaller batch or model.',
      {},
      { cause },
    )
  }
  if (/device (is |was )?(lost|removed|hung)|DEVICE_(LOST|REMOVED|HUNG)/i.test(message)) {
    return new AppError(
      'DEVICE_UNAVAILABLE',
      `The device stopped working in the middle: ${reasonOf(cause)} Continue on another device.`,
      { reason: reasonOf(cause) },
      { cause },
    )
  }
  return cause
}

/** onnxruntime's reason without the source positions and C++ signatures it puts before it. */
function reasonOf(cause: unknown): string {
  const message = cause instanceof Error ? cause.message : String(cause)
  return (message.split('was false. ').at(-1) ?? message).trim().split('\n')[0] ?? message
}
