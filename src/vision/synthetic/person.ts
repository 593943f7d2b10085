// Who a synthetic subject is: everything that stays the same in all of its pictures, as plain numbers drawn at random. Nothing is rendered here.
import { boundedNormal, happens, mixColours, pick, scaleColour, type Chance, type Colour } from './chance'

/** How far apart people are. */
export interface Diversity {
  /** Standard deviations by which faces differ from the mean shape. */
  shapeSpread: { from: number; to: number }
  glassesShare: number
  facialHairShare: number
  longHairShare: number
  baldShare: number
  makeupShare: number
}

export interface Brows {
  colour: Colour
  /** Half thickness and displacement upwards, in pixels of the texture. */
  thickness: number
  lift: number
  opacity: number
  hairs: number
  hairOpacity: number
}

export interface Hair {
  colour: Colour
  isBald: boolean
  /** Height in centimetres at which the hair begins above the forehead, and how steeply it comes down to the sides. */
  hairlineHeight: number
  hairlineSlope: number
  /** Centimetres over the skull. */
  thickness: number
  /** Hair behind neck and shoulders: half width and length in face heights; null for short hair. */
  curtain: { width: number; length: number } | null
}

export interface Person {
  /** Weights of the face model's identity shapes, standard normal times the person's spread. */
  shape: readonly number[]
  skin: Colour
  /** Smoothness, 0 matt to 0.3 oily. */
  shine: number
  hair: Hair
  brows: Brows
  lips: { colour: Colour; opacity: number }
  cheeks: { colour: Colour; opacity: number }
  /** Darkness around the eyes, 0-1. */
  eyeShade: number
  eyeshadow: { colour: Colour; opacity: number } | null
  freckles: number
  moles: number
  blotchiness: number
  facialHair: { kind: 'stubble' | 'beard' | 'moustache'; opacity: number } | null
  iris: Colour
  /** Depth of expression lines, 0-1, and lines that are there at rest. */
  lineDepth: number
  restingLines: number
  lashes: { count: number; length: number; width: number; opacity: number }
  glasses: { colour: Colour; width: number; height: number; thickness: number; roundness: number } | null
}

const SKIN_TONES: readonly Colour[] = [
  [243, 208, 190],
  [230, 186, 160],
  [205, 155, 122],
  [168, 118, 86],
  [122, 80, 56],
  [78, 50, 37],
]
const HAIR_COLOURS: readonly Colour[] = [
  [22, 18, 17],
  [40, 28, 22],
  [68, 46, 32],
  [105, 74, 46],
  [160, 124, 80],
  [196, 164, 112],
  [128, 60, 34],
  [128, 124, 120],
  [196, 195, 192],
]
const IRIS_COLOURS: readonly Colour[] = [
  [52, 33, 20],
  [84, 56, 30],
  [110, 84, 44],
  [92, 108, 72],
  [78, 106, 134],
  [112, 128, 140],
]
const LIP_PAINTS: readonly Colour[] = [
  [150, 24, 40],
  [178, 62, 72],
  [120, 34, 58],
  [196, 104, 96],
]
const EYESHADOWS: readonly Colour[] = [
  [74, 60, 92],
  [96, 62, 48],
  [54, 74, 92],
]

