// BlazeFace (back camera model): where faces are in a frame, with six key points. Decoding follows Bazarevsky et al. 2019 (arXiv:1907.05047).
import type { FaceBox } from '@shared/faces'
import { sigmoid } from '@shared/logistic'
import { overlap } from './geometry'
import { resampleBox, shrinkByWhole, type RgbImage } from './image'
import { openSmallNetwork, type SmallNetwork } from './session'

const SIDE = 256
/** Candidates below this are not looked at; whether a face is accepted is decided by the tracker. */
const MIN_CANDIDATE = 0.3
/** Candidates overlapping the best one by this are averaged into it. */
const SUPPRESSION_OVERLAP = 0.3
/** cx, cy, w, h and six key points. */
const VALUES = 16

/** A face found without knowledge of other frames; pixels of the frame. */
export interface Detection {
  /** 0-1 */
  score: number
  box: FaceBox
  rightEye: { x: number; y: number }
  leftEye: { x: number; y: number }
}

/** Anchor centres (n, 2), 0-1: `perCell` anchors in each of cells x cells. */
function anchorCentres(cells: number, perCell: number): Float32Array {
  const centres = new Float32Array(cells * cells * perCell * 2)
  for (let i = 0; i < centres.length / 2; i++) {
    const cell = Math.floor(i / perCell)
    centres[2 * i] = ((cell % cells) + 0.5) / cells
    centres[2 * i + 1] = (Math.floor(cell / cells) + 0.5) / cells
  }
  return centres
}

const SCALES = [
  { logits: 'logits16', boxes: 'boxes16', centres: anchorCentres(16, 2) },
  { logits: 'logits8', boxes: 'boxes8', centres: anchorCentres(8, 6) },
]

/** One anchor's answer in units of the letterboxed square, 0-1. */
interface Candidate {
  score: number
  /** Left, top, width, height, then x, y of the key points. */
  values: Float64Array
}

const boxOf = ({ values }: Candidate): FaceBox => ({ x: values[0]!, y: values[1]!, width: values[2]!, height: values[3]! })

/** Weighted non-maximum suppression: overlapping candidates are averaged by score, which is steadier from frame to frame than keeping the best one. */
function suppress(candidates: Candidate[]): Candidate[] {
  // Array sort is stable, so equal scores keep the order of the anchors
  let rest = candidates.toSorted((a, b) => b.score - a.score)
  const kept: Candidate[] = []
  while (rest.length > 0) {
    const best = boxOf(rest[0]!)
    const group = rest.filter((candidate) => overlap(best, boxOf(candidate)) >= SUPPRESSION_OVERLAP)
    // a box without area overlaps nothing, not even itself
    if (group.length === 0) group.push(rest[0]!)
    const values = new Float64Array(VALUES)
    let sum = 0
    for (const candidate of group) {
      sum += candidate.score
      for (let i = 0; i < VALUES; i++) values[i]! += candidate.score * candidate.values[i]!
    }
    kept.push({ score: rest[0]!.score, values: values.map((value) => value / sum) })
    rest = rest.filter((candidate) => !group.includes(candidate))
  }
  return kept
}

/** The detector; open one per process. */
export class FaceDetector {
  private constructor(private readonly network: SmallNetwork) {}

  /** @param file blazeface.onnx */
  static async open(file: string): Promise<FaceDetector> {
    return new FaceDetector(await openSmallNetwork(file, 'image', [1, 3, SIDE, SIDE]))
  }

  /** Every face candidate of the frame, best first. */
  async detect(image: RgbImage): Promise<Detection[]> {
    const letterbox = letterboxOf(image)
    const outputs = await this.network.run((input) => fillLetterbox(letterbox, input))
    const candidates: Candidate[] = []
    for (const { logits, boxes, centres } of SCALES) {
      const scores = outputs[logits]!
      const regressed = outputs[boxes]!
      for (let i = 0; i < scores.length; i++) {
        const score = sigmoid(scores[i]!)
        if (!(score >= MIN_CANDIDATE)) continue
        const values = new Float64Array(VALUES)
        for (let v = 0; v < VALUES; v++) values[v] = regressed[i * VALUES + v]! / SIDE
        for (const v of [0, 4, 6, 8, 10, 12, 14]) {
          values[v]! += centres[2 * i]!
          values[v + 1]! += centres[2 * i + 1]!
        }
        values[0]! -= values[2]! / 2
        values[1]! -= values[3]! / 2
        if (values[2]! > 0 && values[3]! > 0) candidates.push({ score, values })
      }
    }
    const toX = (x: number): number => (x * SIDE - letterbox.left) / letterbox.scaleX
    const toY = (y: number): number => (y * SIDE - letterbox.top) / letterbox.scaleY
    return suppress(candidates).map(({ score, values }) => ({
      score,
      box: {
        x: toX(values[0]!),
        y: toY(values[1]!),
        width: (values[2]! * SIDE) / letterbox.scaleX,
        height: (values[3]! * SIDE) / letterbox.scaleY,
      },
      rightEye: { x: toX(values[4]!), y: toY(values[5]!) },
      leftEye: { x: toX(values[6]!), y: toY(values[7]!) },
    }))
  }

  close(): Promise<void> {
    return this.network.close()
  }
}

/** A frame shrunk to fit the network's input, where it is put, and by how much each axis was shrunk. */
interface Letterbox {
  /** (height, width, 3) bytes */
  pixels: Uint8Array
  width: number
  height: number
  left: number
  top: number
  scaleX: number
  scaleY: number
}

function letterboxOf(image: RgbImage): Letterbox {
  const factor = Math.max(1, Math.min(Math.floor(Math.max(image.width, image.height) / SIDE), image.width, image.height))
  const reduced = shrinkByWhole(image, factor)
  const longer = Math.max(reduced.width, reduced.height)
  const width = Math.max(1, Math.round((SIDE * reduced.width) / longer))
  const height = Math.max(1, Math.round((SIDE * reduced.height) / longer))
  return {
    pixels: resampleBox(reduced, { x: 0, y: 0, width: reduced.width, height: reduced.height }, width, height),
    width,
    height,
    left: Math.floor((SIDE - width) / 2),
    top: Math.floor((SIDE - height) / 2),
    scaleX: width / (reduced.width * factor),
    scaleY: height / (reduced.height * factor),
  }
}

/** Writes it, centred on black, into (3, SIDE, SIDE) as -1 to 1. */
function fillLetterbox({ pixels, width, height, left, top }: Letterbox, input: Float32Array): void {
  input.fill(-1)
  for (let channel = 0; channel < 3; channel++) {
    for (let y = 0; y < height; y++) {
      const target = (channel * SIDE + top + y) * SIDE + left
      for (let x = 0; x < width; x++) input[target + x] = pixels[(y * width + x) * 3 + channel]! / 127.5 - 1
    }
  }
}
