// Every AU with a name has a description.
import { expect, it } from 'vitest'
import { ATLAS, atlasEntry } from '@shared/atlas'
import { ACTION_UNITS } from '@shared/facs'

it('describes every AU that has a name', () => {
  expect(ATLAS.map((entry) => entry.au)).toEqual(ACTION_UNITS.map((unit) => unit.au))
  for (const entry of ATLAS) expect(entry.looks.length).toBeGreaterThan(10)
  expect(atlasEntry(99)).toBeNull()
})
