// Draws synthetic subjects: one renderer keeps a face model, a person, a scene and its working memory, and makes a picture of each frame.
// Software only, so that it runs and gives the same bytes wherever the product runs.
import { addShapeWeights, type FaceAction } from './actionUnits'
import { createNoiseTile, expose, smooth } from './cameraPicture'
import type { Chance, Colour } from './chance'
import { createExpressionLines } from './expressionLines'
import { FacePart, type FaceModel } from './faceModel'
import { HeadMesh, type Pose, type Viewport } from './headMesh'
import { paintOccluder, type FacePlace, type Occluder } from './occluder'
import { drawCurtain, drawGlasses, drawLashes, type Projector } from './overlays'
import type { Person } from './person'
import { createSampleGrid, rasterise, type SampleGrid } from './rasteriser'
import { paintBackdrop, type Scene } from './scene'
import { coveredTriangles, lightVertices, shade, type Coat } from './shading'
import { paintSkin, textureLandmarks, TEXTURE_SIZE } from './skinTexture'
import type { Point } from './painter'

/** Samples per pixel along each axis. */
const SAMPLING = 2
/** Centimetres between the inner lips below which no teeth are looked for. */
const TEETH_FROM = 0.03
/** Height of the mean face from chin to hairline, in centimetres. */
const FACE_HEIGHT = 16.6

/** Where the face is put in the picture. */
export type Framing =
  /** As a camera at rest sees it: height of a mean face in pixels, and where the head's middle is. */
  | { kind: 'camera'; faceHeight: number; x: number; y: number }
  /** Stretched so that the box of the face's landmarks fills this box of the picture, in pixels; what a crop of a face looks like. */
  | { kind: 'face'; x: number; y: number; width: number; height: number }

/** One picture of the present person in the present scene. */
export interface FrameRequest {
  action: FaceAction
  /** Weights of shapes that are no AU: gaze, idle movements. */
  idle: ReadonlyMap<string, number>
  pose: Pose
  framing: Framing
  /** With how far it is shifted down, in face heights. */
  occluder: { shape: Occluder; shift: number } | null
  /** Which noise this frame has; a whole number. */
  noiseStart: number
}

export interface RenderedFrame {
  /** (size, size, 3) bytes; valid until the next frame. */
  data: Uint8Array
  /** (68, 2) landmarks in pixels. */
  landmarks: Float32Array
  /** Of the landmarks' box as the product's own landmark network would draw it, in pixels. */
  faceBox: { x: number; y: number; width: number; height: number }
}

export class SubjectRenderer {
  private readonly mesh: HeadMesh
  private readonly grid: SampleGrid
  private readonly samples: Float32Array
  private readonly light: Float32Array
  private readonly picture: Float32Array
  private readonly behind: Float32Array
  private readonly smoothing: Float32Array
  private readonly data: Uint8Array
  private readonly folds = new Float32Array(TEXTURE_SIZE * TEXTURE_SIZE)
  private readonly lines = createExpressionLines(TEXTURE_SIZE)
  private readonly marks: Point[]
  private readonly neutralIdle: ReadonlyMap<string, number> = new Map()
  private coat: Coat | null = null
  private lashLengths: number[] = []
  private scene: Scene | null = null
  private backdrop: Float32Array = new Float32Array(0)
  private noise: Float32Array = new Float32Array(0)

  /** @param size pixels of a side of the picture */
  constructor(
    model: FaceModel,
    readonly size: number,
  ) {
    const side = size * SAMPLING
    this.mesh = new HeadMesh(model)
    this.grid = createSampleGrid(side, side)
    this.samples = new Float32Array(side * side * 3)
    this.light = new Float32Array(4 * model.vertexCount)
    this.picture = new Float32Array(size * size * 3)
    this.behind = new Float32Array(size * size * 3)
    this.smoothing = new Float32Array(size * size * 3)
    this.data = new Uint8Array(size * size * 3)
    this.marks = textureLandmarks(model)
  }

  /** Shapes and paints a person; `chance` draws what the person's numbers leave open, such as single hairs. */
  setPerson(person: Person, chance: Chance): void {
    this.mesh.setPerson(person)
    this.coat = {
      person,
      skin: paintSkin(person, this.marks, chance),
      strands: Float32Array.from({ length: 64 * 64 }, () => chance.uniform()),
      isCovered: coveredTriangles(this.mesh),
    }
    this.lashLengths = Array.from({ length: 24 }, () => chance.uniform(0.6, 1.1))
    this.noise = createNoiseTile(() => chance.normal())
  }

  setScene(scene: Scene): void {
    this.scene = scene
    this.backdrop = paintBackdrop(scene.backdrop, this.size, this.size)
  }

  /** Centimetres between the inner lips with this action, without drawing. */
  lipGap(action: FaceAction, idle: ReadonlyMap<string, number> = this.neutralIdle): number {
    this.mesh.deform(weightsOf(action, idle))
    return this.mesh.lipGap()
  }

  /** As {@link lipGap} of the frame that was rendered last. */
  presentLipGap(): number {
    return this.mesh.lipGap()
  }

