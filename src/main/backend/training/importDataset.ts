// Published data sets into a project: imports the videos of a folder (or joins its pictures to videos) and their labels. Which those are is datasetClips.ts.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { importVideo } from '@main/jobs/importVideo'
import { spansOf, type FrameStates } from '@main/interop/datasets/datasetLabels'
import type { DatasetImport } from '@shared/contract/training'
import { AppError } from '@shared/errors'
import { auLabel } from '@shared/facs'
import type { Video } from '@shared/project'
import type { BackendContext } from '../context'
import type { OpenProject } from '../openProjects'
import { clipsOf, type Clip, type DatasetRequest } from './datasetClips'
import { muxPictures } from './pictureClip'

/** @throws AppError DATASET_INVALID; media errors of single clips become notes, and what is there already is kept */
export async function importDataset(context: BackendContext, project: OpenProject, request: DatasetRequest): Promise<DatasetImport> {
  if (!statSync(request.root, { throwIfNoEntry: false }))
    throw new AppError('FILE_NOT_FOUND', `There is nothing at ${request.root}. Give the folder of the data set.`)
  const notes: string[] = []
  const clips = clipsOf(request, notes)
  if (clips.length === 0)
    throw new AppError('DATASET_INVALID', `No clip with both labels and media was found in ${request.root}. ${EXPECTED[request.kind]}`, {
      kind: request.kind,
    })
  const result: DatasetImport = { videos: 0, subjects: 0, labels: 0, notes }
  const subjects = new Set<string>()
  for (const clip of clips) {
    try {
      const video = await takeIn(context, project, clip)
      result.labels += label(project, video, clip, request)
      result.videos++
      subjects.add(clip.subject)
      project.changes.announce('videos', video.id)
      project.changes.announce('labels', video.id)
    } catch (error) {
      if (!(error instanceof AppError) || error.code === 'DISK_FULL' || error.code === 'CANCELLED') throw error
      notes.push(`${clip.name}: ${error.message}`)
    }
  }
  result.subjects = subjects.size
  project.changes.announce('subjects')
  return result
}

const EXPECTED: Readonly<Record<DatasetRequest['kind'], string>> = {
  bp4d: 'BP4D has tables such as F001_T1.csv, and videos such as F001_T1.avi or 2F01_T1.avi, or folders of JPEG frames such as F001/T1.',
  'bp4d+': 'BP4D+ has tables such as F001_T1.csv, and videos such as F001_T1.avi, or folders of JPEG frames such as F001/T1.',
  disfa: 'DISFA has ActionUnit_Labels/SN001/SN001_au1.txt and videos such as RightVideoSN001_comp.avi or LeftVideoSN001_comp.avi.',
  'fmae-jsonl': 'The list has one JSON object a line, with img_path and AUs, and the pictures lie under the same folder.',
}

async function takeIn(context: BackendContext, { store, jobs }: OpenProject, clip: Clip): Promise<Video> {
  const ffmpeg = await context.ffmpeg()
  return jobs.run({
    kind: 'import',
    lane: 'media',
    title: `Import ${clip.name}`,
    async work(job) {
      let path: string
      if ('video' in clip.media) path = clip.media.video
      else {
        path = join(store.root, 'videos', `${clip.subject}_${clip.name.replace(/[^\w.-]+/g, '_')}.mkv`)
        await muxPictures(ffmpeg.path, clip.media.pictures, path, job.signal)
      }
      try {
        return await importVideo(store, ffmpeg, { path, subjectCode: clip.subject, condition: null, session: clip.session }, job)
      } catch (error) {
        // imported before: its labels are brought up to date
        if (error instanceof AppError && error.code === 'VIDEO_DUPLICATE') {
          const known = store.videos.list().find((video) => video.id === error.data['videoId'])
          if (known) return known
        }
        throw error
      }
    },
  })
}

/** Coder under whose name a data set's own labels stand. */
const CODERS = { bp4d: 'BP4D', 'bp4d+': 'BP4D+', disfa: 'DISFA', 'fmae-jsonl': 'FMAE list' } as const

/** Writes the labels in one undoable step. Returns how many spans. */
function label({ store }: OpenProject, video: Video, clip: Clip, request: DatasetRequest): number {
  const placed = new Map(
    [...clip.states].map(([au, states]): [number, FrameStates] => [au, inVideo(states, clip.placeOf, video.frameCount)]),
  )
  const spans = spansOf(placed)
  const coder = CODERS[request.kind]
  const aus = [...placed.keys()].sort((a, b) => a - b)
  store.labels.apply({
    videoId: video.id,
    description: `Labels of ${coder} for ${aus.map((au) => auLabel(au)).join(' ')}`,
    coder,
    clear: aus.map((au) => ({ au, side: 'both', coder, startFrame: 0, endFrame: video.frameCount - 1 })),
    write: spans.map((span) => ({
      ...span,
      side: 'both',
      coder,
      intensity: null,
      apexFrame: null,
      source: 'imported',
      modelId: null,
      wasPredictionVisible: false,
      note: null,
    })),
  })
  return spans.length
}

/** Labels beyond the video's end are left out: some published videos are a frame shorter than their tables. */
function inVideo(states: FrameStates, placeOf: Map<number, number> | null, frameCount: number): FrameStates {
  const result: FrameStates = new Map()
  for (const [frame, state] of states) {
    const place = placeOf ? placeOf.get(frame) : frame
    if (place !== undefined && place < frameCount) result.set(place, state)
  }
  return result
}
