// What a package contains: licences of everything, the packages that the built files import, this system's binaries only.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { licenceOf, shippedPackages } from '../../../scripts/licences.mjs'
import { electronRefusal } from '../../../scripts/electronBinary.mjs'
import { foreignBinaries, importedPackages, missingParts } from '../../../scripts/package.mjs'

let folder: string
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'auw-package-'))))
afterEach(() => rmSync(folder, { recursive: true, force: true }))
const write = (path: string, text = ''): void => {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}

describe('licences', () => {
  it('are stated for everything that is passed on, the pinned Node and Electron included', () => {
    const places = shippedPackages()
    for (const name of ['better-sqlite3', 'onnxruntime-node', 'node', 'electron', '@ffmpeg-installer/ffmpeg', 'react']) {
      expect(places).toContain(`node_modules/${name}`)
    }
    expect(places).not.toContain('node_modules/vitest')
    const unstated = places.map(licenceOf).filter((one) => one.licence === 'not stated' && one.texts.length === 0)
    expect(unstated.map((one) => one.name)).toEqual([])
  })
  it('come with their text where the package has one', () => {
    const { licence, texts } = licenceOf('node_modules/better-sqlite3')
    expect(licence).toBe('MIT')
    expect(texts.join()).toMatch(/Permission is hereby granted/)
  })
})

describe('imports of built files', () => {
  it('are found however they are written, and Node is not among them', () => {
    write(
      'a.js',
      `import { x } from "zod";\nimport "side-effect";\nexport * from '@orpc/server/ws';\nimport fs from "node:fs";\nimport path from "path";\n`,
    )
    write('b/c.js', `const y = await import("onnxruntime-node");\nconst z = require("better-sqlite3");\nimport d from "./local.js";\n`)
    expect(importedPackages(folder)).toEqual(['@orpc/server', 'better-sqlite3', 'onnxruntime-node', 'side-effect', 'zod'])
  })
})

describe('a package', () => {
  it('is told what it lacks, the needs of its packages included', () => {
    write('app.asar.unpacked/out/main/compute.js', 'import "ws"; import("onnx-proto")')
    write('app.asar.unpacked/node_modules/ws/package.json', '{}')
    write('app.asar.unpacked/node_modules/onnx-proto/package.json', '{"dependencies":{"protobufjs":"*","@types/long":"*"}}')
    const missing = missingParts(folder)
    expect(missing).toContain('app.asar')
    expect(missing).toContain(join('app.asar.unpacked', 'node_modules', 'protobufjs', 'package.json'))
    expect(missing.join()).not.toMatch(/ws|@types/)
  })
  it('is told which binaries are for other systems', () => {
    const binary = join('app.asar.unpacked', 'node_modules', 'better-sqlite3', 'prebuilds')
    write(join(binary, `${process.platform}-${process.arch}.node`))
    write(join(binary, 'beos-mips.node'))
    write('app.asar.unpacked/node_modules/onnxruntime-node/bin/napi-v6/amiga/m68k/x.node')
    expect(foreignBinaries(folder)).toEqual(['onnxruntime amiga-m68k', 'better-sqlite3 beos-mips'])
  })
})

describe("Electron's window on Linux", () => {
  const settings = (forbidding: string) => (file: string) =>
    file.endsWith(forbidding) ? (forbidding.startsWith('apparmor') ? 1 : 0) : null
  const machine = { platform: 'linux', env: { DISPLAY: ':0' }, userId: 1000 }
  it('is refused where the system forbids the sandbox, with the command that allows it', () => {
    write('dist/electron')
    write('dist/chrome-sandbox')
    const binary = join(folder, 'dist', 'electron')
    for (const name of ['unprivileged_userns_clone', 'apparmor_restrict_unprivileged_userns', 'max_user_namespaces']) {
      expect(electronRefusal({ ...machine, binary, settingOf: settings(name) }), name).toContain(
        `chmod 4755 "${join(folder, 'dist', 'chrome-sandbox')}"`,
      )
      expect(electronRefusal({ ...machine, binary: null, settingOf: settings(name) })).toBeNull()
    }
    expect(electronRefusal({ ...machine, binary, settingOf: () => null })).toBeNull()
    expect(electronRefusal({ ...machine, env: {}, binary })).toMatch(/no display/)
    expect(electronRefusal({ ...machine, userId: 0, binary })).toMatch(/root/)
    expect(electronRefusal({ ...machine, platform: 'win32', binary })).toBeNull()
  })
})

describe('the association of .auproj', () => {
  it('has what each system asks for', () => {
    const configuration = readFileSync('electron-builder.yml', 'utf8')
    const block = /^fileAssociations:\n((?: .*\n)+)/m.exec(configuration)?.[1] ?? ''
    // Windows: the extension of a file; macOS: the folder as a package; Linux: a type of its own.
    expect(block).toMatch(/- ext: auproj\n/)
    expect(block).toMatch(/isPackage: true\n/)
    expect(block).toMatch(/mimeType: application\/x-[\w-]+\n/)
  })
})
