// Projects of earlier versions: each has a fixture, is backed up, brought up to date, and keeps what it held.
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { openProject } from '@main/store/index'
import { type Migration, readVersion } from '@main/store/migrate'
import { MIGRATIONS, SCHEMA_VERSION, TABLES } from '@main/store/migrations'
import { closing, newProject, temporaryFolder } from './projectFixture'

const FIXTURES = fileURLToPath(new URL('../../fixtures/store/', import.meta.url))

/** A project as that version left it. */
function projectOfVersion(version: number): string {
  const root = join(temporaryFolder(), 'old.auproj')
  mkdirSync(root)
  new Database(join(root, 'project.sqlite')).exec(readFileSync(join(FIXTURES, `version${version}.sql`), 'utf8')).close()
  return root
}

describe('every version that was ever written', () => {
  const versions = Array.from({ length: SCHEMA_VERSION }, (_, index) => index + 1)

  it('has a fixture', () => {
    expect(
      readdirSync(FIXTURES)
        .filter((name) => name.endsWith('.sql'))
        .sort(),
    ).toEqual(versions.map((version) => `version${version}.sql`).sort())
  })

  it.each(versions)('%i opens with all that it held', (version) => {
    const root = projectOfVersion(version)
    const store = closing(openProject(root))
    expect(store.info()).toMatchObject({
      name: 'old study',
      aus: [1, 12],
      schemaVersion: SCHEMA_VERSION,
      subjectCount: 1,
      videoCount: 1,
      frameCount: 8,
      labelCount: 3,
    })
    const [video] = store.videos.list()
    expect(video).toMatchObject({
      subjectCode: 'S01',
      analysis: 'done',
      prediction: 'done',
      mainTrack: 0,
      isMissing: true,
      condition: 'smile',
    })
    const id = video?.id ?? ''
    expect(store.analyses.readFaces(id, 0, 7).map((face) => face.frame)).toEqual([0, 1, 2, 3, 4, 5])
    expect(store.predictions.readAll(store.predictions.find(id, 'starter')?.id ?? '').probabilities).toHaveLength(16)
    expect(store.frameTimes.secondsFromFirst(id)[7]).toBe(0.28)
    expect(store.labels.list(id).map((span) => [span.startFrame, span.endFrame, span.state, span.note])).toEqual([
      [0, 1, 'present', 'a note'],
      [2, 3, 'absent', null],
      [4, 7, 'present', 'a note'],
    ])
    store.labels.undo()
    expect(store.labels.list(id)).toHaveLength(1)
    expect(store.jobs.list().map((job) => job.status)).toEqual(['interrupted'])
    expect(store.models.get('m1').name).toBe('Model m1')
    expect(store.subjects.list()[0]?.neutral).toEqual({ videoId: id, startFrame: 0, endFrame: 2 })
    expect(store.bookmarks.list(id).map(({ frame, note }) => [frame, note])).toEqual(version < 2 ? [] : [[3, 'look again']])
    expect(store.codingTimes.list().map(({ seconds }) => seconds)).toEqual(version < 2 ? [] : [12.5])
    expect(store.findDamage()).toEqual([])
    expect(readdirSync(store.paths.backups)).toHaveLength(version === SCHEMA_VERSION ? 0 : 1)
  })
})

describe('a change of layout', () => {
  const next: Migration = {
    version: SCHEMA_VERSION + 1,
    name: 'colour',
    apply: (database) => database.exec("ALTER TABLE subject ADD COLUMN colour TEXT NOT NULL DEFAULT 'blue'"),
  }

  it('backs up first, and is then refused by the older program', () => {
    const store = newProject()
    store.subjects.findOrCreate('S01')
    store.close()
    const newer = openProject(store.root, { migrations: [...MIGRATIONS, next] })
    expect(newer.context.db.get('SELECT code, colour FROM subject')).toEqual({ code: 'S01', colour: 'blue' })
    const [backup] = readdirSync(newer.paths.backups)
    const copy = new Database(join(newer.paths.backups, backup ?? ''), { readonly: true })
    expect(readVersion(copy)).toBe(SCHEMA_VERSION)
    expect(copy.prepare('SELECT code FROM subject').pluck().all()).toEqual(['S01'])
    copy.close()
    newer.close()
    expect(() => openProject(store.root)).toThrowError(expect.objectContaining({ code: 'PROJECT_TOO_NEW' }))
  })

  it('that fails in the middle leaves the project as it was, step by step', () => {
    const store = newProject()
    store.close()
    const failing: Migration = {
      version: SCHEMA_VERSION + 2,
      name: 'failing',
      apply: (database) => {
        database.exec('DROP TABLE setting')
        database.exec('this is not SQL')
      },
    }
    expect(() => openProject(store.root, { migrations: [...MIGRATIONS, next, failing] })).toThrowError(/syntax error/)
    const database = new Database(join(store.root, 'project.sqlite'))
    expect(readVersion(database)).toBe(SCHEMA_VERSION + 1)
    expect(database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name = 'setting'").get()).toBeDefined()
    expect(database.pragma('foreign_keys', { simple: true })).toBe(1)
    database.close()
    expect(closing(openProject(store.root, { migrations: [...MIGRATIONS, next] })).isWritable).toBe(true)
  })

  it('that breaks references is taken back', () => {
    const store = newProject()
    store.subjects.findOrCreate('S01')
    store.close()
    const breaking: Migration = {
      version: SCHEMA_VERSION + 1,
      name: 'breaking',
      apply: (database) => database.exec("INSERT INTO neutral VALUES ('nobody', 'nothing', 0, 0, 'now')"),
    }
    expect(() => openProject(store.root, { migrations: [...MIGRATIONS, breaking] })).toThrowError(/without what they refer to/)
    expect(closing(openProject(store.root)).context.db.all('SELECT * FROM neutral')).toEqual([])
  })

  it('waits for the writer: a reader does not make it', () => {
    const store = newProject()
    store.close()
    expect(() => openProject(store.root, { access: 'read', migrations: [...MIGRATIONS, next] })).toThrowError(
      expect.objectContaining({ code: 'PROJECT_LOCKED' }),
    )
    expect(existsSync(join(store.root, 'backups')) && readdirSync(join(store.root, 'backups'))).toEqual([])
  })
})

it('the list of tables that a whole project has is complete', () => {
  const names = newProject().context.db.all<{ name: string }>(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
  )
  expect(names.map((row) => row.name)).toEqual([...TABLES].sort())
})
