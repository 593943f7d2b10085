// Opens the small networks of this room in onnxruntime. Which files they are is the caller's business.
import * as ort from 'onnxruntime-node'

/** A network with one float32 input `(1, ...)`. Videos analysed side by side may share it. */
export interface SmallNetwork {
  /** Runs it on what `fill` writes into its input. @returns values of every output, by name */
  run(fill: (input: Float32Array) => void): Promise<Record<string, Float32Array>>
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
  // one at a time: the input is shared, and onnxruntime reads it only after control has been given away
  let last: Promise<unknown> = Promise.resolve()
  return {
    run(fill) {
      const result = last.then(async () => {
        fill(input)
        const outputs = await session.run(feeds)
        return Object.fromEntries(Object.entries(outputs).map(([name, tensor]) => [name, tensor.data as Float32Array]))
      })
      last = result.catch(() => undefined)
      return result
    },
    close: () => session.release(),
  }
}