  /** @throws RangeError before setPerson and setScene */
  render({ action, idle, pose, framing, occluder, noiseStart }: FrameRequest): RenderedFrame {
    const { mesh, grid, coat, scene, size, picture } = this
    if (!coat || !scene) throw new RangeError('A renderer needs a person and a scene first.')
    mesh.deform(weightsOf(action, idle))
    const areTeethSeen = mesh.lipGap() > TEETH_FROM
    mesh.place(pose)
    const box = mesh.faceBox(scene.distance)
    const viewport = viewportOf(framing, box)
    mesh.project(scene.distance, scaled(viewport, SAMPLING))
    const face: FacePlace = {
      x: viewport.centreX + ((box.left + box.right) / 2) * viewport.scaleX,
      y: viewport.centreY + ((box.top + box.bottom) / 2) * viewport.scaleY,
      height: FACE_HEIGHT * viewport.scaleY,
    }

    lightVertices(mesh, scene, coat.person.shine, this.light)
    rasterise(mesh, (part) => areTeethSeen || (part !== FacePart.Teeth && part !== FacePart.Gums), grid)
    this.behind.set(this.backdrop)
    drawCurtain({ width: size, height: size, data: this.behind }, coat.person, face, pose.yaw, coat.strands)
    this.spreadBackdrop()
    this.fold(action, coat.person)
    shade(mesh, grid, this.light, coat, scene.cloth, this.folds, this.samples)
    const canvas = { width: grid.width, height: grid.height, data: this.samples }
    const project = projectorOf(scene.distance, scaled(viewport, SAMPLING))
    drawLashes(canvas, mesh, coat.person, project, this.lashLengths)
    drawGlasses(canvas, mesh, coat.person, project, (point) => mesh.turn(point, pose))
    this.average()
    if (occluder) paintOccluder(picture, size, occluder.shape, face, occluder.shift, brightness(scene))
    for (let pass = 0; pass < scene.camera.blur; pass++) smooth(picture, size, this.smoothing)
    expose(picture, scene.camera, this.noise, noiseStart, this.data)
    return {
      data: this.data,
      landmarks: this.landmarks(),
      faceBox: {
        x: viewport.centreX + box.left * viewport.scaleX,
        y: viewport.centreY + box.top * viewport.scaleY,
        width: (box.right - box.left) * viewport.scaleX,
        height: (box.bottom - box.top) * viewport.scaleY,
      },
    }
  }

  /** Every sample starts with what is behind the head. */
  private spreadBackdrop(): void {
    const { samples, behind, size, grid } = this
    const { width, triangle } = grid
    for (let y = 0; y < width; y++) {
      const row = (y >> 1) * size
      for (let x = 0, sample = y * width; x < width; x++, sample++) {
        if (triangle[sample]! >= 0) continue
        const from = 3 * (row + (x >> 1))
        samples[3 * sample] = behind[from]!
        samples[3 * sample + 1] = behind[from + 1]!
        samples[3 * sample + 2] = behind[from + 2]!
      }
    }
  }

  /** Darkens the texture's folds by the intensities of their AUs. */
  private fold(action: FaceAction, { lineDepth, restingLines }: Person): void {
    this.folds.fill(0)
    for (const { au, side, pixels, opacities } of this.lines) {
      const depth = lineDepth * Math.max(action.get(au)?.[side] ?? 0, restingLines)
      if (depth < 0.01) continue
      for (let i = 0; i < pixels.length; i++) {
        const pixel = pixels[i]!
        const dark = depth * opacities[i]!
        if (dark > this.folds[pixel]!) this.folds[pixel] = dark
      }
    }
  }

  private average(): void {
    const { samples, picture, size } = this
    const stride = 3 * size * SAMPLING
    for (let y = 0, to = 0; y < size; y++) {
      let from = SAMPLING * y * stride
      for (let x = 0; x < size; x++, from += 6) {
        for (let channel = 0; channel < 3; channel++, to++) {
          const at = from + channel
          picture[to] = 0.25 * (samples[at]! + samples[at + 3]! + samples[at + stride]! + samples[at + stride + 3]!)
        }
      }
    }
  }

  private landmarks(): Float32Array {
    const { screenX, screenY, model } = this.mesh
    const points = new Float32Array(2 * model.landmarks.length)
    for (const [index, vertex] of model.landmarks.entries()) {
      points[2 * index] = screenX[vertex]! / SAMPLING
      points[2 * index + 1] = screenY[vertex]! / SAMPLING
    }
    return points
  }
}

function weightsOf(action: FaceAction, idle: ReadonlyMap<string, number>): Map<string, number> {
  const weights = new Map(idle)
  addShapeWeights(action, weights)
  return weights
}

function viewportOf(framing: Framing, box: { left: number; top: number; right: number; bottom: number }): Viewport {
  if (framing.kind === 'camera') {
    const scale = framing.faceHeight / FACE_HEIGHT
    return { scaleX: scale, scaleY: scale, centreX: framing.x, centreY: framing.y }
  }
  const scaleX = framing.width / (box.right - box.left)
  const scaleY = framing.height / (box.bottom - box.top)
  return { scaleX, scaleY, centreX: framing.x - box.left * scaleX, centreY: framing.y - box.top * scaleY }
}

const scaled = ({ scaleX, scaleY, centreX, centreY }: Viewport, factor: number): Viewport => ({
  scaleX: scaleX * factor,
  scaleY: scaleY * factor,
  // samples are points: the first pixel's are a quarter and three quarters into it
  centreX: centreX * factor - 0.5,
  centreY: centreY * factor - 0.5,
})

const projectorOf = (distance: number, { scaleX, scaleY, centreX, centreY }: Viewport): Projector => ({
  x: ([x, , z]) => centreX + ((x * distance) / (distance - z)) * scaleX,
  y: ([, y, z]) => centreY - ((y * distance) / (distance - z)) * scaleY,
  scale: (scaleX + scaleY) / 2,
})

/** Light on something that faces the camera. */
const brightness = ({ ambient, lamps }: Scene): Colour => {
  const sum = (channel: 0 | 1 | 2): number =>
    ambient[channel] + lamps.reduce((total, { direction, colour }) => total + colour[channel] * Math.max(0, direction[2]), 0)
  return [sum(0), sum(1), sum(2)]
}
