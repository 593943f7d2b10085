// Binds the keys of the coding screen, with the chain AU -> intensity -> side: after an event ends, letters mean its intensity, then its side, until Enter or Esc.
import type { Intensity, Side } from '@shared/facs'
import type { LabelSpan } from '@shared/labels'
import { useEffect } from 'react'
import { useCoding, type CodingChain } from '../codingStore'
import type { FramePlayer } from '../frames/framePlayer'
import { panStage, WHOLE, zoomStage } from '../stage/geometry'
import { spanBetween } from '../timeline/hitTest'
import { viewOf, zoomView } from '../timeline/scale'
import { extent } from '../labels/labelsAt'
import type { LabelActions, LabelPatch } from '../labels/useLabels'
import { actionOf, auOfKey, keyName, type ActionId, type Keymap } from './keymap'

export interface KeyContext {
  player: FramePlayer | null
  /** Labels as they are at this moment; what is on screen may be a picture behind the keys. */
  labels(): readonly LabelSpan[]
  actions: LabelActions
  aus: readonly number[]
  keymap: Keymap
  auKeys: Readonly<Record<number, string>>
  onHelp(): void
  onJump(): void
  onAcceptProposal(): void
  onRejectProposal(): void
  /** Takes the chosen proposal with another edge; false where none is chosen or the edge would cross the other. */
  onAdjustProposal(edge: 'startFrame' | 'endFrame', frame: number): boolean
  onSegment(by: 1 | -1): void
  onBookmark(): void
  onAssist(): void
}

const LEAST_LANE_HEIGHT = 16
const MOST_LANE_HEIGHT = 64
/** Middle of the stage, about which keys zoom. */
const CENTRE = { x: 0, y: 0 }
const PAN_PIXELS = 40

export const RATES = [0.1, 0.25, 0.5, 1, 1.5, 2] as const

/** A dialog, menu or palette in front: keys belong to it, wherever the focus is. */
const isCovered = (): boolean => document.querySelector('[role="dialog"][data-state="open"], [role="menu"][data-state="open"]') !== null

/** True where typing means text, or where a control of its own handles the key. */
function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'range', 'button'].includes(target.type)
  return target.closest('[role="menu"], [role="dialog"], [role="listbox"]') !== null
}

/** True for keys by which a focused slider or choice changes its own value. */
function movesOwnValue({ target, key }: KeyboardEvent): boolean {
  return target instanceof HTMLInputElement && ['range', 'radio'].includes(target.type) && /^(Arrow|Page|Home$|End$)/.test(key)
}

function endEvent(au: number, from: number, context: KeyContext): void {
  const store = useCoding.getState()
  const open = new Map(store.openEvents)
  open.delete(au)
  store.patch({ openEvents: open })
  const span = spanBetween(from, Math.max(0, store.frame))
  const label = context.actions.add({ au, side: 'both', state: 'present', ...span })
  const chain: CodingChain = { step: 'intensity', au, label }
  store.patch({ chain })
  void label.then((written) => {
    const { patch, chain: now } = useCoding.getState()
    if (written) patch({ selectedIds: [written.id] })
    else if (now?.label === label) patch({ chain: null })
  })
}

/** Begins an event of an AU at the frame on screen, or ends the one begun. */
export function toggleEvent(au: number, context: KeyContext): void {
  const store = useCoding.getState()
  if (store.frame < 0) return
  const from = store.openEvents.get(au)
  if (from !== undefined) return endEvent(au, from, context)
  store.patch({
    openEvents: new Map(store.openEvents).set(au, store.frame),
    activeLane: { au, side: 'both' },
    selectedIds: [],
    chain: null,
  })
}

