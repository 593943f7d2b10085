// The data package: every column of every table described, each AU's trust named, and the shape that Frictionless demands.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvColumns } from '@main/interop/csvExport'
import { dataPackage, dataPackageText, type PackageRequest } from '@main/interop/dataPackage'
import { openfaceColumns } from '@main/interop/openfaceCsv'
import { exportTable, lane } from './exportRows'

interface Described {
  resources: {
    name: string
    path: string
    schema: { fields: { name: string; type: string; description: string; trust?: unknown }[]; missingValues: string[] }
  }[]
  model?: object
  coder?: string
}

const model: PackageRequest['model'] = {
  id: 'starter',
  name: 'Starter',
  licence: 'MIT',
  isNonCommercial: false,
  isSynthetic: true,
  areAusAssumed: false,
  aus: [
    { au: 12, threshold: 0.4, trust: 'shown', evidence: 'Seen on 33 frames.' },
    { au: 9, threshold: 0.5, trust: 'experimental', evidence: 'Never seen.' },
  ],
}
const request: PackageRequest = {
  format: 'csv',
  projectName: 'Pilot "1"',
  tables: [
    {
      fileName: 'clip.csv',
      video: 'clip.mp4',
      subject: 'S01',
      lanes: [lane(9), lane(12), lane(12, 'left')],
      rowCount: 10,
      bytes: 5,
      sha256: 'ab',
    },
  ],
  model,
  coder: 'AB',
  createdAt: '2026-01-02T03:04:05Z',
  productVersion: '0.1.0',
}
const describe_ = (given: Partial<PackageRequest> = {}) => dataPackage({ ...request, ...given }) as unknown as Described

describe('dataPackage', () => {
  it('describes every column of the table, in order, whatever the lanes', () => {
    fc.assert(
      fc.property(exportTable, fc.constantFrom<'csv' | 'openface'>('csv', 'openface'), fc.boolean(), ({ lanes }, format, isStrict) => {
        const tables = [{ fileName: 'a.csv', video: 'a.mp4', subject: 's', lanes, rowCount: 1 }]
        const { fields } = describe_({ format, openface: { isStrict }, tables }).resources[0]!.schema
        expect(fields.map(({ name }) => name)).toEqual(format === 'csv' ? csvColumns(lanes) : openfaceColumns(lanes, { isStrict }))
        expect(fields.every(({ description }) => description.length > 10)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it("names each AU's trust and evidence, and claims none for sides, which no model predicts", () => {
    const { fields } = describe_().resources[0]!.schema
    const field = (name: string) => fields.find((one) => one.name === name)
    expect(field('AU12_prob')).toMatchObject({ trust: { level: 'shown', evidence: 'Seen on 33 frames.' } })
    expect(field('AU12_prob')?.description).toContain('Trust: shown. Seen on 33 frames.')
    expect(field('AU09_pred')).toMatchObject({ trust: { level: 'experimental', evidence: 'Never seen.' } })
    expect(field('AU12L_prob')?.trust).toBeUndefined()
    const openface = describe_({ format: 'openface' }).resources[0]!.schema.fields
    expect(openface.find(({ name }) => name === 'AU12_c')).toMatchObject({ trust: { level: 'shown' } })
    expect(openface.find(({ name }) => name === 'AU12_r')?.trust).toBeUndefined()
  })

  it('has unique resource names of permitted characters for any number of oddly named files', () => {
    const tables = ['ä ö.csv', 'a,b.csv', 'x\ny.csv'].map((fileName) => ({
      fileName,
      video: fileName,
      subject: 's',
      lanes: [],
      rowCount: 0,
    }))
    const { resources } = describe_({ tables })
    expect(new Set(resources.map(({ name }) => name)).size).toBe(3)
    expect(resources.every(({ name }) => /^[-a-z0-9._/]+$/.test(name))).toBe(true)
    expect(resources.map(({ path }) => path)).toEqual(tables.map(({ fileName }) => fileName))
    expect(resources[0]?.schema.missingValues).toEqual([''])
  })

  it('is JSON text, with neither model nor coder where there is none', () => {
    const parsed = JSON.parse(dataPackageText({ ...request, model: null, coder: null })) as Described
    expect(parsed.model).toBeUndefined()
    expect(parsed.coder).toBeUndefined()
    expect(JSON.parse(dataPackageText(request))).toMatchObject({ coder: 'AB', model: { isTrainedOnSyntheticFacesOnly: true } })
  })
})
