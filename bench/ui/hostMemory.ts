// Memory of the process that serves the window, asked through Node's own inspector, after it collected garbage.
import { WebSocket } from 'ws'

export interface HostMemory {
  /** Bytes of JavaScript objects in use. */
  heap: number
  /** Bytes that the process holds of the machine's memory. */
  resident: number
}

/** One question to an inspector. */
async function ask(socket: WebSocket, id: number, method: string, params: object = {}): Promise<Record<string, unknown>> {
  return new Promise((found, fail) => {
    const take = (data: Buffer): void => {
      const answer = JSON.parse(data.toString()) as { id?: number; result?: Record<string, unknown>; error?: { message: string } }
      if (answer.id !== id) return
      socket.off('message', take)
      if (answer.result) found(answer.result)
      else fail(new Error(answer.error?.message ?? `${method} failed`))
    }
    socket.on('message', take)
    socket.send(JSON.stringify({ id, method, params }))
  })
}

/** @param url of the inspector, `ws://...` */
export async function hostMemory(url: string): Promise<HostMemory> {
  const socket = new WebSocket(url)
  await new Promise((done, fail) => socket.once('open', done).once('error', fail))
  try {
    for (let round = 1; round <= 3; round++) await ask(socket, round, 'HeapProfiler.collectGarbage')
    const expression = 'JSON.stringify(process.memoryUsage())'
    const { result } = await ask(socket, 4, 'Runtime.evaluate', { expression })
    const usage = JSON.parse(String((result as { value?: unknown }).value)) as { heapUsed: number; rss: number }
    return { heap: usage.heapUsed, resident: usage.rss }
  } finally {
    socket.close()
  }
}
