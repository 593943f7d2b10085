// Opens the small networks of this room in onnxruntime. Which files they are is the caller's business.
import * as ort from 'onnxruntime-node'

/** A network with one float32 input `(1, ...)` fed from the same buffer each time. */
export interface SmallNetwork {
  /** The input's values; fill it, then call {@link run}. */
  input: Float32Array
  /** Values of every output, by name, valid until the next run. */
  run(): Promise<Record<string, Float32Array>>
  close(): Promise<void>
}

/**
 * Opens a network that runs on one thread: these graphs are so small that two thread pools on two cores take two to three times longer than none.
 * One frame is run at a time, so that a face's values never depend on what else was in a batch.
 */
export async function openSmallNetwork(file: string, inputName: string, shape: readonly number[]): Promise<SmallNetwork> {
  const session = await ort.InferenceSession.create(file, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
  })
  const input = new Float32Array(shape.reduce((product, size) => product * size, 1))
  const feeds = { [inputName]: new ort.Tensor('float32', input, shape) }
  return {
    input,
    async run() {
      const outputs = await session.run(feeds)
      return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, tensor.data as Float32Array]))
    },
    close: () => session.release(),
  }
}