/** The chain's letters. Returns false when the key is not one of them. */
function runChain(name: string, context: KeyContext): boolean {
  const { chain, patch } = useCoding.getState()
  if (!chain) return false
  const change = (to: LabelPatch): void => void chain.label.then((label) => label && context.actions.change(label.id, to))
  const key = name.toLowerCase()
  if (name === 'Enter') {
    patch({ chain: chain.step === 'intensity' ? { ...chain, step: 'side' } : null })
    return true
  }
  if (chain.step === 'intensity' && /^[a-e]$/.test(key)) {
    patch({ chain: { ...chain, step: 'side' } })
    change({ intensity: key.toUpperCase() as Intensity })
    return true
  }
  const sides: Record<string, Side> = { l: 'left', r: 'right', b: 'both' }
  const side = sides[key]
  if (side) {
    patch({ chain: null })
    if (side !== 'both') change({ side })
    return true
  }
  return false
}

/** The selected events that are the coder's own: nobody changes what another coder has said. */
function ownSelected(context: KeyContext): LabelSpan[] {
  const { selectedIds, coder } = useCoding.getState()
  return context.labels().filter((label) => label.coder === coder.trim() && selectedIds.includes(label.id))
}

/** Moves an edge of every selected event by some frames, in one step; an event that would end before it starts, or leave the video, stays. */
function nudge(edge: 'startFrame' | 'endFrame', by: number, context: KeyContext): void {
  const { frameCount } = useCoding.getState()
  const changes = ownSelected(context)
    .map((label) => ({ label, value: label[edge] + by }))
    .filter(({ label, value }) =>
      edge === 'startFrame' ? value >= 0 && value <= label.endFrame : value >= label.startFrame && value < frameCount,
    )
    .map(({ label, value }) => ({ labelId: label.id, [edge]: value }))
  void context.actions.changeAll(changes)
}

/** In and out: the edge of the one selected event or of the chosen proposal where that is possible, else of the selected range. */
function mark(edge: 'startFrame' | 'endFrame', context: KeyContext): void {
  const { frame, selection, patch } = useCoding.getState()
  if (frame < 0) return
  const [only, more] = ownSelected(context)
  if (only && !more) {
    if (edge === 'startFrame' ? frame <= only.endFrame : frame >= only.startFrame) void context.actions.change(only.id, { [edge]: frame })
    return
  }
  if (!only && context.onAdjustProposal(edge, frame)) return
  const other = edge === 'startFrame' ? Math.max(frame, selection?.endFrame ?? frame) : Math.min(frame, selection?.startFrame ?? frame)
  patch({ selection: edge === 'startFrame' ? { startFrame: frame, endFrame: other } : { startFrame: other, endFrame: frame } })
}

