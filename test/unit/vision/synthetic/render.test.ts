// Rendering: the face model is read or refused, every AU moves what it names and nothing on the other side, and the same numbers give the same bytes.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Random } from '@ml/random'
import { DEFAULT_SYNTH } from '@shared/synth'
import { addShapeWeights, SYNTHETIC_AUS, type FaceAction } from '@vision/synthetic/actionUnits'
import { readFaceModel, type FaceModel } from '@vision/synthetic/faceModel'
import { drawPerson } from '@vision/synthetic/person'
import { SubjectRenderer, type RenderedFrame } from '@vision/synthetic/renderer'
import { drawScene } from '@vision/synthetic/scene'
import { writeTinyFace } from './tinyFace'

const SIZE = 96
const folder = mkdtempSync(join(tmpdir(), 'auw-tiny-face-'))
let model: FaceModel

beforeAll(async () => {
  writeTinyFace(folder)
  model = await readFaceModel(folder)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function renderer(seed = 1): SubjectRenderer {
  const chance = Random.seeded(seed)
  const made = new SubjectRenderer(model, SIZE)
  made.setPerson(drawPerson(chance, DEFAULT_SYNTH.identity, model.identities.length), chance)
  made.setScene(drawScene(chance, DEFAULT_SYNTH.picture))
  return made
}

const shown = (au: number, left = 1, right = left): FaceAction => new Map([[au, { left, right }]])

function picture(of: SubjectRenderer, action: FaceAction, yaw = 0): RenderedFrame {
  const frame = of.render({
    action,
    idle: new Map(),
    pose: { yaw, pitch: 0, roll: 0 },
    framing: { kind: 'camera', faceHeight: 70, x: SIZE / 2, y: SIZE / 2 },
    occluder: null,
    noiseStart: 5,
  })
  return { ...frame, data: frame.data.slice() }
}

/** Mean of landmarks' x or y. */
const mean = ({ landmarks }: RenderedFrame, points: readonly number[], axis: 0 | 1): number =>
  points.reduce((sum, point) => sum + landmarks[2 * point + axis]!, 0) / points.length

/** How far landmarks went from rest, in pixels; y runs down. */
function moved(au: number, points: readonly number[], axis: 0 | 1, left = 1, right = left): number {
  const of = renderer()
  return mean(picture(of, shown(au, left, right)), points, axis) - mean(picture(of, new Map()), points, axis)
}

describe('face model', () => {
  it('refuses folders without it, damaged files and missing parts, each in one sentence', async () => {
    await expect(readFaceModel(join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' })
    const broken = mkdtempSync(join(tmpdir(), 'auw-broken-face-'))
    try {
      writeTinyFace(broken)
      const header = JSON.parse(readFileSync(join(broken, 'facekit.json'), 'utf8')) as { regions: Record<string, unknown> }
      delete header.regions['teeth']
      writeFileSync(join(broken, 'facekit.json'), JSON.stringify(header))
      await expect(readFaceModel(broken)).rejects.toThrow(/no region "teeth"/)
      writeTinyFace(broken)
      const packed = readFileSync(join(broken, 'facekit.bin.gz'))
      writeFileSync(join(broken, 'facekit.bin.gz'), packed.subarray(0, packed.length / 2))
      await expect(readFaceModel(broken)).rejects.toMatchObject({ code: 'INPUT_INVALID' })
    } finally {
      rmSync(broken, { recursive: true, force: true })
    }
  })
})

describe('rendering', () => {
  it('gives the same bytes for the same seed and others for another', () => {
    const first = picture(renderer(), shown(12))
    expect(picture(renderer(), shown(12)).data).toEqual(first.data)
    expect(picture(renderer(2), shown(12)).data).not.toEqual(first.data)
  })

  it('knows the shapes of every AU, and shows every AU: the picture changes', () => {
    const of = renderer()
    const rest = picture(of, new Map()).data
    for (const au of SYNTHETIC_AUS) {
      const weights = new Map<string, number>()
      addShapeWeights(shown(au), weights)
      expect(weights.size, `AU${au}`).toBeGreaterThan(0)
      const data = picture(of, shown(au)).data
      const changed = data.filter((value, at) => Math.abs(value - rest[at]!) > 8).length
      expect(changed, `AU${au}`).toBeGreaterThan(0)
    }
  })

  it('moves brows, lids, lip corners, lips and jaw as FACS says', () => {
    expect(moved(1, [21, 22], 1)).toBeLessThan(-1)
    expect(moved(2, [17, 18, 25, 26], 1)).toBeLessThan(-0.5)
    expect(moved(4, [19, 20, 23, 24], 1)).toBeGreaterThan(1)
    expect(moved(5, [37, 38, 43, 44], 1)).toBeLessThan(-0.5)
    expect(moved(45, [37, 38, 43, 44], 1)).toBeGreaterThan(1)
    expect(moved(12, [48, 54], 1)).toBeLessThan(-1)
    expect(moved(12, [54], 0)).toBeGreaterThan(1)
    expect(moved(15, [48, 54], 1)).toBeGreaterThan(1)
    expect(moved(10, [50, 52], 1)).toBeLessThan(-0.5)
    expect(moved(26, [57], 1)).toBeGreaterThan(0.3)
    expect(moved(26, [8], 1)).toBeGreaterThan(0.3)
  })

  it('keeps a one-sided movement on its side: the subject’s left is on the right of the picture', () => {
    expect(moved(12, [54], 1, 1, 0)).toBeLessThan(-1)
    expect(Math.abs(moved(12, [48], 1, 1, 0))).toBeLessThan(0.1)
  })

  it('turns the nose to the side to which the head turns', () => {
    const of = renderer()
    const straight = picture(of, new Map())
    expect(mean(picture(of, new Map(), 0.4), [30], 0)).toBeGreaterThan(mean(straight, [30], 0) + 2)
  })

  it('measures how far the lips are apart, whatever moved them', () => {
    const of = renderer()
    expect(of.lipGap(shown(26))).toBeGreaterThan(of.lipGap(new Map()) + 0.1)
    expect(of.lipGap(shown(10))).toBeGreaterThan(of.lipGap(new Map()))
  })
})
