// What each Action Unit looks like, in words of our own, for the help beside the lanes. Not a substitute for FACS training: the manual decides.
import { ACTION_UNITS } from './facs'

export interface AtlasEntry {
  au: number
  /** Muscle or muscles that move. */
  muscle: string
  /** What changes in the face. */
  looks: string
  /** What it is mistaken for, and how to tell; empty where nothing is close. */
  unlike: string
}

type Row = [au: number, muscle: string, looks: string, unlike: string]

const ROWS: readonly Row[] = [
  [
    1,
    'Frontalis, inner part',
    'The inner ends of the brows go up; short wrinkles in the middle of the forehead; the brows may slope outwards.',
    'With AU 2 the whole brow rises in an arch; with AU 4 the inner ends rise and draw together.',
  ],
  [
    2,
    'Frontalis, outer part',
    'The outer halves of the brows go up and arch; wrinkles above them; the upper lid fold opens at the side.',
    'Eyes opened wide (AU 5) lift the lid, not the brow.',
  ],
  [
    4,
    'Corrugator, depressor supercilii, procerus',
    'The brows come down or together, or both; upright lines between them.',
    'AU 9 pulls the inner brow down too, but wrinkles the nose.',
  ],
  [
    5,
    'Levator palpebrae superioris',
    'The upper lid goes up; more of the white above the iris shows; a stare.',
    'Raised brows alone (AU 1, 2) leave the lid edge where it is.',
  ],
  [
    6,
    'Orbicularis oculi, outer part',
    'The cheeks rise; skin gathers around the eye; lines at the outer corner; the pouch below the lid bulges.',
    'AU 7 tightens the lids without moving the cheek. A strong AU 12 lifts the cheek by itself.',
  ],
  [
    7,
    'Orbicularis oculi, inner part',
    'The lids tighten and the eye narrows; the lower lid rises and straightens.',
    'AU 6 moves the cheek and the outer corner; a squint against light is AU 6 and 7 together.',
  ],
  [8, 'Orbicularis oris', 'The lips move toward each other while the jaw stays open or drops.', 'AU 24 presses closed lips together.'],
  [
    9,
    'Levator labii superioris alaeque nasi',
    'The nose wrinkles along its sides and at the root; the upper lip and the nostril wings are drawn up.',
    'AU 10 lifts the lip without wrinkles at the root of the nose.',
  ],
  [
    10,
    'Levator labii superioris',
    'The upper lip goes up, most in its middle; the fold beside the nose deepens to an angle.',
    'AU 9 wrinkles the nose; AU 12 draws the corners, not the middle.',
  ],
  [
    11,
    'Zygomaticus minor',
    'The upper part of the fold beside the nose deepens; the lip rises a little at its sides.',
    'AU 10 lifts the middle of the lip, AU 12 the corners.',
  ],
  [
    12,
    'Zygomaticus major',
    'The lip corners go up and back; the fold beside the mouth deepens and the cheek fills: a smile.',
    'AU 13 lifts the corners steeply with puffed cheeks; AU 14 draws them in; AU 20 draws them straight back.',
  ],
  [
    13,
    'Levator anguli oris',
    'The corners rise sharply and the cheeks puff below the eyes.',
    'AU 12 draws the corners up and back, in a slant.',
  ],
  [
    14,
    'Buccinator',
    'The lip corners tighten and are drawn inwards; a dimple or a small fold beside them.',
    'AU 12 raises the corners; AU 24 presses the lips without drawing in the corners.',
  ],
  [
    15,
    'Depressor anguli oris',
    'The lip corners go down; the lower lip stretches a little; a pouch below the corner.',
    'AU 17 pushes the lip up from below, so that the corners only seem lower.',
  ],
  [
    16,
    'Depressor labii inferioris',
    'The lower lip goes down and flattens; lower teeth may show.',
    'A dropped jaw (AU 26) lowers the lip without flattening it.',
  ],
  [
    17,
    'Mentalis',
    'The chin boss rises and wrinkles; the lower lip is pushed up.',
    'AU 15 draws the corners down and leaves the chin smooth.',
  ],
  [
    18,
    'Incisivii labii',
    'The lips pucker: drawn together and forward, the mouth small and round, with short lines around it.',
    'AU 22 funnels the lips outward; AU 23 tightens them thin.',
  ],
  [19, '', 'The tongue shows between or beyond the lips.', ''],
  [
    20,
    'Risorius, platysma',
    'The lip corners are drawn straight back; the mouth lengthens, the lips flatten and stretch.',
    'AU 12 draws the corners upward, AU 14 inward.',
  ],
  [21, 'Platysma', 'Bands and folds stand out on the neck.', ''],
  [
    22,
    'Orbicularis oris',
    'The lips turn outward like a funnel; teeth or gums may show.',
    'AU 18 draws the lips together without turning them out.',
  ],
  [
    23,
    'Orbicularis oris',
    'The lips tighten and narrow; the red part thins or rolls in slightly.',
    'AU 24 presses; AU 28 sucks the lips in until the red hardly shows.',
  ],
  [
    24,
    'Orbicularis oris',
    'The lips are pressed together; they narrow, and may bulge above and below.',
    'AU 23 tightens without pressing; AU 17 pushes from the chin.',
  ],
  [25, 'Depressor labii, or relaxed mentalis or orbicularis oris', 'The lips part.', 'Lips may part without the jaw (AU 26) moving.'],
  [
    26,
    'Masseter relaxed',
    'The jaw drops by its own weight; the teeth part.',
    'AU 27 opens the mouth wide with effort and stretches the cheeks.',
  ],
  [27, 'Pterygoids, digastric', 'The mouth is stretched open; the cheeks flatten and lengthen.', 'AU 26 is a loose drop of the jaw.'],
  [28, 'Orbicularis oris', 'One lip or both are sucked in over the teeth; the red disappears.', 'AU 23 keeps some red in sight.'],
  [29, '', 'The jaw is pushed forward.', ''],
  [30, '', 'The jaw is moved to one side.', ''],
  [31, 'Masseter', 'The jaw is clenched; the muscle stands out at its angle.', ''],
  [32, '', 'The lip is bitten.', 'AU 28 draws the lip in without teeth on it.'],
  [33, '', 'Air is blown out and the cheeks bulge while it passes.', 'AU 34 holds the air in.'],
  [34, '', 'The cheeks are puffed out and the lips closed.', ''],
  [35, '', 'The cheeks are sucked in.', ''],
  [36, '', 'The tongue bulges the cheek or the lip from inside.', ''],
  [37, '', 'The tongue wipes the lips.', ''],
  [38, 'Nasalis, alar part', 'The nostrils widen.', ''],
  [39, 'Nasalis, transverse part, and depressor septi', 'The nostrils narrow.', ''],
  [
    43,
    'Levator palpebrae relaxed',
    'The eyes are closed and stay so for longer than a blink.',
    'AU 45 opens again within about half a second.',
  ],
  [
    45,
    'Levator palpebrae relaxed, orbicularis oculi',
    'Both eyes close and open quickly.',
    'AU 43 keeps them closed; AU 46 closes one eye.',
  ],
  [46, 'Orbicularis oculi', 'One eye closes for a moment.', 'A blink (AU 45) closes both.'],
]

const byNumber = new Map<number, AtlasEntry>(ROWS.map(([au, muscle, looks, unlike]) => [au, { au, muscle, looks, unlike }]))

/** The entry of an AU; null for numbers of a lab's own. */
export function atlasEntry(au: number): AtlasEntry | null {
  return byNumber.get(au) ?? null
}

/** Every entry, in the order of the AUs. */
export const ATLAS: readonly AtlasEntry[] = ACTION_UNITS.flatMap(({ au }) => byNumber.get(au) ?? [])
