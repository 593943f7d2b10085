// Face analysis through the built compute process: every frame covered, people told apart, resumable to the last bit.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AnalysisChunk } from '@shared/compute'
import { decodeFaces } from '@shared/faceCodec'
import type { ComputeClient } from '@main/jobs/computeClient'
import { analyseClip, ClipFolder, computeClient, demoClip, facesOf, type Clip } from './clips'

let clips: ClipFolder
let client: ComputeClient
beforeAll(async () => {
  clips = await ClipFolder.open()
  client = computeClient()
})
afterAll(async () => {
  await client.close()
  clips.remove()
})

describe('two people side by side, longer than two chunks', () => {
  let clip: Clip
  let chunks: AnalysisChunk[]
  beforeAll(async () => {
    const both = ['-stream_loop', '2', '-i', demoClip('S01'), '-stream_loop', '2', '-i', demoClip('S06')]
    clip = await clips.make('two people.mkv', [...both, '-filter_complex', '[0:v][1:v]hstack', '-frames:v', '520'])
    chunks = await analyseClip(client, clip)
  })

  it('covers every frame in aligned chunks', () => {
    expect(clip.frames).toBe(520)
    expect(chunks.map(({ startFrame, frameCount }) => [startFrame, frameCount])).toEqual([
      [0, 256],
      [256, 256],
      [512, 8],
    ])
    for (const { startFrame, frameCount, faces } of chunks) expect(decodeFaces(faces)).toMatchObject({ startFrame, frameCount })
  })

  it('finds both in every frame and never mixes them up', () => {
    const faces = facesOf(chunks)
    expect(faces).toHaveLength(2 * clip.frames)
    expect(new Set(faces.map(({ track }) => track))).toEqual(new Set([0, 1]))
    const leftTrack = faces.find(({ box }) => box.x < 320)!.track
    for (const { track, box, score, flag } of faces) {
      expect(box.x + box.width / 2 < 320).toBe(track === leftTrack)
      expect(score).toBeGreaterThanOrEqual(0.7)
      expect(flag).toBeGreaterThanOrEqual(0.5)
    }
  })

  it('puts landmarks where the face is: eyes above the mouth, within the box, left of each other as in the picture', () => {
    for (const { landmarks, box } of facesOf(chunks).slice(0, 50)) {
      const point = (index: number): { x: number; y: number } => ({ x: landmarks[3 * index]!, y: landmarks[3 * index + 1]! })
      const [rightEye, leftEye, upperLip] = [point(33), point(263), point(13)]
      expect(rightEye.x).toBeLessThan(leftEye.x)
      expect(Math.max(rightEye.y, leftEye.y)).toBeLessThan(upperLip.y)
      for (let i = 0; i < 468; i++) {
        expect(point(i).x).toBeGreaterThanOrEqual(box.x - 0.1)
        expect(point(i).y).toBeLessThanOrEqual(box.y + box.height + 0.1)
      }
    }
  })

  it('continues from a chunk as if never interrupted', async () => {
    const rest = await analyseClip(client, clip, 256, chunks[0]!.state)
    expect(rest).toHaveLength(2)
    rest.forEach(({ faces, state }, i) => {
      expect(Buffer.compare(faces, chunks[i + 1]!.faces)).toBe(0)
      expect(state).toBe(chunks[i + 1]!.state)
    })
  })
})

it('gives rows without faces where there are none, and finds a face that comes in, leaves and comes back as the same', async () => {
  const blank = ['-f', 'lavfi', '-i', 'testsrc=size=320x320:rate=25']
  const parts =
    '[0:v]trim=end_frame=20,setpts=PTS-STARTPTS[a];[1:v]trim=end_frame=40,setpts=PTS-STARTPTS[b];[2:v]trim=end_frame=20,setpts=PTS-STARTPTS[c];[3:v]trim=end_frame=40,setpts=PTS-STARTPTS[d]'
  const uniform = ['a', 'b', 'c', 'd'].map((name) => `[${name}]fps=25,format=yuv420p,setsar=1[${name}${name}]`).join(';')
  const clip = await clips.make('in and out.mkv', [
    ...blank,
    ...['-i', demoClip('S02')],
    ...blank,
    ...['-i', demoClip('S02')],
    '-filter_complex',
    `${parts};${uniform};[aa][bb][cc][dd]concat=n=4`,
  ])
  const [chunk] = await analyseClip(client, clip)
  expect(chunk!.frameCount).toBe(clip.frames)
  const frames = facesOf([chunk!]).map(({ frame, track }) => [frame, track])
  expect(frames).toEqual([...Array(40).keys()].flatMap((i) => [[20 + i, 0]]).concat([...Array(40).keys()].map((i) => [80 + i, 0])))
  expect(chunk!.faceFrames).toBe(80)
})

it('sees no face in a test picture', async () => {
  const clip = await clips.make('nobody.mkv', ['-f', 'lavfi', '-i', 'testsrc2=size=640x360:rate=25:duration=2'])
  const [chunk] = await analyseClip(client, clip)
  expect(chunk).toMatchObject({ startFrame: 0, frameCount: 50, faceFrames: 0 })
})
