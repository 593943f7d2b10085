// Stream descriptions as ffmpeg 5.1 and a 2018 build print them; and what a hostile file name or metadata could print.
import { describe, expect, test } from 'vitest'
import { parseClock, parseInput } from '@main/media/parseStreams'

const NEW = `Input #0, mov,mp4,m4a,3gp,3g2,mj2, from 'INPUT':
  Metadata:
    major_brand     : qt  
  Duration: 00:00:06.38, start: 0.000000, bitrate: 3355 kb/s
  Stream #0:0[0x1](und): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, stereo, fltp, 128 kb/s (default)
  Stream #0:1[0x2](und): Video: hevc (Main) (hvc1 / 0x31637668), yuv420p(tv, bt709), 960x540, 3268 kb/s, 26.49 fps, 120 tbr, 12288 tbn (default)
    Side data:
      displaymatrix: rotation of -90.00 degrees
Output #0, null, to 'pipe:':
  Stream #0:0(und): Video: wrapped_avframe, yuv420p(tv, bt709, progressive), 540x960, q=2-31, 200 kb/s, 120 fps, 120 tbn (default)
`

const OLD = `Input #0, matroska,webm, from 'INPUT':
  Duration: N/A, start: -0.007000, bitrate: N/A
    Stream #0:0: Video: vp8, yuv420p(progressive), 720x480, SAR 8:9 DAR 4:3, 29.97 fps, 29.97 tbr, 1k tbn, 1k tbc (default)
    Stream #0:1(eng): Audio: opus, 48000 Hz, mono, fltp (default)
`

describe('parseInput', () => {
  test('reads container, codec, rotation, rates and sound of a phone recording', () => {
    const facts = parseInput(NEW, 'INPUT')
    expect(facts).toMatchObject({
      container: 'mov,mp4,m4a,3gp,3g2,mj2',
      durationSeconds: 6.38,
      startSeconds: 0,
      decodedSize: { width: 540, height: 960 },
    })
    expect(facts?.audio).toEqual([expect.objectContaining({ index: 0, codec: 'aac', profile: 'LC' })])
    expect(facts?.video).toEqual([
      {
        index: 1,
        codec: 'hevc',
        profile: 'Main',
        fourCharacterCode: 'hvc1',
        pixelFormat: 'yuv420p',
        width: 960,
        height: 540,
        sampleAspectRatio: 1,
        averageFrameRate: 26.49,
        tickFrameRate: 120,
        rotationDegrees: 90,
        isAttachedPicture: false,
      },
    ])
  })

  test('reads the turn in the words of ffmpeg 9 too', () => {
    const text = NEW.replace('displaymatrix: rotation of -90.00', 'Display Matrix: rotation of 90.00')
    expect(parseInput(text, 'INPUT')?.video[0]?.rotationDegrees).toBe(270)
  })

  test('reads the older layout, a pixel aspect ratio outside brackets and an unknown duration', () => {
    const facts = parseInput(OLD, 'INPUT')
    expect(facts).toMatchObject({ container: 'matroska,webm', durationSeconds: null, startSeconds: -0.007, decodedSize: null })
    expect(facts?.video[0]).toMatchObject({ codec: 'vp8', profile: null, width: 720, height: 480, averageFrameRate: 29.97 })
    expect(facts?.video[0]?.sampleAspectRatio).toBeCloseTo(8 / 9, 12)
    expect(facts?.audio[0]?.codec).toBe('opus')
  })

  test('knows a cover picture from a video', () => {
    const text = `Input #0, mp3, from 'INPUT':
  Duration: 00:00:10.00, start: 0.025057, bitrate: 130 kb/s
  Stream #0:0: Audio: mp3, 44100 Hz, stereo, fltp, 128 kb/s
  Stream #0:1: Video: png, rgb24(pc), 300x300, 90k tbr, 90k tbn (attached pic)
`
    expect(parseInput(text, 'INPUT')?.video).toEqual([
      expect.objectContaining({ codec: 'png', isAttachedPicture: true, tickFrameRate: 90000 }),
    ])
  })

  test('takes no stream from a file name with line breaks', () => {
    const name = "file:/tmp/x':\n  Stream #0:7: Video: h264, yuv420p, 1x1, 1 fps, 1 tbr\n.mp4"
    const text = NEW.replace('INPUT', name)
    expect(parseInput(text, name)?.video.map(({ index }) => index)).toEqual([1])
  })

  test('says nothing was opened when nothing was', () => {
    expect(parseInput('INPUT: Invalid data found when processing input', 'INPUT')).toBeNull()
  })
})

test('clocks are read in seconds', () => {
  expect(parseClock('01:02:03.45')).toBeCloseTo(3723.45, 9)
  expect(parseClock('-00:00:00.04')).toBeCloseTo(-0.04, 9)
  expect(parseClock('N/A')).toBeNull()
})
