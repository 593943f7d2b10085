// A project in one file and back.
import { existsSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openProject, type ProjectStore, restoreBackup } from '@main/store/index'
import { addVideo, closing, modelCard, newProject, temporaryFolder } from './projectFixture'

const WEIGHTS = Buffer.alloc(9 * 1024 * 1024, 'weights and biases ')

function fullProject(): ProjectStore {
  const store = newProject()
  const videoId = addVideo(store)
  const write = {
    au: 12,
    side: 'both' as const,
    coder: 'AB',
    state: 'present' as const,
    intensity: null,
    apexFrame: null,
    startFrame: 0,
    endFrame: 9,
  }
  store.labels.apply({
    videoId,
    description: 'AU12',
    coder: 'AB',
    write: [{ ...write, source: 'manual', modelId: null, wasPredictionVisible: true, note: null }],
  })
  mkdirSync(store.models.folder('m1'))
  writeFileSync(join(store.models.folder('m1'), 'model.safetensors'), WEIGHTS)
  writeFileSync(join(store.models.folder('m1'), 'empty.txt'), '')
  store.models.add({ ...modelCard('m1'), files: [{ name: 'model.safetensors', bytes: WEIGHTS.length, sha256: '' }] })
  mkdirSync(join(store.paths.runs, 'r1', 'checkpoints'), { recursive: true })
  writeFileSync(join(store.paths.runs, 'r1', 'metrics.jsonl'), '{}')
  writeFileSync(join(store.paths.runs, 'r1', 'checkpoints', 'last.safetensors'), WEIGHTS)
  writeFileSync(join(store.paths.exports, 'a.csv'), 'a')
  return store
}

describe('a backup', () => {
  it('is one file from which the same project comes back', async () => {
    const store = fullProject()
    const folder = temporaryFolder()
    const file = join(folder, 'study backup.auproj-backup')
    const shares: number[] = []
    const { bytes } = await store.backup(file, { onProgress: (share) => shares.push(share) })
    expect(readdirSync(folder)).toEqual(['study backup.auproj-backup'])
    expect(bytes).toBe(readFileSync(file).length)
    expect(bytes).toBeLessThan(WEIGHTS.length * 1.5)

    const root = join(folder, 'back.auproj')
    restoreBackup(file, root)
    const restored = closing(openProject(root))
    const { storage: _, isWritable: __, missingVideos: ___, ...info } = store.info()
    expect(restored.info()).toMatchObject(info)
    expect(restored.labels.list(restored.videos.list()[0]?.id ?? '')).toEqual(store.labels.list(store.videos.list()[0]?.id ?? ''))
    expect(readFileSync(join(restored.models.folder('m1'), 'model.safetensors')).equals(WEIGHTS)).toBe(true)
    expect(readFileSync(join(restored.models.folder('m1'), 'empty.txt'))).toHaveLength(0)
    expect(existsSync(join(root, 'runs', 'r1', 'metrics.jsonl'))).toBe(true)
    expect(existsSync(join(root, 'runs', 'r1', 'checkpoints'))).toBe(false)
    expect(existsSync(join(root, 'exports', 'a.csv'))).toBe(false)
    restored.labels.undo()
    expect(restored.labels.count()).toBe(0)
    expect(restored.findDamage()).toEqual([])
    expect(restored.context.db.all("SELECT 1 FROM sqlite_schema WHERE name = 'backup_file'")).toEqual([])
  })

  it('may leave the weights out, and is made by a reader too', async () => {
    const store = fullProject()
    const reader = closing(openProject(store.root, { access: 'read' }))
    const folder = temporaryFolder()
    await reader.backup(join(folder, 'b'), { withWeights: false })
    restoreBackup(join(folder, 'b'), join(folder, 'p'))
    expect(readdirSync(join(folder, 'p', 'models', 'm1')).sort()).toEqual(['card.json', 'empty.txt'])
  })

  it('replaces nothing unless told to', async () => {
    const store = newProject()
    const file = join(temporaryFolder(), 'b')
    writeFileSync(file, 'precious')
    await expect(store.backup(file)).rejects.toMatchObject({ code: 'FILE_EXISTS' })
    expect(readFileSync(file, 'utf8')).toBe('precious')
    await store.backup(file, { canReplace: true })
    expect(readFileSync(file).subarray(0, 6).toString()).toBe('SQLite')
  })

  it('is not taken for a project, nor a project for a backup', async () => {
    const store = newProject()
    const folder = temporaryFolder()
    await store.backup(join(folder, 'project.sqlite'))
    expect(() => openProject(folder)).toThrowError(expect.objectContaining({ code: 'PROJECT_CORRUPT' }))
    store.close()
    expect(() => restoreBackup(store.paths.database, join(folder, 'p'))).toThrowError(expect.objectContaining({ code: 'PROJECT_CORRUPT' }))
  })

  it('that is damaged, missing or in the way of something leaves nothing behind', async () => {
    const store = newProject()
    const folder = temporaryFolder()
    const file = join(folder, 'b')
    await store.backup(file)
    expect(() => restoreBackup(join(folder, 'nothing'), join(folder, 'p'))).toThrowError(
      expect.objectContaining({ code: 'FILE_NOT_FOUND' }),
    )
    expect(() => restoreBackup(file, store.root)).toThrowError(expect.objectContaining({ code: 'PROJECT_EXISTS' }))
    truncateSync(file, 30_000)
    expect(() => restoreBackup(file, join(folder, 'p'))).toThrowError(expect.objectContaining({ code: 'PROJECT_CORRUPT' }))
    expect(readdirSync(folder)).toEqual(['b'])
  })

  it('cannot write outside the project', async () => {
    const store = newProject()
    const folder = temporaryFolder()
    const file = join(folder, 'b')
    await store.backup(file)
    for (const path of ['models/../../escaped', '/etc/escaped', 'models\\..\\..\\escaped', 'project.sqlite']) {
      const database = new Database(file)
      database.exec('DELETE FROM backup_file')
      database.prepare('INSERT INTO backup_file VALUES (?, 0, ?)').run(path, Buffer.from('x'))
      database.close()
      expect(() => restoreBackup(file, join(folder, 'p'))).toThrowError(expect.objectContaining({ code: 'PROJECT_CORRUPT' }))
    }
    expect(readdirSync(folder)).toEqual(['b'])
  })
})
