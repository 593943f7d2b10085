// Which videos a filter leaves, and the text by which a video is found. Pure.
import type { Video } from '@shared/project'

export type StateFilter = 'all' | 'unanalysed' | 'unpredicted' | 'uncoded' | 'coded' | 'unreviewed' | 'missing'

const passes: Record<StateFilter, (video: Video) => boolean> = {
  all: () => true,
  unanalysed: (video) => video.analysis !== 'done',
  unpredicted: (video) => video.prediction !== 'done',
  uncoded: (video) => video.labelCount === 0,
  coded: (video) => video.labelCount > 0,
  unreviewed: (video) => !video.isReviewed,
  missing: (video) => video.isMissing,
}

/** Videos that hold every word of `text` in their name, subject, condition or session, and are in the given state. Order is kept. */
export function filterVideos(videos: readonly Video[], text: string, state: StateFilter): Video[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return videos.filter((video) => {
    const haystack = [video.fileName, video.subjectCode, video.condition ?? '', video.session ?? ''].join(' ').toLowerCase()
    return passes[state](video) && words.every((word) => haystack.includes(word))
  })
}

/** A subject code guessed from a file name: `S04_interview.mp4` gives S04; empty when nothing looks like one. */
export function guessSubject(fileName: string): string {
  return /(?:^|[^a-z0-9])((?:s|sub|subj|subject|p|vp|tn)[-_]?\d{1,4})(?=[^0-9]|$)/i.exec(fileName)?.[1]?.toUpperCase() ?? ''
}
