// What each Action Unit looks like, in words of our own, for the help beside the lanes. Not a substitute for FACS training: the manual decides.
import { ACTION_UNITS, type Intensity } from './facs'

export interface AtlasEntry {
  au: number
  /** Muscle or muscles that move. */
  muscle: string
  /** What changes in the face. */
  looks: string
  /** What it is mistaken for, and how to tell; empty where nothing is close. */
  unlike: string
  /** What trace and marked look like; empty where only the general scale helps. */
  intensity: string
}

const ENTRIES: readonly AtlasEntry[] = [
  {
    au: 1,
    muscle: 'Frontalis, inner part',
    looks: 'The inner ends of the brows go up; short wrinkles in the middle of the forehead; the brows may slope outwards.',
    unlike: 'With AU 2 the whole brow rises in an arch; with AU 4 the inner ends rise and draw together.',
    intensity:
      'Trace: the inner hairs shift upwards and the skin above hardly changes. Marked: the middle of the forehead wrinkles and the brow tilts. Wrinkles that the face always has count only when they deepen.',
  },
  {
    au: 2,
    muscle: 'Frontalis, outer part',
    looks: 'The outer halves of the brows go up and arch; wrinkles above them; the upper lid fold opens at the side.',
    unlike: 'Eyes opened wide (AU 5) lift the lid, not the brow.',
    intensity:
      'Trace: the outer end lifts and takes the skin at its side along. Marked: the brow arches and lines form above its outer half.',
  },
  {
    au: 4,
    muscle: 'Corrugator, depressor supercilii, procerus',
    looks: 'The brows come down or together, or both; upright lines between them.',
    unlike: 'AU 9 pulls the inner brow down too, but wrinkles the nose.',
    intensity:
      'Trace: a small move together or down, or a line between the brows that was not there. Marked: upright lines or a bulge between the brows and a shadow over the eyes.',
  },
  {
    au: 5,
    muscle: 'Levator palpebrae superioris',
    looks: 'The upper lid goes up; more of the white above the iris shows; a stare.',
    unlike: 'Raised brows alone (AU 1, 2) leave the lid edge where it is.',
    intensity:
      'Trace: a little more of the iris, or a thread of white above it. Marked: white above most of the iris. Where the lid usually covers much of the iris, uncovering its edge is already more than a trace.',
  },
  {
    au: 6,
    muscle: 'Orbicularis oculi, outer part',
    looks: 'The cheeks rise; skin gathers around the eye; lines at the outer corner; the pouch below the lid bulges.',
    unlike: 'AU 7 tightens the lids without moving the cheek. A strong AU 12 lifts the cheek by itself.',
    intensity:
      'Trace: faint lines at the outer corner or a slight bag under the eye. Marked: both, and the cheek plainly higher. Beside a strong AU 12 ask for signs that the smile alone does not make.',
  },
  {
    au: 7,
    muscle: 'Orbicularis oculi, inner part',
    looks: 'The lids tighten and the eye narrows; the lower lid rises and straightens.',
    unlike: 'AU 6 moves the cheek and the outer corner; a squint against light is AU 6 and 7 together.',
    intensity:
      'Trace: the edge of the lower lid straightens. Marked: the lower lid has risen and the opening is plainly narrower. Maximum: a slit.',
  },
  {
    au: 8,
    muscle: 'Orbicularis oris',
    looks: 'The lips move toward each other while the jaw stays open or drops.',
    unlike: 'AU 24 presses closed lips together.',
    intensity: 'Little is agreed on; note presence and leave the intensity out where unsure.',
  },
  {
    au: 9,
    muscle: 'Levator labii superioris alaeque nasi',
    looks: 'The nose wrinkles along its sides and at the root; the upper lip and the nostril wings are drawn up.',
    unlike: 'AU 10 lifts the lip without wrinkles at the root of the nose.',
    intensity:
      'Trace: a first line at the root of the nose, or the nostril wings lift. Marked: wrinkles along both sides of the nose. Strong actions lower the inner brows by themselves.',
  },
  {
    au: 10,
    muscle: 'Levator labii superioris',
    looks: 'The upper lip goes up, most in its middle; the fold beside the nose deepens to an angle.',
    unlike: 'AU 9 wrinkles the nose; AU 12 draws the corners, not the middle.',
    intensity:
      'Trace: the middle of the lip lifts a little and the fold beside the nose bends. Marked: the lip is plainly higher and the fold is angled. Strong ones part the lips: AU 25 is then coded too.',
  },
  {
    au: 11,
    muscle: 'Zygomaticus minor',
    looks: 'The upper part of the fold beside the nose deepens; the lip rises a little at its sides.',
    unlike: 'AU 10 lifts the middle of the lip, AU 12 the corners.',
    intensity: 'By how deep the upper middle of the fold gets; seldom strong.',
  },
  {
    au: 12,
    muscle: 'Zygomaticus major',
    looks: 'The lip corners go up and back; the fold beside the mouth deepens and the cheek fills: a smile.',
    unlike: 'AU 13 lifts the corners steeply with puffed cheeks; AU 14 draws them in; AU 20 draws them straight back.',
    intensity:
      'Trace: the corners lift and the fold changes a little. Marked: the fold is deep and the cheek filled. From D on the smile changes the skin under the eye by itself.',
  },
  {
    au: 13,
    muscle: 'Levator anguli oris',
    looks: 'The corners rise sharply and the cheeks puff below the eyes.',
    unlike: 'AU 12 draws the corners up and back, in a slant.',
    intensity: 'By how steeply the corners rise and how much the cheeks puff.',
  },
  {
    au: 14,
    muscle: 'Buccinator',
    looks: 'The lip corners tighten and are drawn inwards; a dimple or a small fold beside them.',
    unlike: 'AU 12 raises the corners; AU 24 presses the lips without drawing in the corners.',
    intensity: 'Trace: the corner tightens. Marked: a dimple or a line beside it. Often on one side only: code the side apart.',
  },
  {
    au: 15,
    muscle: 'Depressor anguli oris',
    looks: 'The lip corners go down; the lower lip stretches a little; a pouch below the corner.',
    unlike: 'AU 17 pushes the lip up from below, so that the corners only seem lower.',
    intensity:
      'Trace: the corners move down enough to be seen moving. Marked: the line of the mouth bends and a wrinkle or pouch forms below the corners.',
  },
  {
    au: 16,
    muscle: 'Depressor labii inferioris',
    looks: 'The lower lip goes down and flattens; lower teeth may show.',
    unlike: 'A dropped jaw (AU 26) lowers the lip without flattening it.',
    intensity: 'Trace: the lip flattens against the chin. Marked: it is plainly lower and the lower teeth show.',
  },
  {
    au: 17,
    muscle: 'Mentalis',
    looks: 'The chin boss rises and wrinkles; the lower lip is pushed up.',
    unlike: 'AU 15 draws the corners down and leaves the chin smooth.',
    intensity: 'Trace: a slight wrinkle or flattening on the chin. Marked: the chin boss is puckered and the mouth bends like an arch.',
  },
  {
    au: 18,
    muscle: 'Incisivii labii',
    looks: 'The lips pucker: drawn together and forward, the mouth small and round, with short lines around it.',
    unlike: 'AU 22 funnels the lips outward; AU 23 tightens them thin.',
    intensity: 'Trace: the mouth is a little narrower. Marked: the lips stand forward and are lined.',
  },
  {
    au: 19,
    muscle: '',
    looks: 'The tongue shows between or beyond the lips.',
    unlike: '',
    intensity: '',
  },
  {
    au: 20,
    muscle: 'Risorius, platysma',
    looks: 'The lip corners are drawn straight back; the mouth lengthens, the lips flatten and stretch.',
    unlike: 'AU 12 draws the corners upward, AU 14 inward.',
    intensity:
      'Trace: the corners move back a little. Marked: the mouth is plainly longer and the lips flat; skin folds beside the corners.',
  },
  {
    au: 21,
    muscle: 'Platysma',
    looks: 'Bands and folds stand out on the neck.',
    unlike: '',
    intensity: '',
  },
  {
    au: 22,
    muscle: 'Orbicularis oris',
    looks: 'The lips turn outward like a funnel; teeth or gums may show.',
    unlike: 'AU 18 draws the lips together without turning them out.',
    intensity: 'Trace: the lips turn out a little. Marked: they stand out like a funnel and show their inner side.',
  },
  {
    au: 23,
    muscle: 'Orbicularis oris',
    looks: 'The lips tighten and narrow; the red part thins or rolls in slightly.',
    unlike: 'AU 24 presses; AU 28 sucks the lips in until the red hardly shows.',
    intensity: 'Trace: the red parts narrow slightly. Marked: thin, hard lips with lines above or below.',
  },
  {
    au: 24,
    muscle: 'Orbicularis oris',
    looks: 'The lips are pressed together; they narrow, and may bulge above and below.',
    unlike: 'AU 23 tightens without pressing; AU 17 pushes from the chin.',
    intensity: 'Trace: a light press. Marked: the lips are plainly narrower and the skin around them bulges.',
  },
  {
    au: 25,
    muscle: 'Depressor labii, or relaxed mentalis or orbicularis oris',
    looks: 'The lips part.',
    unlike: 'Lips may part without the jaw (AU 26) moving.',
    intensity: 'By the width of the gap between the lips, whatever opens it.',
  },
  {
    au: 26,
    muscle: 'Masseter relaxed',
    looks: 'The jaw drops by its own weight; the teeth part.',
    unlike: 'AU 27 opens the mouth wide with effort and stretches the cheeks.',
    intensity: 'Trace: the teeth part, though the lips may hide it. Marked: the jaw hangs plainly lower.',
  },
  {
    au: 27,
    muscle: 'Pterygoids, digastric',
    looks: 'The mouth is stretched open; the cheeks flatten and lengthen.',
    unlike: 'AU 26 is a loose drop of the jaw.',
    intensity: 'By how far the jaw is pulled down; the cheeks get longer and flatter.',
  },
  {
    au: 28,
    muscle: 'Orbicularis oris',
    looks: 'One lip or both are sucked in over the teeth; the red disappears.',
    unlike: 'AU 23 keeps some red in sight.',
    intensity: 'Trace: the red narrows as a lip rolls in. Marked: most of it is gone.',
  },
  {
    au: 29,
    muscle: '',
    looks: 'The jaw is pushed forward.',
    unlike: '',
    intensity: '',
  },
  {
    au: 30,
    muscle: '',
    looks: 'The jaw is moved to one side.',
    unlike: '',
    intensity: '',
  },
  {
    au: 31,
    muscle: 'Masseter',
    looks: 'The jaw is clenched; the muscle stands out at its angle.',
    unlike: '',
    intensity: '',
  },
  {
    au: 32,
    muscle: '',
    looks: 'The lip is bitten.',
    unlike: 'AU 28 draws the lip in without teeth on it.',
    intensity: '',
  },
  {
    au: 33,
    muscle: '',
    looks: 'Air is blown out and the cheeks bulge while it passes.',
    unlike: 'AU 34 holds the air in.',
    intensity: '',
  },
  {
    au: 34,
    muscle: '',
    looks: 'The cheeks are puffed out and the lips closed.',
    unlike: '',
    intensity: '',
  },
  {
    au: 35,
    muscle: '',
    looks: 'The cheeks are sucked in.',
    unlike: '',
    intensity: '',
  },
  {
    au: 36,
    muscle: '',
    looks: 'The tongue bulges the cheek or the lip from inside.',
    unlike: '',
    intensity: '',
  },
  {
    au: 37,
    muscle: '',
    looks: 'The tongue wipes the lips.',
    unlike: '',
    intensity: '',
  },
  {
    au: 38,
    muscle: 'Nasalis, alar part',
    looks: 'The nostrils widen.',
    unlike: '',
    intensity: '',
  },
  {
    au: 39,
    muscle: 'Nasalis, transverse part, and depressor septi',
    looks: 'The nostrils narrow.',
    unlike: '',
    intensity: '',
  },
  {
    au: 43,
    muscle: 'Levator palpebrae relaxed',
    looks: 'The eyes are closed and stay so for longer than a blink.',
    unlike: 'AU 45 opens again within about half a second.',
    intensity: 'By how far the lids have come down; E is fully closed.',
  },
  {
    au: 45,
    muscle: 'Levator palpebrae relaxed, orbicularis oculi',
    looks: 'Both eyes close and open quickly.',
    unlike: 'AU 43 keeps them closed; AU 46 closes one eye.',
    intensity: 'Not graded: a blink is there or not.',
  },
  {
    au: 46,
    muscle: 'Orbicularis oculi',
    looks: 'One eye closes for a moment.',
    unlike: 'A blink (AU 45) closes both.',
    intensity: 'Not graded.',
  },
]

const byNumber = new Map(ENTRIES.map((entry) => [entry.au, entry]))

/** FACS intensities in plain words; judged against the same face at rest. */
export const INTENSITY_SCALE: Readonly<Record<Intensity, string>> = {
  A: 'a trace: you have to look twice',
  B: 'slight, but sure',
  C: 'marked: nobody would miss it',
  D: 'extreme',
  E: 'as far as this face can go',
}

/** The entry of an AU; null for numbers of a lab's own. */
export function atlasEntry(au: number): AtlasEntry | null {
  return byNumber.get(au) ?? null
}

/** Every entry, in the order of the AUs. */
export const ATLAS: readonly AtlasEntry[] = ACTION_UNITS.flatMap(({ au }) => byNumber.get(au) ?? [])