/** Runs one action; buttons and the palette use it too. */
export function runAction(action: ActionId, context: KeyContext): void {
  const store = useCoding.getState()
  const { player, actions } = context
  const step = (by: number): void => void player?.step(by)
  const zoom = (factor: number): void => store.setView(zoomView(store.view, factor, store.frame + 0.5, store.frameCount))
  const rate = (by: number): void => {
    const index = RATES.findIndex((value) => value >= store.rate)
    store.patch({ rate: RATES[Math.max(0, Math.min(RATES.length - 1, index + by))] ?? 1 })
  }
  const run: Record<ActionId, () => void> = {
    playPause: () => player?.toggle(),
    back1: () => step(-1),
    forward1: () => step(1),
    back10: () => step(-10),
    forward10: () => step(10),
    first: () => void player?.seekTo(0),
    last: () => void player?.seekTo(player.lastFrame),
    slower: () => rate(-1),
    faster: () => rate(1),
    normalSpeed: () => store.patch({ rate: 1 }),
    loop: () => store.patch({ isLooping: !store.isLooping }),
    markIn: () => mark('startFrame', context),
    markOut: () => mark('endFrame', context),
    nudgeStartBack: () => nudge('startFrame', -1, context),
    nudgeStartForward: () => nudge('startFrame', 1, context),
    nudgeEndBack: () => nudge('endFrame', -1, context),
    nudgeEndForward: () => nudge('endFrame', 1, context),
    apex: () => {
      const [label] = ownSelected(context)
      if (label?.state === 'present' && store.frame >= label.startFrame && store.frame <= label.endFrame)
        void actions.change(label.id, { apexFrame: store.frame })
    },
    delete: () => void actions.remove(ownSelected(context).map(({ id }) => id)),
    accept: () => {
      if (store.selection) void actions.accept({ span: store.selection })
    },
    acceptProposal: () => context.onAcceptProposal(),
    rejectProposal: () => context.onRejectProposal(),
    nextSegment: () => context.onSegment(1),
    previousSegment: () => context.onSegment(-1),
    bookmark: () => context.onBookmark(),
    assist: () => context.onAssist(),
    undo: () => void actions.undo(),
    redo: () => void actions.redo(),
    zoomIn: () => zoom(1.6),
    zoomOut: () => zoom(1 / 1.6),
    zoomAll: () => store.setView({ start: 0, end: store.frameCount }),
    zoomSelection: () => {
      const chosen = context.labels().filter((label) => store.selectedIds.includes(label.id))
      const span = extent(chosen) ?? store.selection
      if (span) store.setView(viewOf(span))
    },
    tallerLanes: () => store.patch({ laneHeight: Math.min(MOST_LANE_HEIGHT, store.laneHeight + 4) }),
    flatterLanes: () => store.patch({ laneHeight: Math.max(LEAST_LANE_HEIGHT, store.laneHeight - 4) }),
    box: () => store.patch({ hasBox: !store.hasBox }),
    mesh: () => store.patch({ hasMesh: !store.hasMesh }),
    pictureIn: () => store.patch({ zoom: zoomStage(store.zoom, 1.25, CENTRE) }),
    pictureOut: () => store.patch({ zoom: zoomStage(store.zoom, 0.8, CENTRE) }),
    pictureAll: () => store.patch({ zoom: WHOLE, isFollowing: false }),
    panLeft: () => store.patch({ zoom: panStage(store.zoom, -PAN_PIXELS, 0), isFollowing: false }),
    panRight: () => store.patch({ zoom: panStage(store.zoom, PAN_PIXELS, 0), isFollowing: false }),
    panUp: () => store.patch({ zoom: panStage(store.zoom, 0, -PAN_PIXELS), isFollowing: false }),
    panDown: () => store.patch({ zoom: panStage(store.zoom, 0, PAN_PIXELS), isFollowing: false }),
    follow: () => store.patch({ isFollowing: !store.isFollowing }),
    compare: () => store.patch({ isComparing: !store.isComparing }),
    mute: () => store.patch({ isMuted: !store.isMuted }),
    frameList: () => store.patch({ hasFrameList: !store.hasFrameList }),
    jump: () => context.onJump(),
    cancel: () => {
      if (store.chain) store.patch({ chain: null })
      else if (store.openEvents.size > 0) store.patch({ openEvents: new Map() })
      else if (store.selectedIds.length > 0) store.patch({ selectedIds: [] })
      else store.patch({ selection: null })
    },
    help: () => context.onHelp(),
  }
  run[action]()
}

export function useCodingKeys(context: KeyContext): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || isTyping(event.target) || movesOwnValue(event) || isCovered()) return
      const name = keyName(event)
      if (!event.repeat && runChain(name, context)) {
        event.preventDefault()
        return
      }
      const action = actionOf(context.keymap, name)
      // Space and Enter on a focused button press it.
      const isOnButton = event.target instanceof HTMLElement && event.target.closest('button, a, [role="button"], input') !== null
      if (isOnButton && (name === 'Space' || name === 'Enter')) return
      if (action) {
        event.preventDefault()
        runAction(action, context)
        return
      }
      const au = auOfKey(context.auKeys, name)
      if (au === null || event.repeat || !context.aus.includes(au)) return
      event.preventDefault()
      toggleEvent(au, context)
    }
    window.addEventListener('keydown', onKey)
    return () => window.removeEventListener('keydown', onKey)
  }, [context])
}
