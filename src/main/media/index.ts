// What other rooms use of media: resolution of ffmpeg, facts and frame tables of videos, pixels by frame index, content hashes.
export {
  resolveFfmpeg,
  installedCandidates,
  type FfmpegBinary,
  type FfmpegCandidate,
  type FfmpegSource,
  type ResolveFfmpegOptions,
} from './ffmpegBinary'
export { probeVideo, type MediaOptions, type VideoProbe } from './probe'
export { readFrameTable, type FrameTable, type FrameTableOptions, type TimestampRepairs } from './frameTable'
export { hashFile, type ContentHash, type ContentHashOptions } from './contentHash'
export {
  decodeFrame,
  decodePicture,
  outputSize,
  prepareRawDecode,
  rawDecodeCommand,
  type PrepareDecodeOptions,
  type RawDecodeCommand,
  type RgbFrame,
  type SizeOptions,
} from './frames'
export { selectFrames, selectionFromBeginning, type DecodeSource, type FrameClock } from './seek'
export { requireMediaFile, displayName, type MediaFileFacts } from './mediaFile'
export { quoteCommand, type FrameSelection } from './commandLines'
export type { LogLine } from './ffmpegProcess'
export type { TimeBase } from './parseFrameLines'
export { makeProxy, type ProxyOptions, type ProxyResult } from './proxy'
export { contentTypeOf, mimeTypeOf, UNPLAYABLE_MIME_TYPE, type PlayableFacts } from './playability'
