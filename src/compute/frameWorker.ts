// A worker thread that runs ffmpeg and reads its pixels into shared memory, whole or as face crops, so that this goes on while the main thread is blocked in a network.
import { spawn } from 'node:child_process'
import { parentPort, workerData } from 'node:worker_threads'
import { toErrorBody } from '@shared/errors'
import { cropFace } from '@vision/crop'
import { countError, DecoderLog, spawnError } from './decoderErrors'
import type { FrameWorkerData, FromFrameWorker, ToFrameWorker } from './frameSlots'

/** Runs in the worker until ffmpeg has ended or it is told to stop. */
export function runFrameWorker(): void {
  const { decode, cropRule, buffer, slotBytes, slotCount } = workerData as FrameWorkerData
  const port = parentPort!
  const post = (message: FromFrameWorker): void => port.postMessage(message)
  const slots = Array.from({ length: slotCount }, (_, i) => new Uint8Array(buffer, i * slotBytes, slotBytes))
  const free = slots.map((_, i) => i)
  const frameBytes = decode.width * decode.height * 3
  const whole = cropRule ? new Uint8Array(frameBytes) : null
  /** Boxes by first frame; consumed in order. */
  const boxes: { startFrame: number; boxes: Float32Array }[] = []

  let frame = decode.startFrame
  let filled = 0
  /** Slot that is being filled or will receive the crop; -1 when none is taken yet. */
  let slot = -1
  /** Bytes read but not placed, while there is no slot or no box. Usually one piece; Node reads the rest of the pipe at ffmpeg's exit, paused or not. */
  const waiting: Uint8Array[] = []
  let extraBytes = 0
  let hasClosed = false
  let isFinished = false
  let exit: { code: number | null; signal: string | null } = { code: 0, signal: null }

  const log = new DecoderLog()
  const child = spawn(decode.ffmpegPath, decode.args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true })
  child.stderr.on('data', (piece: Buffer) => log.add(piece))
  child.once('error', (error: NodeJS.ErrnoException) =>
    finish(() => post({ type: 'error', error: toErrorBody(spawnError(decode, error)) })),
  )
  child.stdout.on('data', (piece: Buffer) => {
    waiting.push(piece)
    child.stdout.pause()
    advance()
  })
  child.once('close', (code, signal) => {
    hasClosed = true
    exit = { code, signal }
    advance()
  })
  port.on('message', (message: ToFrameWorker) => {
    if (message.type === 'release') free.push(message.slot)
    else if (message.type === 'boxes') boxes.push(message)
    else {
      child.kill('SIGKILL')
      finish(() => undefined)
      return
    }
    advance()
  })

  function finish(report: () => void): void {
    if (isFinished) return
    isFinished = true
    report()
    port.close()
  }

  /** Places waiting bytes as far as slots and boxes allow, then lets ffmpeg write on. */
  function advance(): void {
    if (isFinished) return
    try {
      for (;;) {
        // a whole frame may have waited for its box or for a slot
        if (filled === frameBytes && !complete()) return
        const piece = waiting[0]
        if (!piece) break
        if (frame >= decode.totalFrames) {
          extraBytes += piece.length
          waiting.shift()
          continue
        }
        const target = destination()
        if (!target) return
        const used = Math.min(piece.length, frameBytes - filled)
        target.set(piece.subarray(0, used), filled)
        filled += used
        if (used === piece.length) waiting.shift()
        else waiting[0] = piece.subarray(used)
      }
    } catch (error) {
      child.kill('SIGKILL')
      finish(() => post({ type: 'error', error: toErrorBody(error) }))
      return
    }
    if (!hasClosed) {
      child.stdout.resume()
      return
    }
    const problem = countError(decode, frame, extraBytes, exit, log.lines)
    finish(() => post(problem ? { type: 'error', error: toErrorBody(problem) } : { type: 'end' }))
  }

  /** Where the current frame's bytes go; null while every slot is in use. */
  function destination(): Uint8Array | null {
    if (whole) return whole
    if (slot < 0) slot = free.shift() ?? -1
    return slot < 0 ? null : slots[slot]!
  }

  /** Hands the finished frame over; false while it has to wait. */
  function complete(): boolean {
    if (whole && cropRule) {
      while (boxes[0] && frame >= boxes[0].startFrame + boxes[0].boxes.length / 4) boxes.shift()
      const chunk = boxes[0]
      if (!chunk) return false
      const [x, y, width, height] = chunk.boxes.subarray(4 * (frame - chunk.startFrame), 4 * (frame - chunk.startFrame) + 4)
      if (Number.isNaN(x)) post({ type: 'frame', frame, slot: -1 })
      else {
        slot = free.shift() ?? -1
        if (slot < 0) return false
        const image = { width: decode.width, height: decode.height, data: whole }
        cropFace(image, cropRule, { x: x!, y: y!, width: width!, height: height! }, slots[slot])
        post({ type: 'frame', frame, slot })
      }
    } else post({ type: 'frame', frame, slot })
    slot = -1
    filled = 0
    frame++
    return true
  }
}
