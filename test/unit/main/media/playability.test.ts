// The names browsers are asked about: RFC 6381 strings for the codecs people bring, and no name for what none plays.
import { expect, test } from 'vitest'
import { contentTypeOf, mimeTypeOf, UNPLAYABLE_MIME_TYPE, type PlayableFacts } from '@main/media/playability'

const phone: PlayableFacts = {
  container: 'mov,mp4,m4a,3gp,3g2,mj2',
  codec: 'h264',
  profile: 'High',
  fourCharacterCode: 'avc1',
  pixelFormat: 'yuv420p',
  width: 1920,
  height: 1080,
  nominalFrameRate: 30,
  hasAudio: true,
  audioCodec: 'aac',
  audioProfile: 'LC',
}
const silent = { hasAudio: false, audioCodec: null, audioProfile: null }

test.each([
  [{}, 'video/mp4; codecs="avc1.640028, mp4a.40.2"'],
  [{ profile: 'Constrained Baseline', width: 640, height: 480, nominalFrameRate: 15, ...silent }, 'video/mp4; codecs="avc1.42e01e"'],
  [{ profile: 'High 4:4:4 Predictive', ...silent }, 'video/mp4; codecs="avc1.f40028"'],
  [
    { codec: 'hevc', profile: 'Main 10', fourCharacterCode: 'hvc1', pixelFormat: 'yuv420p10le', ...silent },
    'video/mp4; codecs="hvc1.2.4.L120.90"',
  ],
  [{ codec: 'vp9', profile: 'Profile 0', container: 'matroska,webm', audioCodec: 'opus' }, 'video/webm; codecs="vp09.00.40.08, opus"'],
  [
    { codec: 'vp9', profile: 'Profile 2', container: 'matroska,webm', pixelFormat: 'yuv420p10le', ...silent },
    'video/webm; codecs="vp09.02.40.10"',
  ],
  [{ container: 'matroska,webm' }, 'video/x-matroska; codecs="avc1.640028, mp4a.40.2"'],
  [{ audioCodec: 'mp3', audioProfile: null }, 'video/mp4; codecs="avc1.640028, mp4a.6B"'],
  [{ codec: 'av1', profile: 'Main', ...silent }, 'video/mp4; codecs="av01.0.08M.08"'],
  [{ codec: 'av1', profile: 'Main', width: 3840, height: 2160, ...silent }, 'video/mp4; codecs="av01.0.13M.08"'],
] as const)('%j is %s', (change, expected) => {
  expect(mimeTypeOf({ ...phone, ...change })).toBe(expected)
})

test.each([
  { container: 'avi' },
  { container: 'mpegts' },
  { codec: 'mpeg4', profile: 'Simple Profile' },
  { codec: 'prores' },
  { audioCodec: 'pcm_s16le', audioProfile: null },
])('%j has no name', (change) => {
  expect(mimeTypeOf({ ...phone, ...change })).toBe(UNPLAYABLE_MIME_TYPE)
})

test('a QuickTime file is served as MP4', () => {
  expect(contentTypeOf(phone)).toBe('video/mp4')
})
