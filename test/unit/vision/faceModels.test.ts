// The face networks that ship are those of the npm package, converted by the script in this repository.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'

it('converting the package again gives the committed files, byte for byte', () => {
  const folder = mkdtempSync(join(tmpdir(), 'auw-models-'))
  try {
    execFileSync(process.execPath, ['scripts/buildFaceModels.mjs', folder])
    for (const name of ['blazeface.onnx', 'facemesh.onnx']) {
      expect(Buffer.compare(readFileSync(join(folder, name)), readFileSync(join('resources/models/faces', name))), name).toBe(0)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
