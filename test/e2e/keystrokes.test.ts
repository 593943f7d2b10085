// Coding by hand and with proposals in the real window: the same events in the end, those known of the synthetic face, and every action counted.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { compareWays } from '../../bench/ui/keystrokes'
import { hasChromium } from './workbench'

describe.skipIf(!hasChromium)('coding by hand and with proposals', () => {
  it('ends with the same events, to the frame', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'auw-keystrokes-'))
    try {
      const { byHand, withProposals, isSame, eventCount } = await compareWays(folder, ['S02'])
      expect(eventCount).toBeGreaterThan(3)
      expect(withProposals.events).toEqual(byHand.events)
      expect(isSame).toBe(true)
      for (const way of [byHand, withProposals]) expect(way.counts.K).toBeGreaterThan(eventCount)
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})
