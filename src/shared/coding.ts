// What surrounds labels while somebody codes: bookmarks, and time spent with and without a model's help.

/** A place in a video that somebody wants to find again. */
export interface Bookmark {
  id: string
  videoId: string
  frame: number
  coder: string | null
  note: string
  createdAt: string
}

/** Time one coder spent on one video. */
export interface CodingTime {
  videoId: string
  coder: string
  /** Whether predictions could be seen meanwhile. */
  isAssisted: boolean
  seconds: number
}
