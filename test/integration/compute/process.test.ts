// The compute process as a process: cancelling, crashes, bad input, back-pressure, and ending with its parent.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { truncateSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { ComputeClient } from '@main/jobs/computeClient'
import type { AnalysisChunk, DecodeSpec } from '@shared/compute'
import { DEFAULT_ANALYSIS } from '@shared/faces'
import { analyseClip, ClipFolder, computeClient, demoClip, RESOURCES, type Clip } from './clips'

let clips: ClipFolder
let client: ComputeClient
let clip: Clip
beforeAll(async () => {
  clips = await ClipFolder.open()
  client = computeClient()
  clip = await clips.make('long.mkv', ['-stream_loop', '2', '-i', demoClip('S04'), '-vf', 'scale=96:96', '-frames:v', '520'])
})
afterAll(async () => {
  await client.close()
  clips.remove()
})

const analyse = (
  decode: DecodeSpec,
  onChunk: (chunk: AnalysisChunk) => void | Promise<void> = () => undefined,
  signal?: AbortSignal,
): Promise<void> => client.analyse({ decode, settings: DEFAULT_ANALYSIS, state: null }, { onChunk, ...(signal ? { signal } : {}) })

describe('cancelling', () => {
  it('stops at once, keeps what was finished, and leaves the process usable', async () => {
    const abort = new AbortController()
    const kept: number[] = []
    const work = analyse(
      await clip.decode(),
      ({ startFrame }) => {
        kept.push(startFrame)
        abort.abort()
      },
      abort.signal,
    )
    await expect(work).rejects.toMatchObject({ code: 'CANCELLED' })
    expect(kept).toEqual([0])
    const { pid } = client
    const short = await clips.make('short.mkv', ['-i', demoClip('S04'), '-frames:v', '5'])
    expect(await analyseClip(client, short)).toHaveLength(1)
    expect(client.pid).toBe(pid)
  })

  it('does not start what was cancelled before', async () => {
    await expect(analyse(await clip.decode(), undefined, AbortSignal.abort())).rejects.toMatchObject({ code: 'CANCELLED' })
  })

  it('kills a process that does not stop within its grace period, and calls that cancelled', async () => {
    const stubborn = join(clips.folder, 'stubborn.mjs')
    // says that it is ready and then hears nothing
    writeFileSync(
      stubborn,
      `import { Socket } from 'node:net'
       const json = JSON.stringify({ type: 'ready', protocol: 1, node: '', pid: process.pid, devices: [] })
       const head = Buffer.alloc(8); head.writeUInt32LE(json.length, 0)
       new Socket({ fd: 4, readable: false, writable: true }).write(Buffer.concat([head, Buffer.from(json)]))
       setInterval(() => {}, 1000)`,
    )
    const deaf = computeClient({ entryPath: stubborn, graceMilliseconds: 200 })
    const abort = new AbortController()
    const work = deaf.run('analyse', {}, { signal: abort.signal })
    while (deaf.pid === undefined) await sleep(10)
    const pid = deaf.pid
    abort.abort()
    await expect(work).rejects.toMatchObject({ code: 'CANCELLED' })
    await expect.poll(() => isAlive(pid)).toBe(false)
    await deaf.close()
  })
})

describe('crashes', () => {
  it('reports kill -9 in the middle, and starts anew', async () => {
    const seen: number[] = []
    const work = analyse(await clip.decode(), ({ startFrame }) => {
      seen.push(startFrame)
      process.kill(client.pid!, 'SIGKILL')
    })
    await expect(work).rejects.toMatchObject({ code: 'COMPUTE_CRASHED', data: { signal: 'SIGKILL' } })
    expect(seen[0]).toBe(0)
    const short = await clips.make('after crash.mkv', ['-i', demoClip('S04'), '-frames:v', '5'])
    expect(await analyseClip(client, short)).toHaveLength(1)
  })

  it('repeats what the process said last', async () => {
    const broken = join(clips.folder, 'broken.mjs')
    writeFileSync(broken, `console.error('no such library'); process.exit(3)`)
    const failing = computeClient({ entryPath: broken })
    const error = (await failing.run('devices', { check: false }).catch((reason: unknown) => reason)) as { code: string; message: string }
    expect(error).toMatchObject({ code: 'COMPUTE_CRASHED', data: { code: 3, lines: ['no such library'] } })
    expect(error.message).toContain('no such library')
    await failing.close()
  })

  it('refuses a node binary that is not there, and one that never answers', async () => {
    const nowhere = computeClient({ nodePath: join(clips.folder, 'no node') })
    await expect(nowhere.run('devices', {})).rejects.toMatchObject({ code: 'COMPUTE_CRASHED' })
    const silent = join(clips.folder, 'silent.mjs')
    writeFileSync(silent, 'setInterval(() => {}, 1000)')
    const waiting = computeClient({ entryPath: silent, handshakeMilliseconds: 300 })
    await expect(waiting.run('devices', {})).rejects.toMatchObject({ code: 'COMPUTE_PROTOCOL' })
  })
})

