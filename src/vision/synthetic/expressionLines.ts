// Furrows that AUs fold into the skin, as strokes in the face's texture. Places were set by eye on the model's landmarks; they are drawn darker and not
// in the mesh, whose resolution is too low for them.
import { strokeCoverage, type Point } from './painter'

/** A stroke on the image-left half of the texture, u and v 0-1 with v up; mirrored for the other half. */
type Stroke = readonly (readonly [u: number, v: number])[]

const STROKES: ReadonlyMap<number, readonly Stroke[]> = new Map<number, readonly Stroke[]>([
  // forehead, middle: level furrows
  [
    1,
    [
      [
        [0.34, 0.865],
        [0.42, 0.88],
        [0.5, 0.876],
      ],
      [
        [0.36, 0.9],
        [0.43, 0.912],
        [0.5, 0.908],
      ],
    ],
  ],
  // forehead, sides: furrows arching over the brow
  [
    2,
    [
      [
        [0.235, 0.846],
        [0.3, 0.867],
        [0.36, 0.864],
      ],
      [
        [0.255, 0.88],
        [0.31, 0.896],
        [0.37, 0.893],
      ],
    ],
  ],
  // between the brows: upright furrows
  [
    4,
    [
      [
        [0.482, 0.78],
        [0.479, 0.805],
        [0.476, 0.828],
      ],
      [
        [0.465, 0.785],
        [0.461, 0.812],
      ],
    ],
  ],
  // crow's feet and the fold under the eye
  [
    6,
    [
      [
        [0.283, 0.724],
        [0.256, 0.737],
        [0.234, 0.752],
      ],
      [
        [0.283, 0.715],
        [0.25, 0.714],
        [0.226, 0.714],
      ],
      [
        [0.286, 0.706],
        [0.262, 0.693],
        [0.242, 0.68],
      ],
      [
        [0.398, 0.692],
        [0.36, 0.676],
        [0.315, 0.681],
      ],
    ],
  ],
  // the lower lid's own fold
  [
    7,
    [
      [
        [0.392, 0.7],
        [0.36, 0.69],
        [0.325, 0.694],
      ],
    ],
  ],
  // over the root and along the wings of the nose
  [
    9,
    [
      [
        [0.462, 0.702],
        [0.48, 0.711],
        [0.5, 0.714],
      ],
      [
        [0.457, 0.686],
        [0.478, 0.695],
        [0.5, 0.698],
      ],
      [
        [0.424, 0.598],
        [0.405, 0.58],
        [0.4, 0.552],
      ],
    ],
  ],
  // nasolabial furrow: its upper part
  [
    10,
    [
      [
        [0.422, 0.585],
        [0.396, 0.55],
        [0.378, 0.505],
      ],
    ],
  ],
  // nasolabial furrow: the whole
  [
    12,
    [
      [
        [0.42, 0.573],
        [0.386, 0.53],
        [0.362, 0.478],
        [0.354, 0.435],
      ],
    ],
  ],
  // dimple
  [
    14,
    [
      [
        [0.374, 0.462],
        [0.369, 0.441],
        [0.374, 0.42],
      ],
    ],
  ],
  // below the corners of the lips
  [
    15,
    [
      [
        [0.385, 0.432],
        [0.374, 0.412],
        [0.371, 0.388],
      ],
    ],
  ],
  // over the chin boss
  [
    17,
    [
      [
        [0.458, 0.336],
        [0.48, 0.331],
        [0.5, 0.333],
      ],
      [
        [0.464, 0.311],
        [0.484, 0.306],
        [0.5, 0.307],
      ],
    ],
  ],
])

const HALF_WIDTH = 0.9
const SOFTNESS = 2.4

/** One AU's furrows on one side. */
export interface FoldedLines {
  au: number
  side: 'left' | 'right'
  pixels: Uint32Array
  opacities: Float32Array
}

/** Furrows of every AU that has any, for a texture of `size` pixels. */
export function createExpressionLines(size: number): FoldedLines[] {
  return [...STROKES].flatMap(([au, strokes]) =>
    strokes.flatMap((stroke) =>
      // the subject's right is on the left of the texture
      (['right', 'left'] as const).map((side) => {
        const line: Point[] = stroke.map(([u, v]) => ({ x: (side === 'right' ? u : 1 - u) * size, y: (1 - v) * size }))
        return { au, side, ...strokeCoverage(size, line, (along) => HALF_WIDTH * (1 - (2 * along - 1) ** 2), SOFTNESS) }
      }),
    ),
  )
}
