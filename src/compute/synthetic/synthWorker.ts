// Worker thread that renders subjects, one after the other, as it is told.
import { parentPort, workerData } from 'node:worker_threads'
import { AppError, toErrorBody } from '@shared/errors'
import { readFaceModel } from '@vision/synthetic/faceModel'
import { SubjectMaker } from './renderSubject'
import type { FromSynthWorker, SynthWorkerData, ToSynthWorker } from './synthSlots'

/** Frames between messages of progress. */
const REPORT_EVERY = 10

/** Runs until it is told to end. */
export async function runSynthWorker(): Promise<void> {
  const { spec, stop, modelHash } = workerData as SynthWorkerData
  const port = parentPort!
  const post = (message: FromSynthWorker): void => port.postMessage(message)
  const flag = new Int32Array(stop)
  let maker: SubjectMaker
  try {
    maker = new SubjectMaker(spec, await readFaceModel(spec.facekitDirectory), modelHash)
  } catch (error) {
    post({ type: 'failed', error: toErrorBody(error) })
    return
  }
  let unreported = 0
  const onFrame = (): void => {
    if (Atomics.load(flag, 0) !== 0) throw new AppError('CANCELLED', 'The job was cancelled.')
    if (++unreported < REPORT_EVERY) return
    post({ type: 'frames', count: unreported })
    unreported = 0
  }
  port.on('message', (message: ToSynthWorker) => {
    if (message.type === 'end') {
      port.close()
      return
    }
    void maker
      .make(message.order, { onFrame })
      .then((subject) => {
        post({ type: 'frames', count: unreported })
        unreported = 0
        post({ type: 'subject', subject })
      })
      .catch((error: unknown) => post({ type: 'failed', error: toErrorBody(error) }))
  })
  post({ type: 'ready' })
}