/** A person, the same for the same chance. `shapeCount` is the number of identity shapes of the face model. */
export function drawPerson(chance: Chance, diversity: Diversity, shapeCount: number): Person {
  const spread = chance.uniform(diversity.shapeSpread.from, diversity.shapeSpread.to)
  const shape = Array.from({ length: shapeCount }, () => boundedNormal(chance, 1, 2.5) * spread)
  const skin = drawSkin(chance)
  const isDark = skin[0] < 130
  const hairColour = jitter(chance, pick(chance, isDark ? HAIR_COLOURS.slice(0, 3) : HAIR_COLOURS), 6)
  const hasMakeup = happens(chance, diversity.makeupShare)
  const isBald = happens(chance, diversity.baldShare)
  const natural: Colour = [skin[0] * 0.86, skin[1] * 0.62, skin[2] * 0.62]
  return {
    shape,
    skin,
    shine: chance.uniform(0.02, 0.22),
    hair: {
      colour: hairColour,
      isBald,
      hairlineHeight: chance.uniform(8.6, 10.8),
      hairlineSlope: chance.uniform(1.1, 1.8),
      thickness: chance.uniform(0.2, 1.8),
      curtain:
        !isBald && happens(chance, diversity.longHairShare)
          ? { width: chance.uniform(0.52, 0.85), length: chance.uniform(0.75, 1.6) }
          : null,
    },
    brows: drawBrows(chance, hairColour, skin),
    lips:
      hasMakeup && happens(chance, 0.7)
        ? { colour: pick(chance, LIP_PAINTS), opacity: chance.uniform(0.4, 0.85) }
        : { colour: natural, opacity: chance.uniform(0.4, 0.9) },
    cheeks: { colour: [skin[0] * 1.02, skin[1] * 0.84, skin[2] * 0.82], opacity: chance.uniform(0, 0.5) },
    eyeShade: chance.uniform(0.05, 0.4),
    eyeshadow: hasMakeup && happens(chance, 0.5) ? { colour: pick(chance, EYESHADOWS), opacity: chance.uniform(0.2, 0.5) } : null,
    freckles: happens(chance, isDark ? 0.03 : 0.15) ? 40 + chance.integer(160) : 0,
    moles: happens(chance, 0.35) ? 1 + chance.integer(4) : 0,
    blotchiness: chance.uniform(1, 7),
    facialHair: happens(chance, diversity.facialHairShare)
      ? { kind: pick(chance, ['stubble', 'beard', 'moustache']), opacity: chance.uniform(0.35, 0.85) }
      : null,
    iris: jitter(chance, pick(chance, isDark ? IRIS_COLOURS.slice(0, 2) : IRIS_COLOURS), 8),
    lineDepth: chance.uniform(0.08, 0.5),
    restingLines: happens(chance, 0.4) ? chance.uniform(0.05, 0.35) : 0,
    lashes: {
      count: 8 + chance.integer(16),
      length: chance.uniform(0.3, hasMakeup ? 1 : 0.75),
      width: chance.uniform(0.05, 0.12),
      opacity: chance.uniform(0.35, 0.9),
    },
    glasses: happens(chance, diversity.glassesShare)
      ? {
          colour: pick(chance, [
            [20, 20, 22],
            [70, 40, 25],
            [150, 140, 130],
            [60, 20, 30],
          ] as const),
          width: chance.uniform(2.2, 2.7),
          height: chance.uniform(1.5, 2.3),
          thickness: chance.uniform(0.1, 0.3),
          roundness: chance.uniform(2, 4),
        }
      : null,
  }
}

function drawSkin(chance: Chance): Colour {
  const place = chance.uniform(0, SKIN_TONES.length - 1)
  const lower = Math.floor(place)
  const tone = mixColours(SKIN_TONES[lower] as Colour, SKIN_TONES[lower + 1] as Colour, place - lower)
  const warmth = chance.normal(0, 0.03)
  return scaleColour([tone[0] * (1 + warmth), tone[1], tone[2] * (1 - warmth)], 1 + chance.normal(0, 0.03))
}

function drawBrows(chance: Chance, hair: Colour, skin: Colour): Brows {
  const darkness = chance.uniform(0.35, 0.9)
  return {
    // brows are darker than the hair, and darker than the skin even in fair people
    colour: [
      Math.min(hair[0] * darkness, skin[0] * 0.6),
      Math.min(hair[1] * darkness, skin[1] * 0.6),
      Math.min(hair[2] * darkness, skin[2] * 0.6),
    ],
    thickness: chance.uniform(3.5, 9.5),
    lift: chance.uniform(-2, 12),
    opacity: chance.uniform(0.25, 0.85),
    hairs: 50 + chance.integer(140),
    hairOpacity: chance.uniform(0.3, 0.8),
  }
}

/** Lighter or darker, and a little off in each channel: hair and eyes do not turn green. */
function jitter(chance: Chance, colour: Colour, deviation: number): Colour {
  const lighter = chance.normal(0, deviation)
  return [
    colour[0] + lighter + chance.normal(0, deviation / 4),
    colour[1] + lighter + chance.normal(0, deviation / 4),
    colour[2] + lighter + chance.normal(0, deviation / 4),
  ]
}
