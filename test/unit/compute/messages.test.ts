// Messages between main and the compute process, and rows into chunks: whatever the pieces, the same comes out.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ChunkRows } from '@compute/chunkRows'
import { countError, DecoderLog } from '@compute/decoderErrors'
import { encodeFrameHead, FrameParser } from '@shared/computeFrames'
import { decodeStartOf, type PredictionChunk } from '@shared/compute'
import { AppError } from '@shared/errors'

describe('message frames', () => {
  const message = fc.record({ header: fc.jsonValue(), payload: fc.uint8Array({ maxLength: 300 }) })

  it('come out as they went in, cut into any pieces, with any characters', () => {
    fc.assert(
      fc.property(fc.array(message, { maxLength: 6 }), fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (messages, cuts) => {
        const bytes = Buffer.concat(messages.flatMap(({ header, payload }) => [encodeFrameHead(header, payload), payload]))
        const parser = new FrameParser<unknown>()
        const found: unknown[] = []
        for (let at = 0, i = 0; at < bytes.length; i++) {
          const piece = bytes.subarray(at, at + cuts[i % cuts.length]!)
          at += piece.length
          for (const { header, payload } of parser.push(piece)) found.push([header, [...payload]])
        }
        expect(found).toEqual(messages.map(({ header, payload }) => [JSON.parse(JSON.stringify(header)), [...payload]]))
      }),
    )
  })

  it('that are none are refused', () => {
    expect(() => new FrameParser().push(Buffer.from('Debugger listening on ws://127.0.0.1'))).toThrow(AppError)
    const head = Buffer.alloc(9, 0)
    head.writeUInt32LE(1, 0)
    head.write('{', 8)
    expect(() => new FrameParser().push(head)).toThrow(AppError)
  })
})

describe('rows into chunks', () => {
  it('drops context, aligns at 256, fills missing faces with NaN, in order', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 700 }), async (firstChunk, count) => {
        const fromFrame = 256 * firstChunk
        const start = decodeStartOf('starter', fromFrame)
        const chunks: PredictionChunk[] = []
        const rows = new ChunkRows(start, fromFrame, fromFrame + count, 2, (chunk) => Promise.resolve(void chunks.push(chunk)))
        for (let frame = start; frame < fromFrame + count; frame++) await rows.push(frame % 5 === 0 ? null : Float32Array.of(frame, -frame))
        expect(chunks.every(({ startFrame }) => startFrame % 256 === 0)).toBe(true)
        const all = chunks.flatMap(({ probabilities }) => [...probabilities])
        const expected = Array.from({ length: count }, (_, i) => fromFrame + i).flatMap((frame) =>
          frame % 5 === 0 ? [Number.NaN, Number.NaN] : [frame, -frame],
        )
        expect(all).toEqual(expected)
        expect(chunks.reduce((sum, { frameCount }) => sum + frameCount, 0)).toBe(count)
      }),
      { numRuns: 25 },
    )
  })
})

describe('decoder errors', () => {
  const decode = { name: 'a "b".mp4', ffmpegPath: 'ffmpeg', args: [], width: 1, height: 1, startFrame: 0, totalFrames: 10 }

  it('say nothing when every frame came, whatever the exit code', () => {
    expect(countError(decode, 10, 0, { code: 1, signal: null }, ['[error] late trouble'])).toBeNull()
  })

  it("quote the last complaint and not ffmpeg's statistics", () => {
    const error = countError(decode, 4, 0, { code: 69, signal: null }, ['[error] Invalid data', '[info] video:12kB'])
    expect(error).toMatchObject({ code: 'MEDIA_DECODE_FAILED' })
    expect(error!.message).toContain('frame 4')
    expect(error!.message).toContain('Invalid data')
    expect(error!.message).not.toContain('12kB')
  })

  it('keep the last lines of a flood', () => {
    const log = new DecoderLog()
    for (let i = 0; i < 10_000; i++) log.add(Buffer.from(`line ${i}\r\n`))
    expect(log.lines.length).toBeLessThanOrEqual(12)
    expect(log.lines.at(-1)).toBe('line 9999')
  })
})
