// Finds ffmpeg once, when first needed, and remembers it for the life of the backend.
import { resolveFfmpeg, type FfmpegBinary } from '@main/media/index'

export type FfmpegFinder = () => Promise<FfmpegBinary>

/** @param setting path chosen by the user, before all others. A failure is not remembered: the user may install ffmpeg meanwhile. */
export function createFfmpegFinder(setting: string | undefined): FfmpegFinder {
  let found: Promise<FfmpegBinary> | null = null
  return () => {
    found ??= resolveFfmpeg({ setting }).catch((error: unknown) => {
      found = null
      throw error
    })
    return found
  }
}
