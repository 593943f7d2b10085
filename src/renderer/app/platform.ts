// How this machine names its modifier key.
export const isMac = /Mac|iPhone|iPad/.test(navigator.platform)
export const modifierName = isMac ? '⌘' : 'Ctrl'
