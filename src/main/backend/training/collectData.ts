// What a project has to train on: every labelled frame with the subject's face, thinned for training, and what had to be left out. Reads only.
import type { ProjectStore } from '@main/store/index'
import { AppError } from '@shared/errors'
import { auLabel } from '@shared/facs'
import type { Video } from '@shared/project'
import type { CoderPolicy, TrainingConfig } from '@shared/training'
import type { CoderAgreement, RunData } from '@shared/trainingRun'
import { countAgreement, frameLabels, UNKNOWN, type Contradiction } from './frameLabels'

export interface CollectOptions {
  /** Null takes the project's AUs that have labels. */
  aus: readonly number[] | null
  coders: CoderPolicy
  thinning: number
  framesPerSubject: number | null
  imageSize: number
  /** Only these subjects' videos; null for all. */
  subjects?: readonly string[] | null
  /** False lists contradictions instead of refusing, as for a look at the data. */
  isRefusing?: boolean
  /** Keeps AUs without positives or negatives, as for evaluating a model that outputs them. */
  keepsEveryAu?: boolean
}

export const collectOptions = (config: TrainingConfig, aus: readonly number[] | null): CollectOptions => ({
  aus,
  coders: config.data.coders,
  thinning: config.data.thinning,
  framesPerSubject: config.data.framesPerSubject,
  imageSize: config.network.imageSize,
})

/** One labelled frame. */
interface Sample {
  video: number
  frame: number
  labels: string
  isTrained: boolean
}

/**
 * @throws AppError NO_LABELS, LABELS_CONTRADICT, NOT_ANALYSED (labelled videos without analysis), INPUT_INVALID for a coder without labels
 */
export function collectData(store: ProjectStore, options: CollectOptions): RunData {
  return store.snapshot(() => collect(store, options))
}

function collect(store: ProjectStore, options: CollectOptions): RunData {
  const known = store.labels.coders()
  if (options.coders.kind === 'coder' && !known.includes(options.coders.coder)) {
    const who = known.length === 0 ? 'Nobody has coded anything yet.' : `There are labels by ${known.join(', ')}.`
    throw new AppError('NO_LABELS', `There are no labels by ${options.coders.coder}. ${who}`)
  }
  const videos = labelledVideos(store, options)
  const candidates = [...(options.aus ?? store.project.get().aus)].sort((a, b) => a - b)
  const contradictions: (Contradiction & { video: Video })[] = []
  const coderNames = new Set<string>()
  let framesWithoutFace = 0
  const agreement = candidates.map((au) => ({ au, bothPresent: 0, onlyFirst: 0, onlySecond: 0, bothAbsent: 0 }))
  const perVideo = videos.map(({ video, track }) => {
    const spans = store.labels.list(video.id)
    countAgreement(spans, video.frameCount, agreement)
    const labels = frameLabels(spans, video.frameCount, candidates, options.coders)
    for (const span of spans) if (options.coders.kind !== 'coder' || span.coder === options.coders.coder) coderNames.add(span.coder)
    for (const each of labels.contradictions) contradictions.push({ ...each, video })
    const withFace = framesOfTrack(store, video.id, track)
    const lanes = candidates.map((au) => labels.byAu.get(au) as Uint8Array)
    const frames: { frame: number; labels: string }[] = []
    for (let frame = 0; frame < video.frameCount; frame++) {
      if (lanes.every((lane) => lane[frame] === UNKNOWN)) continue
      if (withFace.has(frame)) frames.push({ frame, labels: lanes.map((lane) => String(lane[frame])).join('') })
      else framesWithoutFace++
    }
    return frames
  })
  if (contradictions.length > 0 && options.coders.kind === 'refuse' && options.isRefusing !== false) throw contradicted(contradictions)
  const kept = keptAus(candidates, perVideo.flat(), options.keepsEveryAu === true)
  const samples: Sample[] = []
  perVideo.forEach((frames, video) => {
    const reduced = frames
      .map(({ frame, labels }) => ({ frame, labels: kept.columns.map((column) => labels[column] as string).join('') }))
      .filter(({ labels }) => !/^9*$/.test(labels))
    const trained = thinned(reduced, options.thinning)
    reduced.forEach(({ frame, labels }, index) => samples.push({ video, frame, labels, isTrained: trained.has(index) }))
  })
  if (samples.length === 0) throw noLabels(known.length > 0)
  // whoever has no frame that can be used could neither be learned from nor tested
  const used = new Set(samples.map(({ video }) => video))
  const withSamples = videos.filter((_, place) => used.has(place))
  const newPlaces = new Map([...used].sort((a, b) => a - b).map((place, index) => [place, index]))
  for (const sample of samples) sample.video = newPlaces.get(sample.video) as number
  const subjects = [...new Set(withSamples.map(({ video }) => video.subjectCode))].sort()
  const places = withSamples.map(({ video, track }) => ({
    id: video.id,
    subject: subjects.indexOf(video.subjectCode),
    fileName: video.fileName,
    contentHash: store.videos.source(video.id).contentHash,
    frameCount: video.frameCount,
    track,
  }))
  if (options.framesPerSubject !== null) capSubjects(samples, places, options.framesPerSubject)
  return {
    format: 'au-workbench-run-data/1',
    aus: kept.columns.map((column) => candidates[column] as number),
    subjects,
    videos: places,
    samples: {
      video: samples.map((sample) => sample.video),
      frame: samples.map((sample) => sample.frame),
      labels: samples.map((sample) => sample.labels),
      isTrained: samples.map((sample) => (sample.isTrained ? '1' : '0')).join(''),
    },
    crops: { rule: 'fmae', size: options.imageSize },
    coders: {
      policy: options.coders,
      names: [...coderNames].sort(),
      contradictions: contradictions.length,
      agreement: agreement.filter(isComparable),
    },
    framesWithoutFace,
    leftOutAus: kept.leftOut,
  }
}

