// `synth`: renders synthetic subjects into a folder, several at a time, each once; continues a folder that was begun with the same configuration.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { writeFileAtomically } from '@runtime/weights/atomicFile'
import { AppError, fromErrorBody } from '@shared/errors'
import { SYNTH_MANIFEST, type SynthManifest, type SynthResult, type SynthSpec, type SynthSubject } from '@shared/synth'
import { SYNTHETIC_AUS } from '@vision/synthetic/actionUnits'
import { readFaceModel } from '@vision/synthetic/faceModel'
import type { CommandContext } from '../command'
import { finishedSubject } from '../synthetic/renderSubject'
import type { FromSynthWorker, SubjectOrder, SynthWorkerData, ToSynthWorker } from '../synthetic/synthSlots'

/** @throws AppError FILE_NOT_FOUND, INPUT_INVALID, FILE_EXISTS, FFMPEG_FAILED, DISK_FULL, CANCELLED; finished subjects stay */
export async function synth(spec: SynthSpec, _payload: Uint8Array, context: CommandContext): Promise<SynthResult> {
  const began = performance.now()
  // the model is looked at before anything is written
  const { source } = await readFaceModel(spec.facekitDirectory)
  const modelHash = await hashOf(spec.facekitDirectory)
  const { config, output, outDirectory } = spec
  const orders = [...ordersOf('train', config.subjects.train), ...ordersOf('held-out', config.subjects.heldOut)]
  const kept = await Promise.all(orders.map((order) => finishedSubject(spec, order, modelHash)))
  await mkdir(outDirectory, { recursive: true })
  const missing = orders.filter((_, index) => kept[index] === null)
  const framesEach =
    output.kind === 'crops'
      ? config.crops.perSubject
      : config.video.recordings * Math.max(1, Math.round(config.video.seconds * config.video.framesPerSecond))
  const total = orders.length * framesEach
  let done = total - missing.length * framesEach
  context.progress({ done, total })
  const rendered = await renderAll(spec, missing, modelHash, context.signal, (count) => context.progress({ done: (done += count), total }))
  const subjects = orders.map((order, index) => kept[index] ?? (rendered.get(keyOf(order)) as SynthSubject))
  const manifest: SynthManifest = {
    kind: 'synthetic-subjects',
    version: 1,
    faceModel: source,
    output: output.kind,
    encoder: output.kind === 'videos' ? output.encoding.encoder : null,
    config,
    aus: [...SYNTHETIC_AUS],
    subjects,
  }
  await writeFileAtomically(join(outDirectory, SYNTH_MANIFEST), (write) =>
    write(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`, 'utf8')),
  )
  return {
    manifest,
    directory: outDirectory,
    keptSubjects: orders.length - missing.length,
    renderedFrames: missing.length * framesEach,
    seconds: (performance.now() - began) / 1000,
  }
}

const ordersOf = (role: SubjectOrder['role'], count: number): SubjectOrder[] =>
  Array.from({ length: count }, (_, place) => ({ role, index: place + 1 }))

const keyOf = ({ role, index }: SubjectOrder): string => `${role} ${index}`

async function hashOf(directory: string): Promise<string> {
  const hash = createHash('sha256')
  for (const name of ['facekit.json', 'facekit.bin.gz'])
    for await (const piece of createReadStream(join(directory, name))) hash.update(piece as Buffer)
  return hash.digest('hex')
}

/** Gives each free worker the next subject. */
async function renderAll(
  spec: SynthSpec,
  orders: readonly SubjectOrder[],
  modelHash: string,
  signal: AbortSignal,
  onFrames: (count: number) => void,
): Promise<Map<string, SynthSubject>> {
  const finished = new Map<string, SynthSubject>()
  const waiting = [...orders]
  const stop = new SharedArrayBuffer(4)
  const workerData: SynthWorkerData = { kind: 'synth', spec, stop, modelHash }
  const ask = (): void => void Atomics.store(new Int32Array(stop), 0, 1)
  signal.addEventListener('abort', ask, { once: true })
  if (signal.aborted) ask()
  const runOne = (): Promise<void> =>
    new Promise((resolve, reject) => {
      const worker = new Worker(process.argv[1]!, { workerData })
      const post = (message: ToSynthWorker): void => worker.postMessage(message)
      let failure: Error | null = null
      let present: SubjectOrder | undefined
      const next = (): void => {
        present = failure ? undefined : waiting.shift()
        post(present ? { type: 'subject', order: present } : { type: 'end' })
      }
      worker.on('message', (message: FromSynthWorker) => {
        if (message.type === 'frames') onFrames(message.count)
        else if (message.type === 'failed') {
          failure = fromErrorBody(message.error)
          // the others' subjects would be thrown away with the result
          ask()
          post({ type: 'end' })
        } else {
          if (message.type === 'subject' && present) finished.set(keyOf(present), message.subject)
          next()
        }
      })
      worker.on('error', (error) => (failure ??= new AppError('INTERNAL', `A renderer failed: ${String(error)}.`)))
      worker.once('exit', () => (failure ? reject(failure) : resolve()))
    })
  try {
    const results = await Promise.allSettled(Array.from({ length: Math.min(spec.threads, orders.length) }, runOne))
    signal.throwIfAborted()
    const reasons = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as AppError] : []))
    // who was only asked to stop has nothing to say
    const first = reasons.find(({ code }) => code !== 'CANCELLED') ?? reasons[0]
    if (first) throw first
  } finally {
    signal.removeEventListener('abort', ask)
  }
  return finished
}
