// What decides a synthetic subject before anything is drawn: random streams, propensities, names and fingerprint.
import { createHash } from 'node:crypto'
import { Random } from '@ml/random'
import { synthSubjectCode, type SynthConfig, type SynthRole, type SynthSpec, type SynthSubject } from '@shared/synth'
import type { ExpressionStyle, Propensities } from '@vision/synthetic/expressions'
import type { Person } from '@vision/synthetic/person'
import type { SubjectOrder } from './synthSlots'

/** Raised whenever the same configuration gives other pictures than before, so that older folders are not continued with them. */
const RENDERER_VERSION = 2

const roleNumber = (role: SynthRole): number => (role === 'train' ? 1 : 2)

/** Streams of one subject; independent of each other and of other subjects. */
export const STREAM = { person: 0, propensities: 1, recording: 1000 } as const

export const subjectStream = ({ seed }: SynthConfig, { role, index }: SubjectOrder, stream: number): Random =>
  Random.seeded(seed, roleNumber(role), index, stream)

/**
 * The planted shortcut: for each of its AUs a training subject tosses a coin between frequent and rare, so that who somebody is tells what is shown.
 * Held-out subjects keep the usual rates.
 */
export function drawPropensities(config: SynthConfig, order: SubjectOrder): Propensities {
  const { strength, aus, factor } = config.shortcut
  if (strength === 0 || order.role === 'held-out') return new Map()
  const random = subjectStream(config, order, STREAM.propensities)
  const most = factor ** strength
  return new Map(aus.map((au) => [au, random.uniform() < 0.5 ? most : 1 / most]))
}

export const expressionStyle = ({ expression }: SynthConfig): ExpressionStyle => ({
  intensity: expression.intensity,
  oneSidedShare: expression.oneSidedShare,
  asymmetry: expression.asymmetry,
})

/** The same for the same pictures; numbers of other subjects and of threads do not matter. */
export function fingerprintOf({ config, output }: SynthSpec, order: SubjectOrder, modelHash: string): string {
  const { seed, identity, expression, pose, picture, occlusion, labels, shortcut } = config
  const form =
    output.kind === 'videos'
      ? { video: config.video, encoder: output.encoding.encoder, arguments: output.encoding.arguments }
      : { crops: config.crops }
  const decisive = {
    RENDERER_VERSION,
    modelHash,
    order,
    seed,
    identity,
    expression,
    pose,
    picture,
    occlusion,
    labels,
    shortcut,
    kind: output.kind,
    form,
  }
  return createHash('sha256').update(JSON.stringify(decisive)).digest('hex').slice(0, 32)
}

export const codeOf = ({ role, index }: SubjectOrder): string => synthSubjectCode(role, index)

/** `S001`, or `S001-2` where a subject has several recordings. */
export const recordingName = (order: SubjectOrder, recording: number, recordings: number): string =>
  recordings === 1 ? codeOf(order) : `${codeOf(order)}-${recording + 1}`

export function traitsOf({ skin, hair, glasses, facialHair }: Person): SynthSubject['traits'] {
  return {
    skin: skin.map(Math.round),
    hair: hair.colour.map(Math.round),
    isBald: hair.isBald,
    hasGlasses: glasses !== null,
    facialHair: facialHair?.kind ?? null,
    hasLongHair: hair.curtain !== null,
  }
}
