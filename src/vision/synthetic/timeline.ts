// What a subject does over a recording: events with onset, apex and offset, blinks, gaze, head movement, things in front of the face. All is drawn
// beforehand, so that any frame can be asked for.
import { settleContradictions, type FaceAction } from './actionUnits'
import { happens, pick, type Chance, type Colour } from './chance'
import { drawCombination, drawPeaks, type ExpressionStyle, type Propensities } from './expressions'
import type { Pose } from './headMesh'
import { drawOccluder, type Occluder } from './occluder'

export interface TimelineStyle {
  seconds: number
  expression: ExpressionStyle
  eventsPerMinute: number
  blinksPerMinute: number
  /** 0 still to 1 lively. */
  idleMovement: number
  /** Radians: standard deviations of the resting pose, and how far the head drifts from it. */
  pose: Pose & { drift: number }
  occlusionsPerMinute: number
  occluderKinds: readonly Occluder['kind'][]
}

/** One AU's rise and fall; times in seconds. */
interface Movement {
  au: number
  left: number
  right: number
  onset: number
  apex: number
  /** The apex ends. */
  release: number
  offset: number
}

interface Wave {
  amplitude: number
  /** Radians per second. */
  speed: number
  phase: number
}

interface Gaze {
  from: number
  x: number
  y: number
}

/** What there is to render of one moment. */
export interface Moment {
  action: FaceAction
  idle: ReadonlyMap<string, number>
  pose: Pose
  occluder: { shape: Occluder; shift: number } | null
}

export interface Timeline {
  at(seconds: number): Moment
}

/** Seconds that a gaze takes to get to its next place. */
const SACCADE_SECONDS = 0.06
/** Face heights below its place from which an occluder comes in. */
const OCCLUDER_TRAVEL = 1.6
const OCCLUDER_TRAVEL_SECONDS = 0.5

/** Rises from 0 at `onset` to 1 at `apex`, falls from `release` to 0 at `offset`, as a raised cosine. */
export function envelope(time: number, { onset, apex, release, offset }: Pick<Movement, 'onset' | 'apex' | 'release' | 'offset'>): number {
  if (time <= onset || time >= offset) return 0
  if (time < apex) return 0.5 - 0.5 * Math.cos((Math.PI * (time - onset)) / (apex - onset))
  return time <= release ? 1 : 0.5 + 0.5 * Math.cos((Math.PI * (time - release)) / (offset - release))
}

export function drawTimeline(chance: Chance, style: TimelineStyle, propensities: Propensities, skin: Colour): Timeline {
  const movements = [...drawEvents(chance, style, propensities), ...drawBlinks(chance, style)]
  const resting: Pose = {
    yaw: chance.normal(0, style.pose.yaw),
    pitch: chance.normal(0, style.pose.pitch),
    roll: chance.normal(0, style.pose.roll),
  }
  const drift = {
    yaw: drawWaves(chance, style.pose.drift),
    pitch: drawWaves(chance, style.pose.drift * 0.5),
    roll: drawWaves(chance, style.pose.drift * 0.4),
  }
  const idleShifts = { jaw: drawWaves(chance, 0.12 * style.idleMovement), mouth: drawWaves(chance, 0.08 * style.idleMovement) }
  const gazes = drawGazes(chance, style)
  const occlusions = drawOcclusions(chance, style, skin)
  return {
    at(seconds) {
      const action: FaceAction = new Map()
      for (const movement of movements) {
        const share = envelope(seconds, movement)
        if (share === 0) continue
        const before = action.get(movement.au) ?? { left: 0, right: 0 }
        action.set(movement.au, {
          left: Math.max(before.left, movement.left * share),
          right: Math.max(before.right, movement.right * share),
        })
      }
      settleContradictions(action)
      const idle = new Map<string, number>()
      addGaze(idle, gazeAt(gazes, seconds))
      addShift(idle, 'jaw', waveSum(idleShifts.jaw, seconds))
      addShift(idle, 'mouth', waveSum(idleShifts.mouth, seconds))
      return {
        action,
        idle,
        pose: {
          yaw: resting.yaw + waveSum(drift.yaw, seconds),
          pitch: resting.pitch + waveSum(drift.pitch, seconds),
          roll: resting.roll + waveSum(drift.roll, seconds),
        },
        occluder: occluderAt(occlusions, seconds),
      }
    },
  }
}

function drawEvents(chance: Chance, { seconds, eventsPerMinute, expression }: TimelineStyle, propensities: Propensities): Movement[] {
  if (eventsPerMinute === 0) return []
  const movements: Movement[] = []
  const period = 60 / eventsPerMinute
  // the first events may have begun before the recording
  let time = -chance.uniform(0, period)
  while (time < seconds) {
    const rise = chance.uniform(0.2, 0.6)
    const hold = chance.uniform(0.3, 0.45 * period + 0.3)
    const fall = chance.uniform(0.3, 0.8)
    for (const [au, { left, right }] of drawPeaks(chance, drawCombination(chance, propensities), expression)) {
      const late = chance.uniform(0, 0.15)
      const early = chance.uniform(0, 0.15)
      movements.push({
        au,
        left,
        right,
        onset: time + late,
        apex: time + rise + late,
        release: time + rise + late + hold,
        offset: time + rise + late + hold + fall - early,
      })
    }
    // after the face has come to rest most of the time, sometimes before
    time += Math.max(0.3, period * chance.uniform(0.55, 1.45))
  }
  return movements
}

