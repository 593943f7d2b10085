// From coders' spans to one label per frame and AU: sides joined, coders reconciled by a policy. Which frames are then trained on is collectData.ts's.
import type { LabelSpan } from '@shared/labels'
import type { CoderPolicy } from '@shared/training'
import type { CoderAgreement } from '@shared/trainingRun'

/** States of a frame. UNKNOWN is also what nobody coded and what is not scorable. */
export const ABSENT = 0
export const PRESENT = 1
export const UNKNOWN = 9

/** Frame of which coders say opposite things. */
export interface Contradiction {
  au: number
  frame: number
  present: string[]
  absent: string[]
}

export interface FrameLabels {
  /** (frames) per AU. */
  byAu: Map<number, Uint8Array>
  contradictions: Contradiction[]
}

/**
 * Labels of every frame of a video. A coder's sides are one face: present when any side is, absent when both are or the bilateral code is.
 * Under `refuse`, contradicted frames are unknown here and listed; the caller refuses.
 */
export function frameLabels(spans: readonly LabelSpan[], frameCount: number, aus: readonly number[], policy: CoderPolicy): FrameLabels {
  const wanted = policy.kind === 'coder' ? spans.filter((span) => span.coder === policy.coder) : spans
  const byAu = new Map<number, Uint8Array>()
  const contradictions: Contradiction[] = []
  for (const au of aus) {
    const coders = new Map<string, LabelSpan[]>()
    for (const span of wanted) if (span.au === au) coders.set(span.coder, [...(coders.get(span.coder) ?? []), span])
    const names = [...coders.keys()].sort()
    const views = names.map((name) => coderView(coders.get(name) ?? [], frameCount))
    byAu.set(au, reconcile(au, names, views, frameCount, policy, contradictions))
  }
  return { byAu, contradictions }
}

/** Adds the frames that two coders have both coded to each AU's table, pair by pair in the order of their names. */
export function countAgreement(spans: readonly LabelSpan[], frameCount: number, tables: readonly CoderAgreement[]): void {
  const names = [...new Set(spans.map(({ coder }) => coder))].sort()
  if (names.length < 2) return
  for (const table of tables) {
    const views = names.map((name) => {
      const own = spans.filter(({ coder, au }) => coder === name && au === table.au)
      return own.length === 0 ? null : coderView(own, frameCount)
    })
    views.forEach((first, place) => {
      for (const second of views.slice(place + 1)) {
        if (!first || !second) continue
        for (let frame = 0; frame < frameCount; frame++) {
          if (first[frame] === UNKNOWN || second[frame] === UNKNOWN) continue
          if (first[frame] === PRESENT) table[second[frame] === PRESENT ? 'bothPresent' : 'onlyFirst']++
          else table[second[frame] === PRESENT ? 'onlySecond' : 'bothAbsent']++
        }
      }
    })
  }
}

/** One coder's label per frame. */
function coderView(spans: readonly LabelSpan[], frameCount: number): Uint8Array {
  const lanes = { both: lane(spans, 'both', frameCount), left: lane(spans, 'left', frameCount), right: lane(spans, 'right', frameCount) }
  if (!lanes.left && !lanes.right) return lanes.both ?? new Uint8Array(frameCount).fill(UNKNOWN)
  return Uint8Array.from({ length: frameCount }, (_, frame) => {
    const both = lanes.both?.[frame] ?? UNKNOWN
    const left = lanes.left?.[frame] ?? UNKNOWN
    const right = lanes.right?.[frame] ?? UNKNOWN
    if (both === PRESENT || left === PRESENT || right === PRESENT) return PRESENT
    return both === ABSENT || (left === ABSENT && right === ABSENT) ? ABSENT : UNKNOWN
  })
}

function lane(spans: readonly LabelSpan[], side: LabelSpan['side'], frameCount: number): Uint8Array | null {
  const own = spans.filter((span) => span.side === side)
  if (own.length === 0) return null
  const labels = new Uint8Array(frameCount).fill(UNKNOWN)
  for (const { state, startFrame, endFrame } of own) {
    if (state !== 'not-scorable') labels.fill(state === 'present' ? PRESENT : ABSENT, startFrame, endFrame + 1)
  }
  return labels
}

function reconcile(
  au: number,
  names: readonly string[],
  views: readonly Uint8Array[],
  frameCount: number,
  policy: CoderPolicy,
  contradictions: Contradiction[],
): Uint8Array {
  if (views.length === 1) return views[0] as Uint8Array
  const result = new Uint8Array(frameCount).fill(UNKNOWN)
  for (let frame = 0; frame < frameCount; frame++) {
    let present = 0
    let absent = 0
    for (const view of views) {
      if (view[frame] === PRESENT) present++
      else if (view[frame] === ABSENT) absent++
    }
    if (present > 0 && absent > 0) {
      const who = (state: number): string[] => names.filter((_, index) => views[index]?.[frame] === state)
      contradictions.push({ au, frame, present: who(PRESENT), absent: who(ABSENT) })
      if (policy.kind === 'majority' && present !== absent) result[frame] = present > absent ? PRESENT : ABSENT
    } else if (present > 0) result[frame] = PRESENT
    else if (absent > 0) result[frame] = ABSENT
  }
  return result
}
