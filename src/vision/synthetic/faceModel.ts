// Reads the compact form of ICT-FaceKit (MIT; facekit.json and facekit.bin.gz) that the user gives. The model is never a part of the product.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import { AppError } from '@shared/errors'

/** What a triangle belongs to, which decides its material and whether it is drawn. */
export const FacePart = { Face: 0, Head: 1, MouthSocket: 2, Gums: 3, Teeth: 4, LeftEye: 5, RightEye: 6 } as const
export type FacePart = (typeof FacePart)[keyof typeof FacePart]

/** A shape that moves a part of the vertices. */
export interface SparseShape {
  vertices: Uint32Array
  /** (vertices, 3) centimetres at weight 1. */
  offsets: Float32Array
}

/** First and last vertex of a region. */
export type VertexRange = readonly [number, number]

/** A head in centimetres: x to the subject's left, y up, z out of the face. */
export interface FaceModel {
  vertexCount: number
  /** (vertices, 3) */
  neutral: Float32Array
  /** (triangles, 3) vertices; only parts that can be seen. */
  triangles: Uint32Array
  /** (triangles) FacePart */
  parts: Uint8Array
  /** (triangles, 3) places in `uv` */
  corners: Uint32Array
  /** (corners, 2) 0-1 within the face's texture; v goes up. */
  uv: Float32Array
  expressions: ReadonlyMap<string, SparseShape>
  /** Each moves every vertex; weights are standard normal in the population. */
  identities: readonly { deltas: Int16Array; scale: number }[]
  /** Vertices of the 68 landmarks of iBUG 300-W, in its order. */
  landmarks: Uint32Array
  /** Vertices of the narrow face: ears, neck and skull left out. */
  narrowFace: VertexRange
  irises: { left: VertexRange; right: VertexRange }
  eyeballs: { left: VertexRange; right: VertexRange }
  /** Where the model comes from, for manifests. */
  source: string
}

interface ArrayEntry {
  dtype: 'float32' | 'uint32' | 'int16'
  offset: number
  bytes: number
}

interface FacekitHeader {
  source: string
  vertices: number
  arrays: Record<string, ArrayEntry>
  shapes: { name: string; kind: 'expression' | 'identity'; scale: number }[]
  regions: Record<string, [number, number]>
  landmarks68: number[]
}

const ARRAYS = { neutral: 'float32', triangles: 'uint32', triangleUv: 'uint32', uv: 'float32', shapes: 'int16' } as const
const REGIONS = [
  'face',
  'narrowFace',
  'headAndNeck',
  'mouthSocket',
  'gumsAndTongue',
  'teeth',
  'scleraLeft',
  'irisLeft',
  'scleraRight',
  'irisRight',
] as const
/** Movements below this, in steps of the stored integers, are rounding and not shape. */
const LEAST_STEPS = 20

/** @throws AppError FILE_NOT_FOUND, INPUT_INVALID naming what is missing or wrong */
export async function readFaceModel(directory: string): Promise<FaceModel> {
  const read = async (name: string): Promise<Buffer> => {
    try {
      return await readFile(join(directory, name))
    } catch (error) {
      throw new AppError(
        'FILE_NOT_FOUND',
        `The face model's folder has no readable ${name}: ${directory}.`,
        { directory, name },
        { cause: error },
      )
    }
  }
  // one after the other, so that of two missing files the same is always named
  const header = await read('facekit.json')
  const packed = await read('facekit.bin.gz')
  let parsed: FacekitHeader
  let bytes: Buffer
  try {
    parsed = JSON.parse(header.toString('utf8')) as FacekitHeader
    bytes = await promisify(gunzip)(packed)
  } catch (error) {
    throw invalid(error instanceof Error ? error.message : String(error))
  }
  return buildFaceModel(parsed, bytes)
}

function invalid(problem: string): AppError {
  return new AppError(
    'INPUT_INVALID',
    `The face model cannot be used: ${problem}. Give the folder of an intact facekit.json and facekit.bin.gz.`,
  )
}

