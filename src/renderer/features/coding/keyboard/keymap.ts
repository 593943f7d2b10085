// Which keys do what on the coding screen. Pure: names of actions, default keys, and how a key press is written.

/** Everything that a key can do besides AU keys. */
export const ACTIONS = {
  playPause: 'Play or pause',
  back1: 'One frame back',
  forward1: 'One frame forward',
  back10: 'Ten frames back',
  forward10: 'Ten frames forward',
  first: 'First frame',
  last: 'Last frame',
  slower: 'Slower',
  faster: 'Faster',
  normalSpeed: 'Normal speed',
  loop: 'Loop the selection on or off',
  markIn: 'In: the selected event, proposal or range begins here',
  markOut: 'Out: the selected event, proposal or range ends here',
  nudgeStartBack: 'Onset of the selected event one frame earlier',
  nudgeStartForward: 'Onset of the selected event one frame later',
  nudgeEndBack: 'Offset of the selected event one frame earlier',
  nudgeEndForward: 'Offset of the selected event one frame later',
  apex: 'Apex of the selected event here',
  delete: 'Delete the selected events',
  accept: 'Accept predictions in the selection',
  acceptProposal: 'Accept the chosen proposal, or choose the first',
  rejectProposal: 'Reject the chosen proposal: absent here',
  nextSegment: 'Next segment of the queue',
  previousSegment: 'Previous segment of the queue',
  bookmark: 'Bookmark this frame',
  assist: 'Assistance panel on or off',
  undo: 'Undo',
  redo: 'Redo',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  zoomAll: 'Show the whole video',
  zoomSelection: 'Zoom to the selection',
  tallerLanes: 'Taller lanes',
  flatterLanes: 'Flatter lanes',
  box: 'Face box on or off',
  mesh: 'Landmarks on or off',
  pictureIn: 'Enlarge the picture',
  pictureOut: 'Make the picture smaller',
  pictureAll: 'Show the whole picture',
  panLeft: 'Move the enlarged picture left',
  panRight: 'Move the enlarged picture right',
  panUp: 'Move the enlarged picture up',
  panDown: 'Move the enlarged picture down',
  follow: 'Follow the face on or off',
  compare: 'Neutral face beside on or off',
  mute: 'Sound on or off',
  frameList: 'Table of frames on or off',
  jump: 'Go to a time or frame',
  cancel: 'Drop what was begun, clear the selection',
  help: 'Show these keys',
} as const

export type ActionId = keyof typeof ACTIONS

/** Keys as written by {@link keyName}; the first is shown. */
export type Keymap = Readonly<Record<ActionId, readonly string[]>>

export const DEFAULT_KEYS: Keymap = {
  playPause: ['Space'],
  back1: ['ArrowLeft'],
  forward1: ['ArrowRight'],
  back10: ['Shift+ArrowLeft'],
  forward10: ['Shift+ArrowRight'],
  first: ['Home'],
  last: ['End'],
  slower: [','],
  faster: ['.'],
  normalSpeed: ['/'],
  loop: ['Ctrl+l'],
  markIn: ['i'],
  markOut: ['o'],
  nudgeStartBack: ['['],
  nudgeStartForward: [']'],
  nudgeEndBack: ['Shift+['],
  nudgeEndForward: ['Shift+]'],
  apex: ['Shift+A'],
  delete: ['Delete', 'Backspace'],
  accept: ['Ctrl+Enter'],
  acceptProposal: ['Enter'],
  rejectProposal: ['x'],
  nextSegment: ['n'],
  previousSegment: ['p'],
  bookmark: ['m'],
  assist: ['Ctrl+b'],
  undo: ['Ctrl+z'],
  redo: ['Ctrl+Shift+Z', 'Ctrl+y'],
  zoomIn: ['+', '='],
  zoomOut: ['-'],
  zoomAll: ['Ctrl+0'],
  zoomSelection: ['Ctrl+Shift+F'],
  tallerLanes: ['Ctrl+ArrowDown'],
  flatterLanes: ['Ctrl+ArrowUp'],
  box: ['Shift+B'],
  mesh: ['Shift+M'],
  pictureIn: ['Alt+=', 'Alt++'],
  pictureOut: ['Alt+-'],
  pictureAll: ['Alt+0'],
  panLeft: ['Alt+ArrowLeft'],
  panRight: ['Alt+ArrowRight'],
  panUp: ['Alt+ArrowUp'],
  panDown: ['Alt+ArrowDown'],
  follow: ['z'],
  compare: ['c'],
  mute: ['Shift+S'],
  frameList: ['Shift+T'],
  jump: ['Ctrl+g'],
  cancel: ['Escape'],
  help: ['?'],
}

/** Keys that begin and end an event of an AU: the digit of low numbers, then the letters of the upper rows that no action uses. */
export const DEFAULT_AU_KEYS: Readonly<Record<number, string>> = {
  1: '1',
  2: '2',
  4: '4',
  5: '5',
  6: '6',
  7: '7',
  9: '9',
  10: '0',
  12: 'q',
  14: 'w',
  15: 'e',
  16: 'r',
  17: 't',
  18: 'y',
  20: 'u',
  22: 's',
  23: 'd',
  24: 'f',
  25: 'g',
  26: 'h',
  27: 'j',
  28: 'k',
  43: 'v',
  45: 'b',
}

interface KeyPress {
  key: string
  code: string
  ctrlKey: boolean
  metaKey: boolean
  altKey: boolean
  shiftKey: boolean
}

/** One key press as text: `Ctrl+Shift+Z`, `ArrowLeft`, `Space`, `?`, `[`. Shift is written only where the key's own sign does not show it. */
export function keyName(press: KeyPress): string {
  const isBracket = press.code === 'BracketLeft' || press.code === 'BracketRight'
  const key = press.key === ' ' ? 'Space' : isBracket ? (press.code === 'BracketLeft' ? '[' : ']') : press.key
  const isLetter = /^[a-z]$/i.test(key)
  const isSign = key.length === 1 && !isLetter && !isBracket
  const shown = isLetter ? (press.shiftKey ? key.toUpperCase() : key.toLowerCase()) : key
  const parts = [press.ctrlKey || press.metaKey ? 'Ctrl+' : '', press.altKey ? 'Alt+' : '', press.shiftKey && !isSign ? 'Shift+' : '']
  return parts.join('') + shown
}

/** The action of a key, or null. */
export function actionOf(keymap: Keymap, name: string): ActionId | null {
  for (const [action, keys] of Object.entries(keymap) as [ActionId, readonly string[]][]) if (keys.includes(name)) return action
  return null
}

/** The AU that a key begins and ends, or null. */
export function auOfKey(auKeys: Readonly<Record<number, string>>, name: string): number | null {
  for (const [au, key] of Object.entries(auKeys)) if (key === name) return Number(au)
  return null
}

const SIGNS: Record<string, string> = { ArrowLeft: '←', ArrowRight: '→', ArrowUp: '↑', ArrowDown: '↓', Escape: 'Esc', Delete: 'Del' }

/** A key for people: `Ctrl ⇧ Z`. */
export function showKey(name: string, modifier: string): string {
  const parts = name.split('+')
  const key = parts.at(-1) === '' ? '+' : (parts.at(-1) ?? '')
  const modifiers = name.slice(0, name.length - key.length)
  return [
    modifiers.includes('Ctrl') ? modifier : '',
    modifiers.includes('Alt') ? 'Alt' : '',
    modifiers.includes('Shift') ? '⇧' : '',
    SIGNS[key] ?? (key.length === 1 ? key.toUpperCase() : key),
  ]
    .filter(Boolean)
    .join(' ')
}
