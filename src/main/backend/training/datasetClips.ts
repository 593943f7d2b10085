// What a folder of a published data set holds: label files with the videos or pictures that they are of. What the label files say is read in interop/datasets,
// taking the clips in is importDataset.ts. Reads only.
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { basename, dirname, extname, join, relative } from 'node:path'
import { bp4dClip, bp4dMedia, readBp4dCsv } from '@main/interop/datasets/bp4d'
import type { FrameStates } from '@main/interop/datasets/datasetLabels'
import { disfaFile, disfaVideo, readDisfaLabels } from '@main/interop/datasets/disfa'
import { readFmaeJsonl, type ListedPicture } from '@main/interop/datasets/fmaeJsonl'

export interface DatasetRequest {
  kind: 'bp4d' | 'bp4d+' | 'disfa' | 'fmae-jsonl'
  root: string
  threshold: number
}

/** One clip to take in. */
export interface Clip {
  name: string
  subject: string
  session: string | null
  media: { video: string } | { pictures: string[] }
  states: Map<number, FrameStates>
  /** Place of a label's frame in the media, where pictures leave frames out; null where it is the frame itself. */
  placeOf: Map<number, number> | null
}

const VIDEO_FILES = /\.(avi|mp4|mov|mkv|mpe?g|wmv|webm)$/i
const JPEG_FILES = /\.jpe?g$/i

/** Files are only looked for this deep. */
const MOST_DEPTH = 6

function filesUnder(root: string): string[] {
  if (statSync(root).isFile()) return [root]
  const walk = (folder: string, depth: number): string[] =>
    readdirSync(folder, { withFileTypes: true })
      .sort((a, b) => (a.name < b.name ? -1 : 1))
      .flatMap((entry) => {
        const path = join(folder, entry.name)
        if (entry.isDirectory()) return depth < MOST_DEPTH ? walk(path, depth + 1) : []
        return entry.isFile() ? [path] : []
      })
  return walk(root, 0)
}

/** The clips that have both labels and media; what has not is said in `notes`. @throws AppError DATASET_INVALID */
export function clipsOf(request: DatasetRequest, notes: string[]): Clip[] {
  const files = filesUnder(request.root)
  switch (request.kind) {
    case 'bp4d':
    case 'bp4d+':
      return bp4dClips(files, request.root, notes)
    case 'disfa':
      return disfaClips(files, request.threshold, notes)
    case 'fmae-jsonl':
      return jsonlClips(files, request.root, notes)
  }
}

function bp4dClips(files: readonly string[], root: string, notes: string[]): Clip[] {
  const videos = new Map<string, string>()
  for (const file of files) {
    const clip = VIDEO_FILES.test(file) ? bp4dMedia(basename(file)) : null
    if (clip !== null && !videos.has(clip)) videos.set(clip, file)
  }
  const folders = picturesByFolder(files)
  const pictures = new Map<string, string[]>()
  for (const [folder, own] of folders) {
    const clip = bp4dMedia(relative(root, folder))
    if (clip !== null) pictures.set(clip, own)
  }
  let unknown = 0
  const clips = files.flatMap((file): Clip[] => {
    const named = bp4dClip(basename(file))
    if (!named) return []
    const labels = readBp4dCsv(readFileSync(file, 'utf8'), basename(file))
    unknown += labels.unknown
    const video = videos.get(named.clip)
    const own = pictures.get(named.clip)
    if (video === undefined && own === undefined) {
      notes.push(`${basename(file)}: there is no video or folder of frames of ${named.clip}.`)
      return []
    }
    const base = { name: named.clip, subject: named.subject, session: named.task, states: labels.states }
    return [
      video === undefined
        ? { ...base, media: { pictures: own ?? [] }, placeOf: placesOf(own ?? []) }
        : { ...base, media: { video }, placeOf: null },
    ]
  })
  if (unknown > 0) notes.push(`${unknown} labels say 9, not known; they are left uncoded.`)
  return clips
}

function picturesByFolder(files: readonly string[]): Map<string, string[]> {
  const folders = new Map<string, string[]>()
  for (const file of files) {
    if (!JPEG_FILES.test(file)) continue
    const folder = dirname(file)
    const own = folders.get(folder)
    if (own) own.push(file)
    else folders.set(folder, [file])
  }
  for (const own of folders.values()) own.sort((a, b) => numberIn(a) - numberIn(b))
  return folders
}

