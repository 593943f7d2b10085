// The window's list after many steps is the backend's list; and whose steps hints are about.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { createProject } from '@main/store/index'
import { SIDES } from '@shared/facs'
import { noteAnswer, noteRequest, ownerOf } from '@renderer/app/ownSteps'
import { applyDelta } from '@renderer/features/coding/labels/labelDelta'

const FRAMES = 60

function project(directory: string) {
  const store = createProject(directory, { name: 'P' })
  const subjectId = store.subjects.findOrCreate('S01').id
  const video = store.videos.add({
    subjectId,
    condition: null,
    session: null,
    path: join(directory, 'clip.mp4'),
    contentHash: '1'.padStart(64, '0'),
    bytes: 1,
    width: 320,
    height: 240,
    durationSeconds: FRAMES / 25,
    nominalFrameRate: 25,
    isVariableFrameRate: false,
    hasAudio: false,
    codec: 'h264',
    mimeType: 'video/mp4',
    container: 'mp4',
    containerStartSeconds: 0,
    timeBase: '1/12800',
    frameTimesMicroseconds: BigInt64Array.from({ length: FRAMES }, (_, frame) => BigInt(frame) * 40_000n),
  })
  return { store, videoId: video.id }
}

it('is the list of the backend after any steps', () => {
  const folder = mkdtempSync(join(tmpdir(), 'auw-delta-'))
  const { store, videoId } = project(join(folder, 'p.auproj'))
  const span = fc.record({
    au: fc.constantFrom(1, 4, 12),
    side: fc.constantFrom(...SIDES),
    coder: fc.constantFrom('AB', 'CD', 'a', '\u00c9'),
    from: fc.integer({ min: 0, max: FRAMES - 1 }),
    length: fc.integer({ min: 0, max: 12 }),
  })
  const steps = fc.array(fc.oneof(fc.array(span, { minLength: 1, maxLength: 25 }), fc.constant('undo' as const), fc.nat(100)), {
    minLength: 5,
    maxLength: 30,
  })
  try {
    fc.assert(
      fc.property(steps, (chosen) => {
        let shown = store.labels.list(videoId)
        for (const step of chosen) {
          if (step === 'undo') {
            if (!store.labels.history().undo) continue
            const { removed, inserted } = store.labels.undo()
            shown = applyDelta(
              shown,
              removed.map(({ id }) => id),
              inserted,
            )
          } else {
            const existing = typeof step === 'number' ? shown[step % Math.max(1, shown.length)] : undefined
            if (typeof step === 'number' && !existing) continue
            const write = typeof step === 'number' ? [] : step
            const { removed, inserted } = store.labels.apply({
              videoId,
              coder: 'AB',
              description: 'step',
              remove: existing ? [existing.id] : [],
              write: write.map(({ au, side, coder, from, length }) => ({
                au,
                side,
                coder,
                startFrame: from,
                endFrame: Math.min(FRAMES - 1, from + length),
                state: 'present',
                intensity: null,
                apexFrame: null,
                source: 'manual',
                modelId: null,
                wasPredictionVisible: false,
                note: null,
              })),
            })
            shown = applyDelta(
              shown,
              removed.map(({ id }) => id),
              inserted,
            )
          }
          expect(shown).toEqual(store.labels.list(videoId))
        }
      }),
      { numRuns: 30 },
    )
  } finally {
    store.close()
    rmSync(folder, { recursive: true, force: true })
  }
})

it('knows its own steps, whichever of answer and hint comes first', () => {
  noteRequest('p')
  expect(ownerOf('p', 1)).toBe('unknown')
  noteAnswer('p', 1)
  expect(ownerOf('p', 1)).toBe('own')
  noteRequest('p')
  noteAnswer('p', 3)
  noteRequest('p')
  // Step 2 was made between two of this window's.
  expect(ownerOf('p', 2)).toBe('other')
  expect(ownerOf('p', 3)).toBe('own')
  noteAnswer('p', null)
  expect(ownerOf('p', 4)).toBe('other')
  expect(ownerOf('p', null)).toBe('other')
  expect(ownerOf('other', 1)).toBe('other')
})
