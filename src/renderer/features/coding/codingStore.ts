// What the coding screen is doing: frame on screen, view, selection, events being coded. Labels and predictions are not here; the backend has them.
import type { Side } from '@shared/facs'
import type { LabelSpan } from '@shared/labels'
import { create } from 'zustand'
import { rememberCoder, rememberedCoder } from '../../app/coder'
import { clampView, type View } from './timeline/scale'
import type { PlayerState } from './frames/framePlayer'
import type { Sorting } from './table/frameColumns'
import { WHOLE, type StageView } from './stage/geometry'

export interface FrameSpan {
  startFrame: number
  endFrame: number
}

export interface LaneId {
  au: number
  side: Side
}

/** What the next letters mean after an event was ended by key: its intensity, then its side. */
export interface CodingChain {
  step: 'intensity' | 'side'
  au: number
  /** The event that ended; it is on its way to the backend while the next keys are pressed already. Null when it was refused. */
  label: Promise<LabelSpan | null>
}

interface Remembered {
  frame: number
  view: View | null
  selection: FrameSpan | null
  laneHeight: number
  zoom: StageView
}

export interface CodingState extends PlayerState {
  videoId: string | null
  frameCount: number
  view: View
  laneHeight: number
  selection: FrameSpan | null
  selectedIds: readonly string[]
  activeLane: LaneId | null
  /** Events begun by key and not yet ended, by AU. */
  openEvents: ReadonlyMap<number, number>
  chain: CodingChain | null
  rate: number
  isLooping: boolean
  isMuted: boolean
  /** 0 to 1. */
  volume: number
  hasWaveform: boolean
  /** Zoom and pan of the picture. */
  zoom: StageView
  /** Keeps the subject's face in the middle. */
  isFollowing: boolean
  /** Shows the table of frames. */
  hasFrameList: boolean
  frameFilter: string
  frameSorting: Sorting
  /** Shows the neutral face together with the face on screen, beside the video. */
  isComparing: boolean
  hasBox: boolean
  hasMesh: boolean
  /** Probabilities above the subject's neutral face are drawn over the model's own. */
  isCorrectedShown: boolean
  /** Of the picture on screen, 1 as filmed. */
  brightness: number
  contrast: number
  coder: string
  isBlind: boolean
  /** Frame to show when the player is ready. */
  initialFrame: number
  openVideo(videoId: string, frameCount: number): void
  setPlayer(state: PlayerState): void
  setView(view: View): void
  patch(change: Partial<Omit<CodingState, 'patch'>>): void
}

const PREFERENCES_KEY = 'auw.coding'
const videoKey = (videoId: string): string => `auw.video.${videoId}`

function read<T>(key: string): Partial<T> {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<T>
  } catch {
    return {}
  }
}

/** Kept for every video of every project; the place in a video is kept for that video. */
const PREFERENCES = [
  'hasBox',
  'hasMesh',
  'isCorrectedShown',
  'brightness',
  'contrast',
  'isMuted',
  'volume',
  'hasWaveform',
  'isFollowing',
  'isComparing',
  'hasFrameList',
  'isBlind',
  'isLooping',
  'rate',
] as const satisfies readonly (keyof CodingState)[]
type Preferences = Pick<CodingState, (typeof PREFERENCES)[number]>
const preferences = read<Preferences>(PREFERENCES_KEY)

export const useCoding = create<CodingState>((set, get) => ({
  videoId: null,
  frameCount: 0,
  frame: -1,
  isPlaying: false,
  isSeeking: false,
  isExact: true,
  view: { start: 0, end: 1 },
  laneHeight: 24,
  selection: null,
  selectedIds: [],
  activeLane: null,
  openEvents: new Map(),
  chain: null,
  rate: 1,
  isLooping: false,
  isMuted: true,
  volume: 1,
  hasWaveform: true,
  zoom: WHOLE,
  isFollowing: false,
  isComparing: false,
  hasFrameList: false,
  frameFilter: '',
  frameSorting: { key: 'frame', isDescending: false },
  hasBox: true,
  hasMesh: false,
  isCorrectedShown: false,
  brightness: 1,
  contrast: 1,
  coder: rememberedCoder(),
  isBlind: false,
  initialFrame: 0,
  ...preferences,
  openVideo(videoId, frameCount) {
    if (get().videoId === videoId && get().frameCount === frameCount) return
    const kept = read<Remembered>(videoKey(videoId))
    const whole = { start: 0, end: Math.max(1, frameCount) }
    const selection = kept.selection && kept.selection.endFrame < frameCount ? kept.selection : null
    set({
      videoId,
      frameCount,
      frame: -1,
      isPlaying: false,
      isSeeking: false,
      isExact: true,
      view: kept.view ? clampView(kept.view, frameCount) : whole,
      laneHeight: kept.laneHeight ?? get().laneHeight,
      selection,
      zoom: kept.zoom ?? WHOLE,
      selectedIds: [],
      activeLane: null,
      openEvents: new Map(),
      chain: null,
      initialFrame: Math.min(kept.frame ?? 0, Math.max(0, frameCount - 1)),
    })
  },
  setPlayer: (state) => set(state),
  setView: (view) => set({ view: clampView(view, get().frameCount) }),
  patch: (change) => set(change),
}))

let saveTimer: ReturnType<typeof setTimeout> | undefined

function save(): void {
  clearTimeout(saveTimer)
  const state = useCoding.getState()
  const { videoId, frame, view, selection, laneHeight, zoom } = state
  localStorage.setItem(PREFERENCES_KEY, JSON.stringify(Object.fromEntries(PREFERENCES.map((name) => [name, state[name]]))))
  if (videoId && frame >= 0)
    localStorage.setItem(videoKey(videoId), JSON.stringify({ frame, view, selection, laneHeight, zoom } satisfies Remembered))
}

/** Writes place and preferences down a moment after they last changed and when the window goes, so that closing anywhere comes back here. */
useCoding.subscribe((state, before) => {
  if (state.coder !== before.coder) rememberCoder(state.coder)
  clearTimeout(saveTimer)
  saveTimer = setTimeout(save, 300)
})
window.addEventListener('pagehide', save)
