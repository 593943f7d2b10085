// Entry of the compute process, and of its worker threads. Started by main with two extra pipes: 3 to read messages from, 4 to write them to.
import { Socket } from 'node:net'
import { isMainThread, workerData } from 'node:worker_threads'
import { COMPUTE_PROTOCOL, type ToCompute } from '@shared/compute'
import { FrameParser } from '@shared/computeFrames'
import { listDevices } from '@runtime/devices/listDevices'
import { commands } from './commands/index'
import { runFrameWorker } from './frameWorker'
import { Server } from './server'

function serve(resourcesDirectory: string): void {
  const input = new Socket({ fd: 3, readable: true, writable: false })
  const output = new Socket({ fd: 4, readable: false, writable: true })
  const leave = (code: number): void => {
    process.exit(code)
  }
  const server = new Server({
    commands,
    resourcesDirectory,
    write: (bytes) => void output.write(bytes),
    now: () => performance.now(),
    onShutdown: () => output.end(() => leave(0)),
  })
  const parser = new FrameParser<ToCompute>()
  input.on('data', (piece: Buffer) => {
    try {
      for (const frame of parser.push(piece)) server.receive(frame)
    } catch (error) {
      console.error(error)
      leave(1)
    }
  })
  // main is gone when its end of a pipe closes, and nobody is left to work for; ffmpeg ends by itself on its own closed pipe
  input.on('close', () => leave(0))
  input.on('error', () => leave(0))
  output.on('error', () => leave(0))
  server.send({ type: 'ready', protocol: COMPUTE_PROTOCOL, node: process.version, pid: process.pid, devices: listDevices() })
}

if (isMainThread) {
  // Ctrl+C reaches every process of a terminal; main hears it too, and cancels so that what is finished is saved
  process.on('SIGINT', () => undefined)
  const resources = process.argv[2]
  if (!resources) {
    console.error('The compute process is started by AU Workbench and not by hand: compute.js RESOURCES, with pipes 3 and 4.')
    process.exit(2)
  }
  serve(resources)
} else {
  const { kind } = workerData as { kind: string }
  if (kind === 'frames') runFrameWorker()
  // loaded on demand: readers of frames have no need of what these bring with them
  else if (kind === 'synth') void import('./synthetic/synthWorker').then(({ runSynthWorker }) => runSynthWorker())
  else if (kind === 'batches') void import('./training/batchWorker').then(({ runBatchWorker }) => runBatchWorker())
  else if (kind === 'masked') void import('./pretraining/maskedWorker').then(({ runMaskedWorker }) => runMaskedWorker())
}
