// Frames that a distillation run looks at: every n-th analysed frame with the subject's face, which are learned from unless the subject is left out, and
// labelled frames, on which teacher and student are compared. Reads only.
import type { ProjectStore } from '@main/store/index'
import type { DistillationConfig } from '@shared/distillation'
import { AppError } from '@shared/errors'
import type { RunData } from '@shared/trainingRun'
import { collectData, framesOfTrack } from '../training/collectData'

export interface DistillationFrames {
  /** `isTrained` are the frames learned from; labels of frames that nobody coded are not known. */
  data: RunData
  isSynthetic: boolean
  /** Why labels that there are cannot be used; null where they are, or where there are none. */
  labelsUnused: string | null
}

/**
 * @param aus of the teacher
 * @param imageSize of the student
 * @throws AppError NOT_ANALYSED where there is nothing to look at, INPUT_INVALID where everybody is left out, SUBJECT_NOT_FOUND
 */
export function distillationData(
  store: ProjectStore,
  config: DistillationConfig,
  aus: readonly number[],
  imageSize: number,
): DistillationFrames {
  return store.snapshot(() => collect(store, config, aus, imageSize))
}

function collect(store: ProjectStore, config: DistillationConfig, teacherAus: readonly number[], imageSize: number): DistillationFrames {
  const { every, leaveOut } = config.frames
  for (const code of leaveOut) store.subjects.getByCode(code)
  const aus = [...teacherAus].sort((a, b) => a - b)
  const { labelled, labelsUnused } = labelledFrames(store, aus, imageSize)
  const capped = labelled === null ? new Map<string, Map<number, string>>() : cappedLabels(labelled, config.evaluation.framesPerSubject)
  const unknown = '9'.repeat(aus.length)
  const videos = store.videos.list().flatMap((video) => {
    if (video.analysis !== 'done' || video.mainTrack === null) return []
    const withFace = framesOfTrack(store, video.id, video.mainTrack)
    const labels = capped.get(video.id) ?? new Map<number, string>()
    const isLeftOut = leaveOut.includes(video.subjectCode)
    const frames = [...withFace]
      .filter((frame) => frame % every === 0 || labels.has(frame))
      .sort((a, b) => a - b)
      .map((frame) => ({ frame, labels: labels.get(frame) ?? unknown, isTrained: !isLeftOut && frame % every === 0 }))
    const without = Math.max(0, Math.ceil(video.frameCount / every) - frames.filter(({ frame }) => frame % every === 0).length)
    return [{ video, track: video.mainTrack, frames, without }]
  })
  const shown = videos.filter(({ frames }) => frames.length > 0)
  if (shown.length === 0)
    throw new AppError(
      'NOT_ANALYSED',
      'There is nothing to distil on: no analysed video of the project shows its subject. Analyse videos first (auw analyse).',
    )
  if (!shown.some(({ frames }) => frames.some(({ isTrained }) => isTrained)))
    throw new AppError(
      'INPUT_INVALID',
      'Every subject with analysed frames is left out, so nothing remains to learn from. Leave fewer out.',
    )
  const subjects = [...new Set(shown.map(({ video }) => video.subjectCode))].sort()
  const samples = shown.flatMap(({ frames }, place) => frames.map((frame) => ({ ...frame, place })))
  return {
    labelsUnused,
    isSynthetic: shown.every(({ video }) => video.condition === 'synthetic'),
    data: {
      format: 'au-workbench-run-data/1',
      aus,
      subjects,
      videos: shown.map(({ video, track }) => ({
        id: video.id,
        subject: subjects.indexOf(video.subjectCode),
        fileName: video.fileName,
        contentHash: store.videos.source(video.id).contentHash,
        frameCount: video.frameCount,
        track,
      })),
      samples: {
        video: samples.map(({ place }) => place),
        frame: samples.map(({ frame }) => frame),
        labels: samples.map(({ labels }) => labels),
        isTrained: samples.map(({ isTrained }) => (isTrained ? '1' : '0')).join(''),
      },
      crops: { rule: 'fmae', size: imageSize },
      coders: labelled?.coders ?? { policy: { kind: 'majority' }, names: [], contradictions: 0, agreement: [] },
      framesWithoutFace: videos.reduce((sum, { without }) => sum + without, 0),
      leftOutAus: [],
    },
  }
}

/** Labels are for comparing only, so that none, or some that cannot be used, is no error. */
function labelledFrames(
  store: ProjectStore,
  aus: readonly number[],
  imageSize: number,
): { labelled: RunData | null; labelsUnused: string | null } {
  try {
    const coders = { kind: 'majority' } as const
    const labelled = collectData(store, { aus, coders, thinning: 1, framesPerSubject: null, imageSize, keepsEveryAu: true })
    return { labelled, labelsUnused: null }
  } catch (error) {
    if (!(error instanceof AppError) || !['NO_LABELS', 'NOT_ANALYSED'].includes(error.code)) throw error
    return { labelled: null, labelsUnused: error.code === 'NOT_ANALYSED' ? error.message : null }
  }
}

/** Labels by frame and video; at most `most` frames of a subject, spread evenly over those there are. */
function cappedLabels({ videos, samples }: RunData, most: number): Map<string, Map<number, string>> {
  const bySubject = new Map<number, number[]>()
  samples.video.forEach((place, sample) => {
    const subject = videos[place]?.subject ?? -1
    const own = bySubject.get(subject)
    if (own) own.push(sample)
    else bySubject.set(subject, [sample])
  })
  const kept = new Map<string, Map<number, string>>()
  for (const own of bySubject.values()) {
    const count = Math.min(most, own.length)
    for (let index = 0; index < count; index++) {
      const sample = own[Math.floor((index * own.length) / count)] as number
      const { id } = videos[samples.video[sample] as number] as RunData['videos'][number]
      const frames = kept.get(id) ?? new Map<number, string>()
      kept.set(id, frames.set(samples.frame[sample] as number, samples.labels[sample] as string))
    }
  }
  return kept
}
