// Key sets in the manner of tools that coders come from: only what differs from the workbench's own. Pure.
import { ACTIONS, DEFAULT_AU_KEYS, DEFAULT_KEYS, type ActionId, type Keymap } from './keymap'

export type PresetId = 'workbench' | 'elan' | 'boris' | 'via' | 'interact'

export interface KeySet {
  keymap: Keymap
  auKeys: Readonly<Record<number, string>>
}

/** Sources of each set are in docs/coding.md. Keys of those tools that this workbench needs for AUs, lanes or the queue are left out. */
const CHANGES: Readonly<Record<PresetId, Partial<Record<ActionId, readonly string[]>>>> = {
  workbench: {},
  // Play with Ctrl+Space, since ELAN writes texts; a frame with Ctrl and arrows.
  elan: { playPause: ['Ctrl+Space', 'Space'], back1: ['Ctrl+ArrowLeft', 'ArrowLeft'], forward1: ['Ctrl+ArrowRight', 'ArrowRight'] },
  // A frame with arrows, or / and * of the number pad; speed with Home and End, and Backspace for the normal one, so that it deletes nothing.
  boris: {
    back1: ['ArrowLeft', '/'],
    forward1: ['ArrowRight', '*'],
    faster: ['Home'],
    slower: ['End'],
    normalSpeed: ['Backspace'],
    delete: ['Delete'],
    first: ['Ctrl+Home'],
    last: ['Ctrl+End'],
  },
  // Speed with + and -, sound with M, ends of the video with Shift+S and Shift+E; VIA zooms its timeline by the wheel.
  via: {
    slower: ['-'],
    faster: ['+', '='],
    mute: ['m'],
    bookmark: ['Ctrl+m'],
    first: ['Shift+S', 'Home'],
    last: ['Shift+E', 'End'],
    zoomIn: ['Ctrl+=', 'Ctrl++'],
    zoomOut: ['Ctrl+-'],
  },
  // Searching back and forth with F5 and F8. Its chain of code, then grade, then side is the workbench's own.
  interact: { back10: ['F5', 'Shift+ArrowLeft'], forward10: ['F8', 'Shift+ArrowRight'] },
}

export const PRESET_IDS = Object.keys(CHANGES) as PresetId[]

/** Changes that a person made: keys by action and by AU. */
export interface KeyOverrides {
  actions: Partial<Record<ActionId, readonly string[]>>
  aus: Record<number, string>
}

export const NO_OVERRIDES: KeyOverrides = { actions: {}, aus: {} }

/** The keys that hold: the preset with a person's own changes over it. */
export function resolveKeys(preset: PresetId, overrides: KeyOverrides): KeySet {
  const auKeys = Object.fromEntries(Object.entries({ ...DEFAULT_AU_KEYS, ...overrides.aus }).filter(([, key]) => key !== ''))
  return { keymap: { ...DEFAULT_KEYS, ...CHANGES[preset], ...overrides.actions }, auKeys }
}

/** What a binding belongs to. */
export type KeyTarget = { action: ActionId } | { au: number }

/** Binds one key to one thing and takes it from whatever had it. Says what that was. */
export function rebind(
  preset: PresetId,
  overrides: KeyOverrides,
  target: KeyTarget,
  key: string,
): { overrides: KeyOverrides; taken: KeyTarget | null } {
  const now = resolveKeys(preset, overrides)
  const actions = { ...overrides.actions }
  const aus = { ...overrides.aus }
  let taken: KeyTarget | null = null
  for (const action of Object.keys(ACTIONS) as ActionId[]) {
    if (!now.keymap[action].includes(key) || ('action' in target && target.action === action)) continue
    actions[action] = now.keymap[action].filter((other) => other !== key)
    taken = { action }
  }
  for (const [au, bound] of Object.entries(now.auKeys)) {
    if (bound !== key || ('au' in target && target.au === Number(au))) continue
    aus[Number(au)] = ''
    taken = { au: Number(au) }
  }
  if ('action' in target) actions[target.action] = [key]
  else aus[target.au] = key
  return { overrides: { actions, aus }, taken }
}
