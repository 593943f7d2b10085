// Proposals that are open for a coder, and keys that people change.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LabelSpan } from '@shared/labels'
import type { ModelAu } from '@shared/model'
import { DEFAULT_PROPOSALS } from '@shared/proposals'
import { openProposals, proposeAll } from '@renderer/features/coding/assist/proposalList'
import { ACTIONS, actionOf, type ActionId } from '@renderer/features/coding/keyboard/keymap'
import { NO_OVERRIDES, PRESET_IDS, rebind, resolveKeys } from '@renderer/features/coding/keyboard/presets'
import { revealSpan } from '@renderer/features/coding/timeline/scale'

const unit = (au: number, trust: ModelAu['trust']): ModelAu => ({ au, threshold: 0.5, trust, evidence: '' })
const seconds = Float64Array.from({ length: 40 }, (_, index) => index * 0.04)
/** AU 12 acts on frames 10-19, AU 4 on frames 20-29. */
const values = Float32Array.from({ length: 80 }, (_, index) => {
  const frame = index >> 1
  return index % 2 === 0 ? (frame >= 10 && frame < 20 ? 0.95 : 0.05) : frame >= 20 && frame < 30 ? 0.6 : 0.05
})
const units = new Map([
  [12, unit(12, 'shown')],
  [4, unit(4, 'weak')],
])

describe('proposals of a video', () => {
  const all = proposeAll({ modelId: 'm', aus: [12, 4], values }, seconds, units, { ...DEFAULT_PROPOSALS, smoothSeconds: 0 })
  const label = { au: 12, coder: 'AB', startFrame: 18, endFrame: 25, state: 'absent' } as LabelSpan

  it('come from each AU’s own column', () => {
    expect(all.map(({ au, startFrame, endFrame }) => [au, startFrame, endFrame])).toEqual([
      [12, 10, 19],
      [4, 20, 29],
    ])
  })
  it('leave out AUs that are not shown to work and weak events, unless asked for', () => {
    expect(openProposals(all, [], 'AB', { minConfidence: 0, hasUntrustedAus: false }).map((event) => event.au)).toEqual([12])
    expect(openProposals(all, [], 'AB', { minConfidence: 0, hasUntrustedAus: true }).map((event) => event.au)).toEqual([12, 4])
    expect(openProposals(all, [], 'AB', { minConfidence: 0.5, hasUntrustedAus: true }).map((event) => event.au)).toEqual([12])
  })
  it('are closed by anything that the same coder said there, and by nobody else', () => {
    const filter = { minConfidence: 0, hasUntrustedAus: false }
    expect(openProposals(all, [label], 'AB', filter)).toEqual([])
    expect(openProposals(all, [label], 'CD', filter)).toHaveLength(1)
  })
  it('are open exactly where nothing of the coder touches them, sides that overlap included', () => {
    const [proposal] = all
    if (!proposal) throw new Error('nothing was proposed')
    const span = fc.record({ startFrame: fc.nat(40), length: fc.nat(15) })
    fc.assert(
      fc.property(fc.array(span, { maxLength: 8 }), fc.array(span, { minLength: 1, maxLength: 8 }), (coded, proposed) => {
        const labels = coded.map(({ startFrame, length }, id) => ({ ...label, id: String(id), startFrame, endFrame: startFrame + length }))
        const events = proposed.map(({ startFrame, length }) => ({ ...proposal, startFrame, endFrame: startFrame + length }))
        const isOpen = (event: (typeof events)[number]): boolean =>
          labels.every((other) => other.startFrame > event.endFrame || other.endFrame < event.startFrame)
        const open = openProposals(events, labels, 'AB', { minConfidence: 0, hasUntrustedAus: true })
        expect(new Set(open)).toEqual(new Set(events.filter(isOpen)))
      }),
    )
  })
})

describe('changed keys', () => {
  it.each(PRESET_IDS)('preset %s binds no key twice', (preset) => {
    const { keymap, auKeys } = resolveKeys(preset, NO_OVERRIDES)
    const all = [...Object.values(keymap).flat(), ...Object.values(auKeys)]
    expect(all.filter((key, index) => all.indexOf(key) !== index)).toEqual([])
  })
  it('does under each preset what the key does in the tool it is named after', () => {
    const named: [(typeof PRESET_IDS)[number], string, ActionId][] = [
      ['elan', 'Ctrl+Space', 'playPause'],
      ['elan', 'Ctrl+ArrowRight', 'forward1'],
      ['boris', 'ArrowLeft', 'back1'],
      ['boris', '*', 'forward1'],
      ['boris', 'Home', 'faster'],
      ['boris', 'End', 'slower'],
      ['boris', 'Backspace', 'normalSpeed'],
      ['boris', '/', 'back1'],
      ['boris', 'Space', 'playPause'],
      ['via', '+', 'faster'],
      ['via', 'm', 'mute'],
      ['via', 'ArrowRight', 'forward1'],
      ['via', 'Shift+E', 'last'],
      ['via', 'Backspace', 'delete'],
      ['interact', 'F5', 'back10'],
      ['interact', 'F8', 'forward10'],
    ]
    for (const [preset, key, action] of named) expect(actionOf(resolveKeys(preset, NO_OVERRIDES).keymap, key)).toBe(action)
  })
  it('takes a key from what had it and says so', () => {
    const { overrides, taken } = rebind('workbench', NO_OVERRIDES, { action: 'playPause' }, 'q')
    expect(taken).toEqual({ au: 12 })
    const { keymap, auKeys } = resolveKeys('workbench', overrides)
    expect(keymap.playPause).toEqual(['q'])
    expect(auKeys[12]).toBeUndefined()
  })
  it('never leaves a key with two meanings, whatever is changed', () => {
    let overrides = NO_OVERRIDES
    for (const [index, action] of (Object.keys(ACTIONS) as ActionId[]).entries()) {
      overrides = rebind('boris', overrides, { action }, 'qwertz'[index % 6] ?? 'q').overrides
      const { keymap, auKeys } = resolveKeys('boris', overrides)
      const all = [...Object.values(keymap).flat(), ...Object.values(auKeys)]
      expect(new Set(all).size).toBe(all.length)
    }
  })
})

describe('bringing a span into sight', () => {
  it('leaves the view alone when the span is well in it', () => {
    const view = { start: 0, end: 100 }
    expect(revealSpan(view, 20, 60, 1000)).toBe(view)
  })
  it('moves and zooms to a span that is out of sight or too small to see', () => {
    const far = revealSpan({ start: 0, end: 100 }, 500, 520, 1000)
    expect(far.start).toBeLessThan(500)
    expect(far.end).toBeGreaterThan(521)
    expect(revealSpan({ start: 0, end: 1000 }, 500, 509, 1000)).toEqual({ start: 475, end: 535 })
  })
})
