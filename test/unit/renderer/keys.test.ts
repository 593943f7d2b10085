// Key presses as text, and bindings that do not collide.
import { describe, expect, it } from 'vitest'
import { actionOf, auOfKey, DEFAULT_AU_KEYS, DEFAULT_KEYS, keyName, showKey } from '@renderer/features/coding/keyboard/keymap'

const press = (key: string, more: Partial<Parameters<typeof keyName>[0]> = {}) =>
  keyName({ key, code: '', ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more })

describe('keys', () => {
  it('names presses the same on every layout', () => {
    expect(press(' ')).toBe('Space')
    expect(press('a')).toBe('a')
    expect(press('A', { shiftKey: true })).toBe('Shift+A')
    expect(press('?', { shiftKey: true })).toBe('?')
    expect(press('+', { shiftKey: true })).toBe('+')
    expect(press('ArrowLeft', { shiftKey: true })).toBe('Shift+ArrowLeft')
    expect(press('Z', { shiftKey: true, metaKey: true })).toBe('Ctrl+Shift+Z')
    expect(press('{', { shiftKey: true, code: 'BracketLeft' })).toBe('Shift+[')
  })
  it('binds every default key once', () => {
    const all = [...Object.values(DEFAULT_KEYS).flat(), ...Object.values(DEFAULT_AU_KEYS)]
    expect(new Set(all).size).toBe(all.length)
  })
  it('finds actions and AUs', () => {
    expect(actionOf(DEFAULT_KEYS, 'Ctrl+z')).toBe('undo')
    expect(actionOf(DEFAULT_KEYS, 'q')).toBeNull()
    expect(auOfKey(DEFAULT_AU_KEYS, 'q')).toBe(12)
    expect(auOfKey(DEFAULT_AU_KEYS, 'Ctrl+q')).toBeNull()
  })
  it('shows keys as people know them', () => {
    expect(showKey('Ctrl+Shift+Z', '⌘')).toBe('⌘ ⇧ Z')
    expect(showKey('ArrowLeft', 'Ctrl')).toBe('←')
    expect(showKey('+', 'Ctrl')).toBe('+')
  })
})