const isComparable = ({ bothPresent, onlyFirst, onlySecond, bothAbsent }: CoderAgreement): boolean =>
  bothPresent + onlyFirst + onlySecond + bothAbsent > 0

function labelledVideos(store: ProjectStore, options: CollectOptions): { video: Video; track: number }[] {
  const chosen = options.subjects ? new Set(options.subjects) : null
  const labelled = store.videos.list().filter((video) => video.labelCount > 0 && (chosen === null || chosen.has(video.subjectCode)))
  if (labelled.length === 0) throw noLabels(false)
  const unanalysed = labelled.filter((video) => video.analysis !== 'done')
  if (unanalysed.length > 0) {
    const names = unanalysed
      .slice(0, 5)
      .map((video) => video.fileName)
      .join(', ')
    throw new AppError(
      'NOT_ANALYSED',
      `${unanalysed.length === 1 ? 'A labelled video has' : `${unanalysed.length} labelled videos have`} not been analysed for faces yet (${names}${unanalysed.length > 5 ? ' and others' : ''}). Analyse first.`,
      { videoIds: unanalysed.map((video) => video.id) },
    )
  }
  return labelled.flatMap((video) => (video.mainTrack === null ? [] : [{ video, track: video.mainTrack }]))
}

/** Analysed frames that show the track. */
export function framesOfTrack(store: ProjectStore, videoId: string, track: number): Set<number> {
  const frames = new Set<number>()
  for (const face of store.analyses.summaries(videoId)) if (face.track === track) frames.add(face.frame)
  return frames
}

/** AUs with both classes; the others cannot be learned. */
function keptAus(
  aus: readonly number[],
  frames: readonly { labels: string }[],
  keepsEveryAu: boolean,
): { columns: number[]; leftOut: RunData['leftOutAus'] } {
  const columns: number[] = []
  const leftOut: RunData['leftOutAus'] = []
  aus.forEach((au, column) => {
    let present = 0
    let absent = 0
    for (const { labels } of frames) {
      if (labels[column] === '1') present++
      else if (labels[column] === '0') absent++
    }
    if (keepsEveryAu || (present > 0 && absent > 0)) columns.push(column)
    else leftOut.push({ au, kind: present + absent === 0 ? 'unlabelled' : present > 0 ? 'always' : 'never' })
  })
  return { columns, leftOut }
}

/** Places of the frames to train on: the first of every run of equal labels on neighbouring frames, then every `step`-th. */
export function thinned(frames: readonly { frame: number; labels: string }[], step: number): Set<number> {
  const kept = new Set<number>()
  let lastKept = -Infinity
  frames.forEach(({ frame, labels }, index) => {
    const before = frames[index - 1]
    const continues = before?.frame === frame - 1 && before.labels === labels
    if (continues && frame - lastKept < step) return
    kept.add(index)
    lastKept = frame
  })
  return kept
}

/** At most `most` training frames of a subject, spread evenly over what there is. */
function capSubjects(samples: Sample[], videos: readonly { subject: number }[], most: number): void {
  const bySubject = new Map<number, Sample[]>()
  for (const sample of samples) {
    const subject = videos[sample.video]?.subject ?? -1
    if (!sample.isTrained) continue
    const own = bySubject.get(subject)
    if (own) own.push(sample)
    else bySubject.set(subject, [sample])
  }
  for (const own of bySubject.values()) {
    if (own.length <= most) continue
    const kept = new Set(Array.from({ length: most }, (_, index) => Math.floor((index * own.length) / most)))
    own.forEach((sample, index) => (sample.isTrained = kept.has(index)))
  }
}

function noLabels(hasOthers: boolean): AppError {
  return new AppError(
    'NO_LABELS',
    hasOthers
      ? 'None of the labelled frames can be trained on: they have no face, or no AU that is present in some frames and absent in others. Code presence and absence of at least one AU.'
      : 'There are no labels to train on. Code some videos, or take labels in from a table, and mark absence as well as presence.',
  )
}

function contradicted(contradictions: readonly (Contradiction & { video: Video })[]): AppError {
  const first = contradictions[0] as Contradiction & { video: Video }
  return new AppError(
    'LABELS_CONTRADICT',
    `Coders contradict each other in ${contradictions.length} labels, first at ${auLabel(first.au)}, frame ${first.frame} of ${first.video.fileName}: present by ${first.present.join(', ')}, absent by ${first.absent.join(', ')}. Settle them, or choose majority or one coder.`,
    { count: contradictions.length, videoId: first.video.id, frame: first.frame, au: first.au },
  )
}