describe('bad videos', () => {
  const bytesOf = async (): Promise<DecodeSpec> => clip.decode()

  it('names the frame at which a video ends early', async () => {
    await expect(analyse({ ...(await bytesOf()), totalFrames: 600 })).rejects.toMatchObject({
      code: 'MEDIA_TRUNCATED',
      message: expect.stringContaining('frame 520 of 600') as string,
    })
  })

  it('refuses a video that has more frames than it should', async () => {
    const kept: AnalysisChunk[] = []
    await expect(analyse({ ...(await bytesOf()), totalFrames: 300 }, (chunk) => void kept.push(chunk))).rejects.toMatchObject({
      code: 'MEDIA_DECODE_FAILED',
    })
    expect(kept.length).toBeGreaterThan(0)
  })

  it('tells what ffmpeg said of a file that broke after it was imported', async () => {
    const doomed = await clips.make('doomed.mkv', ['-i', demoClip('S05'), '-frames:v', '60'])
    const decode = await doomed.decode()
    truncateSync(doomed.path, 0)
    const error = (await analyse(decode).catch((reason: unknown) => reason)) as { code: string; message: string; data: { lines: string[] } }
    expect(error.code).toBe('MEDIA_DECODE_FAILED')
    expect(error.data.lines.length).toBeGreaterThan(0)
    expect(error.message).toContain('ffmpeg says')
  })

  it('says when ffmpeg is not there', async () => {
    await expect(analyse({ ...(await bytesOf()), ffmpegPath: join(clips.folder, 'ffmpeg') })).rejects.toMatchObject({
      code: 'FFMPEG_NOT_FOUND',
    })
  })
})

describe('chunks', () => {
  it('wait for the store: one is stored at a time, and no more than two are under way', async () => {
    let storing = 0
    let worst = 0
    const order: number[] = []
    await analyse(await clip.decode(), async ({ startFrame }) => {
      worst = Math.max(worst, ++storing)
      order.push(startFrame)
      await sleep(50)
      storing--
    })
    expect(worst).toBe(1)
    expect(order).toEqual([0, 256, 512])
  })

  it('that cannot be stored end the command with the reason', async () => {
    const work = analyse(await clip.decode(), () => Promise.reject(new Error('disk full')))
    await expect(work).rejects.toThrow('disk full')
  })

  it('are those of the video, whatever else is analysed at the same time', async () => {
    const other = await clips.make('other.mkv', ['-i', demoClip('S08'), '-frames:v', '80'])
    const alone = await analyseClip(client, other)
    const [beside] = await Promise.all([analyseClip(client, other), analyseClip(client, clip)])
    expect(Buffer.compare(beside[0]!.faces, alone[0]!.faces)).toBe(0)
    expect(beside[0]!.state).toBe(alone[0]!.state)
  })
})

it('lists devices, the processor first', async () => {
  const devices = await client.devices()
  expect(devices[0]).toMatchObject({ id: 'cpu', runtime: 'onnx' })
})

it('has no command that nobody wrote', async () => {
  await expect(client.run('format', {})).rejects.toMatchObject({ code: 'COMPUTE_PROTOCOL' })
})

describe('ending', () => {
  const children: number[] = []
  afterEach(() => {
    for (const pid of children.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  })

  it('ends when its parent is gone', async () => {
    const child = spawn(process.execPath, [resolve('out/main/compute.js'), RESOURCES], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    })
    children.push(child.pid!)
    await once(child.stdio[4]!, 'data')
    ;(child.stdio[3] as NodeJS.WritableStream & { destroy(): void }).destroy()
    const [code] = (await once(child, 'exit')) as [number]
    expect(code).toBe(0)
  })

  it('ends when the client closes, and takes no commands after', async () => {
    const other = computeClient()
    await other.devices()
    const pid = other.pid!
    await other.close()
    expect(isAlive(pid)).toBe(false)
    await expect(other.devices()).rejects.toMatchObject({ code: 'CANCELLED' })
  })
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