function buildFaceModel(header: FacekitHeader, bytes: Uint8Array): FaceModel {
  for (const name of REGIONS) if (!header.regions?.[name]) throw invalid(`it names no region "${name}"`)
  const count = header.vertices
  const array = (name: keyof typeof ARRAYS): Float32Array | Uint32Array | Int16Array => {
    const entry = header.arrays?.[name]
    if (!entry || entry.dtype !== ARRAYS[name] || entry.offset + entry.bytes > bytes.length)
      throw invalid(`its array "${name}" is missing or cut off`)
    // copied, so that the view is aligned and the file's bytes can be let go
    const { buffer } = new Uint8Array(bytes.subarray(entry.offset, entry.offset + entry.bytes))
    return entry.dtype === 'float32'
      ? new Float32Array(buffer)
      : entry.dtype === 'uint32'
        ? new Uint32Array(buffer)
        : new Int16Array(buffer)
  }
  const neutral = array('neutral') as Float32Array
  const uv = array('uv') as Float32Array
  const shapes = array('shapes') as Int16Array
  if (neutral.length !== 3 * count || shapes.length !== 3 * count * header.shapes.length) throw invalid('its sizes contradict each other')
  if (header.landmarks68?.length !== 68 || header.landmarks68.some((vertex) => !(vertex >= 0 && vertex < count)))
    throw invalid('its 68 landmarks are not there')

  const expressions = new Map<string, SparseShape>()
  const identities: { deltas: Int16Array; scale: number }[] = []
  for (const [index, { name, kind, scale }] of header.shapes.entries()) {
    const deltas = shapes.subarray(3 * count * index, 3 * count * (index + 1))
    if (kind === 'expression') expressions.set(name, sparse(deltas, scale))
    else identities.push({ deltas, scale })
  }
  const { regions } = header
  return {
    vertexCount: count,
    neutral,
    uv,
    ...visibleTriangles(header, array('triangles') as Uint32Array, array('triangleUv') as Uint32Array),
    expressions,
    identities,
    landmarks: Uint32Array.from(header.landmarks68),
    narrowFace: regions['narrowFace'] as [number, number],
    irises: { left: regions['irisLeft'] as [number, number], right: regions['irisRight'] as [number, number] },
    eyeballs: { left: regions['scleraLeft'] as [number, number], right: regions['scleraRight'] as [number, number] },
    source: header.source,
  }
}

function sparse(deltas: Int16Array, scale: number): SparseShape {
  const vertices: number[] = []
  const offsets: number[] = []
  for (let at = 0; at < deltas.length; at += 3) {
    const [x, y, z] = [deltas[at] as number, deltas[at + 1] as number, deltas[at + 2] as number]
    if (Math.abs(x) + Math.abs(y) + Math.abs(z) <= LEAST_STEPS) continue
    vertices.push(at / 3)
    offsets.push(x * scale, y * scale, z * scale)
  }
  return { vertices: Uint32Array.from(vertices), offsets: Float32Array.from(offsets) }
}

/** Drops the eye sockets, which eyeballs hide, and the irises, which are drawn on the eyeballs. Sorted by part, faces first. */
function visibleTriangles(
  { regions }: FacekitHeader,
  triangles: Uint32Array,
  triangleUv: Uint32Array,
): Pick<FaceModel, 'triangles' | 'parts' | 'corners'> {
  const partOf: [string, FacePart][] = [
    ['face', FacePart.Face],
    ['headAndNeck', FacePart.Head],
    ['mouthSocket', FacePart.MouthSocket],
    ['gumsAndTongue', FacePart.Gums],
    ['teeth', FacePart.Teeth],
    ['scleraLeft', FacePart.LeftEye],
    ['scleraRight', FacePart.RightEye],
  ]
  const kept: { triangle: number; part: FacePart }[] = []
  for (let triangle = 0; triangle < triangles.length / 3; triangle++) {
    const vertex = triangles[3 * triangle] as number
    const entry = partOf.find(([name]) => {
      const [first, last] = regions[name] as [number, number]
      return vertex >= first && vertex <= last
    })
    if (entry) kept.push({ triangle, part: entry[1] })
  }
  kept.sort((a, b) => a.part - b.part || a.triangle - b.triangle)
  const gather = (from: Uint32Array): Uint32Array =>
    Uint32Array.from(kept.flatMap(({ triangle }) => [...from.subarray(3 * triangle, 3 * triangle + 3)]))
  return { triangles: gather(triangles), corners: gather(triangleUv), parts: Uint8Array.from(kept, ({ part }) => part) }
}