function drawBlinks(chance: Chance, { seconds, blinksPerMinute }: TimelineStyle): Movement[] {
  if (blinksPerMinute === 0) return []
  const movements: Movement[] = []
  const period = 60 / blinksPerMinute
  for (let time = chance.uniform(0, period); time < seconds; time += period * chance.uniform(0.4, 1.6)) {
    const closing = chance.uniform(0.07, 0.11)
    const closed = chance.uniform(0.02, 0.07)
    movements.push({
      au: 45,
      left: 1,
      right: 1,
      onset: time,
      apex: time + closing,
      release: time + closing + closed,
      offset: time + closing + closed + chance.uniform(0.12, 0.2),
    })
  }
  return movements
}

function drawWaves(chance: Chance, amplitude: number): Wave[] {
  return [chance.uniform(8, 20), chance.uniform(3, 8), chance.uniform(1.2, 3)].map((period, place) => ({
    amplitude: (amplitude * chance.uniform(0.4, 1)) / (place + 1),
    speed: (2 * Math.PI) / period,
    phase: chance.uniform(0, 2 * Math.PI),
  }))
}

const waveSum = (waves: readonly Wave[], seconds: number): number =>
  waves.reduce((sum, { amplitude, speed, phase }) => sum + amplitude * Math.sin(seconds * speed + phase), 0)

function drawGazes(chance: Chance, { seconds, idleMovement }: TimelineStyle): Gaze[] {
  const gazes: Gaze[] = []
  for (let from = 0; from < seconds; from += chance.uniform(0.5, 3))
    gazes.push({ from, x: chance.normal(0, 0.25 * idleMovement), y: chance.normal(0, 0.18 * idleMovement) })
  return gazes
}

function gazeAt(gazes: readonly Gaze[], seconds: number): { x: number; y: number } {
  const place = gazes.findLastIndex(({ from }) => from <= seconds)
  const now = gazes[place] ?? { from: 0, x: 0, y: 0 }
  const before = gazes[place - 1] ?? now
  const share = Math.min(1, (seconds - now.from) / SACCADE_SECONDS)
  return { x: before.x + (now.x - before.x) * share, y: before.y + (now.y - before.y) * share }
}

/** @param gaze x to the subject's left, y up; 1 is as far as the shapes go. */
export function addGaze(idle: Map<string, number>, { x, y }: { x: number; y: number }): void {
  const add = (shape: string, weight: number): void => {
    if (weight > 0) idle.set(shape, Math.min(1, weight))
  }
  add('eyeLookOut_L', x)
  add('eyeLookIn_R', x)
  add('eyeLookIn_L', -x)
  add('eyeLookOut_R', -x)
  for (const side of ['L', 'R']) {
    add(`eyeLookUp_${side}`, y)
    add(`eyeLookDown_${side}`, -y)
  }
}

/** Moves jaw or mouth sideways; positive to the subject's left. */
export function addShift(idle: Map<string, number>, part: 'jaw' | 'mouth', amount: number): void {
  if (amount !== 0) idle.set(`${part}${amount > 0 ? 'Left' : 'Right'}`, Math.abs(amount))
}

interface Occlusion {
  shape: Occluder
  from: number
  to: number
}

function drawOcclusions(chance: Chance, { seconds, occlusionsPerMinute, occluderKinds }: TimelineStyle, skin: Colour): Occlusion[] {
  if (occlusionsPerMinute === 0) return []
  const occlusions: Occlusion[] = []
  const period = 60 / occlusionsPerMinute
  for (let time = chance.uniform(0, period); time < seconds; time += period * chance.uniform(0.5, 1.5)) {
    const length = chance.uniform(1, Math.max(1.2, Math.min(4, period * 0.7)))
    occlusions.push({ shape: drawOccluder(chance, pick(chance, occluderKinds), skin), from: time, to: time + length })
  }
  return occlusions
}

function occluderAt(occlusions: readonly Occlusion[], seconds: number): Moment['occluder'] {
  const now = occlusions.find(({ from, to }) => seconds >= from && seconds < to)
  if (!now) return null
  const share = Math.min(1, (seconds - now.from) / OCCLUDER_TRAVEL_SECONDS, (now.to - seconds) / OCCLUDER_TRAVEL_SECONDS)
  return { shape: now.shape, shift: OCCLUDER_TRAVEL * (0.5 + 0.5 * Math.cos(Math.PI * share)) }
}

/** Idle movement of a picture that stands alone. */
export function drawIdle(chance: Chance, idleMovement: number): Map<string, number> {
  const idle = new Map<string, number>()
  addGaze(idle, { x: chance.normal(0, 0.3 * idleMovement), y: chance.normal(0, 0.25 * idleMovement) })
  if (happens(chance, 0.4)) addShift(idle, 'jaw', chance.normal(0, 0.2 * idleMovement))
  if (happens(chance, 0.4)) addShift(idle, 'mouth', chance.normal(0, 0.15 * idleMovement))
  return idle
}
