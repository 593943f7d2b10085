// What a pretraining run is to look at: curated stores and the project's own faces, each with its share of the draws. Reads only.
import { existsSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import type { ProjectStore } from '@main/store/index'
import { CURATED_RULE, FRAMES_FILE, FRAMES_MANIFEST, type FrameStoreManifest } from '@shared/curation'
import { AppError } from '@shared/errors'
import type { PretrainingConfig, PretrainingData, PretrainingSeries, PretrainingSource } from '@shared/pretraining'

export interface WantedStore {
  directory: string
  weight: number | null
}

/** Before shares are worked out: weights as they were given. */
interface Weighted extends Omit<PretrainingSource, 'share'> {
  weight: number | null
}

export interface DataRequest {
  stores: readonly WantedStore[]
  /** 0 leaves the project's own faces out; null goes by their number. */
  ownWeight: number | null
}

/**
 * @throws AppError FILE_NOT_FOUND, DATASET_INVALID for a folder that is no store, NOT_ANALYSED or INPUT_INVALID where there is nothing to look at,
 * SUBJECT_NOT_FOUND for somebody to leave out who is not there
 */
export function pretrainingData(store: ProjectStore, config: PretrainingConfig, request: DataRequest): PretrainingData {
  const groups: { weight: number | null; sources: Weighted[] }[] = request.stores.map(({ directory, weight }) => ({
    weight,
    sources: sourcesOfStore(directory),
  }))
  const own = request.ownWeight === 0 ? null : ownFaces(store, config)
  if (own && own.source.series.length > 0) groups.push({ weight: request.ownWeight, sources: [own.source] })
  const filled = groups.filter(({ sources }) => countOf(sources) > 0)
  if (filled.length === 0)
    throw new AppError(
      request.stores.length === 0 ? 'NOT_ANALYSED' : 'INPUT_INVALID',
      'There is nothing to pretrain on: no analysed video of the project shows its subject, and no curated store with pictures was given. Analyse videos, or curate pictures with auw curate.',
    )
  const outer = sharesOf(filled.map(({ weight, sources }) => ({ weight, count: countOf(sources) })))
  const sources = filled.flatMap((group, index): PretrainingSource[] => {
    const inner = sharesOf(group.sources.map((source) => ({ weight: source.weight, count: countOf([source]) })))
    return group.sources.map(({ weight: _weight, ...source }, place) => ({
      ...source,
      share: (outer[index] as number) * (inner[place] as number),
    }))
  })
  return {
    format: 'au-workbench-pretraining-data/1',
    sources,
    frames: sources.reduce((sum, { series }) => sum + series.reduce((all, one) => all + one.count, 0), 0),
    subjects: own && own.source.series.length > 0 ? own.subjects : [],
    framesWithoutFace: own?.framesWithoutFace ?? 0,
  }
}

const countOf = (sources: readonly Pick<PretrainingSource, 'series'>[]): number =>
  sources.reduce((sum, { series }) => sum + series.reduce((all, one) => all + one.count, 0), 0)

/** Shares that add up to 1: by weight where weights are given, else by number. @throws AppError INPUT_INVALID where only some have one */
function sharesOf(parts: readonly { weight: number | null; count: number }[]): number[] {
  const given = parts.filter(({ weight }) => weight !== null).length
  if (given > 0 && given < parts.length)
    throw new AppError('INPUT_INVALID', 'Give a weight for every source of pictures, the project’s own included, or for none.')
  const sizes = parts.map(({ weight, count }) => weight ?? count)
  const sum = sizes.reduce((total, one) => total + one, 0)
  return sizes.map((size) => size / sum)
}

/** @throws AppError FILE_NOT_FOUND, DATASET_INVALID */
export function storeManifest(directory: string): FrameStoreManifest {
  const path = join(directory, FRAMES_MANIFEST)
  if (!existsSync(path)) {
    const isBegun = existsSync(join(directory, FRAMES_FILE))
    throw new AppError(
      isBegun ? 'DATASET_INVALID' : 'FILE_NOT_FOUND',
      isBegun
        ? `The curation in ${directory} has not ended. Run auw curate again with the same sources; it goes on where it stopped.`
        : `${directory} is no store of curated pictures: it has no ${FRAMES_MANIFEST}. Make one with auw curate.`,
      { directory },
    )
  }
  let manifest: FrameStoreManifest | null = null
  try {
    manifest = JSON.parse(readFileSync(path, 'utf8')) as FrameStoreManifest
  } catch {
    // said below
  }
  if (manifest?.format !== 'au-workbench-frames/1' || !existsSync(join(directory, FRAMES_FILE)))
    throw new AppError('DATASET_INVALID', `${directory} is no store of curated pictures, or is damaged. Make it anew with auw curate.`, {
      directory,
    })
  return manifest
}

function sourcesOfStore(directory: string): Weighted[] {
  const manifest = storeManifest(directory)
  return manifest.sources
    .filter(({ kept }) => kept > 0)
    .map((source) => ({
      kind: 'store',
      name: manifest.sources.length > 1 ? `${basename(directory)}: ${source.name}` : basename(directory),
      directory,
      contentHash: manifest.contentHash,
      isSynthetic: source.isSynthetic,
      licence: manifest.licence,
      weight: source.weight,
      series: [
        {
          id: source.id,
          track: 0,
          rule: CURATED_RULE,
          size: manifest.settings.pixels,
          frames: null,
          count: source.kept,
          name: source.name,
          contentHash: manifest.contentHash,
        },
      ],
    }))
}

function ownFaces(store: ProjectStore, config: PretrainingConfig): { source: Weighted; subjects: string[]; framesWithoutFace: number } {
  const { every, leaveOut } = config.own
  for (const code of leaveOut) store.subjects.getByCode(code)
  const videos = store.videos
    .list()
    .filter((video) => video.analysis === 'done' && video.mainTrack !== null && !leaveOut.includes(video.subjectCode))
  let framesWithoutFace = 0
  const subjects = new Set<string>()
  const series = videos.flatMap((video): PretrainingSeries[] => {
    const frames: number[] = []
    for (const face of store.analyses.summaries(video.id)) {
      if (face.track === video.mainTrack && face.frame % every === 0) frames.push(face.frame)
    }
    framesWithoutFace += Math.ceil(video.frameCount / every) - frames.length
    if (frames.length === 0) return []
    subjects.add(video.subjectCode)
    return [
      {
        id: video.id,
        track: video.mainTrack as number,
        rule: 'fmae',
        size: config.network.imageSize,
        frames,
        count: frames.length,
        name: video.fileName,
        contentHash: store.videos.source(video.id).contentHash,
      },
    ]
  })
  return {
    subjects: [...subjects].sort(),
    framesWithoutFace,
    source: {
      kind: 'project',
      name: store.project.get().name,
      directory: null,
      contentHash: null,
      isSynthetic: videos.length > 0 && videos.every(({ condition }) => condition === 'synthetic'),
      licence: null,
      weight: null,
      series,
    },
  }
}