const numberIn = (file: string): number => Number(/(\d+)\D*$/.exec(basename(file, extname(file)))?.[1] ?? 0)

/** Frames named from 1 on, as places in their folder. */
function placesOf(pictures: readonly string[]): Map<number, number> {
  return new Map(pictures.map((file, place) => [numberIn(file) - 1, place]))
}

function disfaClips(files: readonly string[], threshold: number, notes: string[]): Clip[] {
  const bySubject = new Map<string, Map<number, FrameStates>>()
  for (const file of files) {
    const named = disfaFile(basename(file))
    if (!named) continue
    const states = bySubject.get(named.subject) ?? new Map<number, FrameStates>()
    states.set(named.au, readDisfaLabels(readFileSync(file, 'utf8'), basename(file), threshold))
    bySubject.set(named.subject, states)
  }
  notes.push(`An AU counts as present from intensity ${threshold}.`)
  const videos = files.flatMap((file) => {
    const named = disfaVideo(basename(file))
    return named ? [{ ...named, file }] : []
  })
  return [...bySubject].flatMap(([subject, states]) => {
    const own = videos.filter((video) => video.subject === subject)
    if (own.length === 0) notes.push(`${subject}: there is no video of this subject.`)
    return own.map(({ file, camera }): Clip => ({
      name: basename(file),
      subject,
      session: camera,
      media: { video: file },
      states,
      placeOf: null,
    }))
  })
}

function jsonlClips(files: readonly string[], root: string, notes: string[]): Clip[] {
  const lists = files.filter((file) => /\.jsonl?$/i.test(file))
  const base = statSync(root).isFile() ? dirname(root) : root
  const known = new Map(
    (statSync(root).isFile() ? filesUnder(base) : files).map((file) => [relative(base, file).replaceAll('\\', '/'), file]),
  )
  const byClip = new Map<string, ListedPicture[]>()
  const seen = new Set<string>()
  for (const list of lists) {
    for (const picture of readFmaeJsonl(readFileSync(list, 'utf8'), basename(list))) {
      // a picture may stand in the lists of several folds
      if (seen.has(picture.path)) continue
      seen.add(picture.path)
      const key = `${picture.subject} ${picture.clip}`
      const own = byClip.get(key)
      if (own) own.push(picture)
      else byClip.set(key, [picture])
    }
  }
  if (byClip.size > 0)
    notes.push(
      'This format writes "not known" as absent, so unknown labels cannot be masked. Import the original data set where you have it.',
    )
  return [...byClip].flatMap(([key, listed]): Clip[] => {
    const found = listed.flatMap((picture) => {
      const file = findPicture(known, picture.path)
      return file === null ? [] : [{ picture, file }]
    })
    if (found.length < listed.length)
      notes.push(`${key}: ${listed.length - found.length} of ${listed.length} pictures are missing or no JPEG.`)
    if (found.length === 0) return []
    found.sort((a, b) => a.picture.order - b.picture.order || (a.file < b.file ? -1 : 1))
    const states = new Map<number, FrameStates>()
    const of = (au: number): FrameStates => {
      const own = states.get(au) ?? new Map<number, 'present' | 'absent'>()
      states.set(au, own)
      return own
    }
    found.forEach(({ picture }, frame) => {
      for (const au of picture.present) of(au).set(frame, 'present')
      for (const au of picture.absent) of(au).set(frame, 'absent')
    })
    const { subject, clip } = found[0]?.picture as ListedPicture
    return [
      {
        name: clip === '' ? subject : clip,
        subject,
        session: null,
        media: { pictures: found.map(({ file }) => file) },
        states,
        placeOf: null,
      },
    ]
  })
}

/** The picture by its path, or by the end of its path, as lists often name a folder that was not copied. */
function findPicture(known: ReadonlyMap<string, string>, path: string): string | null {
  const wanted = path.replaceAll('\\', '/').replace(/^\.?\//, '')
  if (!JPEG_FILES.test(wanted)) return null
  const exact = known.get(wanted)
  if (exact !== undefined) return exact
  for (const [name, file] of known) if (name.endsWith(`/${wanted}`)) return file
  return null
}
