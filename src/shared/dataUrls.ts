// Binary data and pixels reach the renderer by URL, the same under `auw-media://` in Electron and under HTTP on the loopback host. All arrays are little-endian.

const part = encodeURIComponent

/** Base path of everything served by URL. */
export const DATA_PREFIX = '/data/'

/** Playable source of a video: the file itself, or its proxy once made. Supports range requests. */
export const videoUrl = (project: string, videoId: string, variant: 'source' | 'proxy'): string =>
  `${DATA_PREFIX}${part(project)}/${part(videoId)}/${variant}`

/**
 * Where the coded pictures of the source or the proxy lie, n of them in decoding order: Float64Array of byte offsets, Uint32Array of sizes, Int32Array of
 * frames (-1 for pictures that are not shown), Uint8Array that is 1 where decoding can begin, one after the other. Header `x-samples`: {@link SamplesHeader}.
 * Status 204 where the container does not tell.
 */
export const samplesUrl = (project: string, videoId: string, variant: 'source' | 'proxy'): string =>
  `${DATA_PREFIX}${part(project)}/${part(videoId)}/samples/${variant}`

/** What a decoder needs besides the pictures' bytes. */
export interface SamplesHeader {
  count: number
  /** For WebCodecs, such as `avc1.64001f`. */
  codec: string
  /** The decoder's configuration record in base64; null where the codec has none. */
  description: string | null
  /** Clockwise turn that makes the picture upright, degrees. */
  turn: 0 | 90 | 180 | 270
}

/** Pairs a second of {@link peaksUrl}. */
export const PEAKS_PER_SECOND = 100

/**
 * Outline of a video's sound as Int8 pairs of least and greatest sample (-127 to 127), PEAKS_PER_SECOND pairs a second from zero of the player's clock.
 * Comes while it is made the first time. Status 204 where there is no sound.
 */
export const peaksUrl = (project: string, videoId: string): string => `${DATA_PREFIX}${part(project)}/${part(videoId)}/peaks`

/** Float64Array, seconds of each frame from the first frame. Header `x-start-seconds`: presentation time of the first frame in the media element's clock. */
export const timestampsUrl = (project: string, videoId: string): string => `${DATA_PREFIX}${part(project)}/${part(videoId)}/timestamps`

/** Float32Array (frames, AUs) of probabilities, NaN where there is no value; AUs in header `x-aus`, comma-separated. */
export const predictionsUrl = (project: string, videoId: string, modelId: string): string =>
  `${DATA_PREFIX}${part(project)}/${part(videoId)}/predictions/${part(modelId)}`

/** Float32Array (frames, FACE_SUMMARY_FIELDS) of the main track, NaN where there is no face. */
export const faceSummaryUrl = (project: string, videoId: string): string => `${DATA_PREFIX}${part(project)}/${part(videoId)}/faces`

/** Fields of one row of {@link faceSummaryUrl}; `trust` is the index into TRUST_REASONS. */
export const FACE_SUMMARY_FIELDS = ['x', 'y', 'width', 'height', 'score', 'flag', 'pitch', 'yaw', 'roll', 'trust'] as const

/** JSON of every accepted face of frames [from, to]: {@link FacesOfFrames}. At most 512 frames. */
export const landmarksUrl = (project: string, videoId: string, from: number, to: number): string =>
  `${DATA_PREFIX}${part(project)}/${part(videoId)}/landmarks?from=${from}&to=${to}`

/** Landmarks are flat x, y, z triples in pixels, rounded to a hundredth. */
export interface FacesOfFrames {
  faces: { frame: number; track: number; isMain: boolean; box: [number, number, number, number]; score: number; landmarks: number[] }[]
}

/** JPEG of one frame, or of the main track's crop in it. */
export const pictureUrl = (project: string, videoId: string, frame: number, what: 'frame' | 'crop', height = 240): string =>
  `${DATA_PREFIX}${part(project)}/${part(videoId)}/picture/${what}/${frame}?height=${height}`

/** JPEG of a pretraining run's reconstructions at a step: rows of originals, masked, reconstructed. */
export const runPictureUrl = (project: string, runId: string, step: number): string =>
  `${DATA_PREFIX}${part(project)}/runs/${part(runId)}/${step}`

/** A written export, for download. */
export const exportUrl = (project: string, relativePath: string): string =>
  `${DATA_PREFIX}${part(project)}/exports/${relativePath.split('/').map(part).join('/')}`
