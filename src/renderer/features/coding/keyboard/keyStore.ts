// The key set of this machine: a preset and a person's own changes.
import { create } from 'zustand'
import { NO_OVERRIDES, rebind, resolveKeys, type KeyOverrides, type KeySet, type KeyTarget, type PresetId } from './presets'

interface KeyState extends KeySet {
  preset: PresetId
  overrides: KeyOverrides
  setPreset(preset: PresetId): void
  /** Returns what lost the key, if anything did. */
  bind(target: KeyTarget, key: string): KeyTarget | null
  reset(): void
}

const KEY = 'auw.keys'

function remembered(): { preset: PresetId; overrides: KeyOverrides } {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY) ?? '{}') as Partial<{ preset: PresetId; overrides: KeyOverrides }>
    return { preset: kept.preset ?? 'workbench', overrides: { ...NO_OVERRIDES, ...kept.overrides } }
  } catch {
    return { preset: 'workbench', overrides: NO_OVERRIDES }
  }
}

export const useKeys = create<KeyState>((set, get) => {
  const take = (preset: PresetId, overrides: KeyOverrides): void => {
    localStorage.setItem(KEY, JSON.stringify({ preset, overrides }))
    set({ preset, overrides, ...resolveKeys(preset, overrides) })
  }
  const first = remembered()
  return {
    ...first,
    ...resolveKeys(first.preset, first.overrides),
    setPreset: (preset) => take(preset, NO_OVERRIDES),
    bind(target, key) {
      const { preset, overrides } = get()
      const { overrides: next, taken } = rebind(preset, overrides, target, key)
      take(preset, next)
      return taken
    },
    reset: () => take(get().preset, NO_OVERRIDES),
  }
})
