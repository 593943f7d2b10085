// The models that ship: their cards speak of the files that lie there, of no file that is too large to ship, and of nobody.
import { createHash } from 'node:crypto'
import { readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, it } from 'vitest'
import { BUILT_IN_MODEL_IDS, type ModelCard } from '@shared/model'

const resources = resolve(import.meta.dirname, '../../../resources/models')
const LARGEST_FILE = 15e6

it.each(BUILT_IN_MODEL_IDS)('%s: its card is true of its files', (id) => {
  const card = JSON.parse(readFileSync(join(resources, id, 'card.json'), 'utf8')) as ModelCard
  expect(card).toMatchObject({
    format: 'au-workbench-model/1',
    id,
    training: { isSynthetic: true, subjects: [], parentId: null, runId: null },
  })
  expect(card.licence.isNonCommercial).toBe(false)
  for (const { name, bytes, sha256 } of card.files) {
    const path = join(resources, id, name)
    expect(statSync(path).size).toBe(bytes)
    expect(bytes).toBeLessThan(LARGEST_FILE)
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(sha256)
  }
  expect(card.aus.map(({ au }) => au)).toEqual([...new Set(card.aus.map(({ au }) => au))].sort((a, b) => a - b))
  for (const { threshold, evidence } of card.aus) {
    expect(threshold).toBeGreaterThan(0)
    expect(threshold).toBeLessThan(1)
    expect(evidence).not.toBe('')
  }
})
