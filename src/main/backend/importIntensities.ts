// Takes a table of AU intensities per frame in as labels of one coder, in one undoable step.
import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { readIntensityCsv } from '@main/interop/intensityCsvRead'
import type { AppliedEdit, ProjectStore } from '@main/store/index'
import { AppError } from '@shared/errors'

export interface IntensityImport {
  videoId: string
  /** Absolute path of the table. */
  path: string
  /** Present from this intensity on, 0-1. */
  threshold?: number
  coder: string
}

/** @throws AppError FILE_NOT_FOUND, INPUT_INVALID naming line and column; then nothing is changed */
export async function importIntensities(store: ProjectStore, { videoId, path, threshold, coder }: IntensityImport): Promise<AppliedEdit> {
  const { frameCount } = store.videos.get(videoId)
  const text = await readFile(path, 'utf8').catch(() => {
    throw new AppError('FILE_NOT_FOUND', `${basename(path)} cannot be read; check that the file is there and may be read.`)
  })
  const spans = readIntensityCsv(text, { threshold, frameCount })
  const common = {
    side: 'both' as const,
    coder,
    intensity: null,
    apexFrame: null,
    source: 'imported' as const,
    modelId: null,
    wasPredictionVisible: false,
    note: null,
  }
  return store.labels.apply({
    videoId,
    coder,
    description: `import ${basename(path)} for ${coder}`,
    write: spans.map((span) => ({ ...span, ...common })),
  })
}
