// Creating, opening, moving and refusing projects.
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { createProject, openProject } from '@main/store/index'
import { addVideo, closing, newProject, temporaryFolder, videoFacts } from './projectFixture'

const codeOf = (work: () => unknown): unknown => {
  try {
    work()
    return 'no error'
  } catch (error) {
    return (error as { code?: string }).code
  }
}

describe('creating', () => {
  it('makes a whole project with its folders and nothing beside it', () => {
    const store = newProject()
    expect(readdirSync(dirname(store.root))).toEqual(['study.auproj'])
    expect(readdirSync(store.root)).toEqual(expect.arrayContaining(['project.sqlite', 'models', 'runs', 'exports', 'proxies']))
    expect(readFileSync(join(store.root, 'Open in AU Workbench.auproj'), 'utf8')).toContain('in whose folder this file lies')
    expect(store.info()).toMatchObject({ name: 'study', isWritable: true, videoCount: 0, labelCount: 0, activeModelId: 'starter' })
  })

  it('keeps name, AUs and id over closing and opening', () => {
    const root = join(temporaryFolder(), "a 'quoted'\nname ü 录像.auproj")
    const first = createProject(root, { name: ' Smiles ', aus: [12, 6, 12] })
    const { id } = first.info()
    first.close()
    expect(closing(openProject(root)).info()).toMatchObject({ id, name: 'Smiles', aus: [6, 12] })
  })

  it('refuses what is there already and leaves it alone', () => {
    const store = newProject()
    const before = store.info().id
    expect(codeOf(() => createProject(store.root))).toBe('PROJECT_EXISTS')
    expect(store.info().id).toBe(before)
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'thesis.docx'), 'x')
    expect(codeOf(() => createProject(folder))).toBe('PROJECT_EXISTS')
    expect(codeOf(() => createProject(join(folder, 'thesis.docx')))).toBe('PROJECT_EXISTS')
    expect(readdirSync(folder)).toEqual(['thesis.docx'])
  })

  it('uses an empty folder and makes missing parents', () => {
    const folder = temporaryFolder()
    expect(closing(createProject(folder)).isWritable).toBe(true)
    expect(closing(createProject(join(temporaryFolder(), 'a', 'b.auproj'))).isWritable).toBe(true)
  })

  it('refuses AUs that are none', () => {
    const root = join(temporaryFolder(), 'x.auproj')
    expect(codeOf(() => createProject(root, { aus: [0] }))).toBe('INPUT_INVALID')
    expect(codeOf(() => createProject(root, { aus: [] }))).toBe('INPUT_INVALID')
    expect(existsSync(root)).toBe(false)
  })
})

describe('opening', () => {
  it('says what is not a project', () => {
    const folder = temporaryFolder()
    writeFileSync(join(folder, 'file'), '')
    expect(codeOf(() => openProject(join(folder, 'nowhere')))).toBe('PROJECT_NOT_FOUND')
    expect(codeOf(() => openProject(join(folder, 'file')))).toBe('PROJECT_NOT_FOUND')
    expect(codeOf(() => openProject(folder))).toBe('PROJECT_NOT_FOUND')
  })

  it.each([
    ['text', (file: string) => writeFileSync(file, 'This is not a database, although it is long enough to be read as one.'.repeat(100))],
    ['nothing', (file: string) => writeFileSync(file, '')],
    ['another program', (file: string) => new Database(file).exec('CREATE TABLE t (x)').close()],
  ])('refuses a database that is %s and does not change the folder', (_, write) => {
    const folder = temporaryFolder()
    write(join(folder, 'project.sqlite'))
    const before = readFileSync(join(folder, 'project.sqlite'))
    expect(codeOf(() => openProject(folder))).toBe('PROJECT_CORRUPT')
    expect(readdirSync(folder)).toEqual(['project.sqlite'])
    expect(readFileSync(join(folder, 'project.sqlite'))).toEqual(before)
  })

  it('refuses a truncated database, an overwritten page and a missing table', () => {
    const damage = (change: (file: string) => void): unknown => {
      const store = newProject()
      for (let i = 0; i < 50; i++) addVideo(store, { name: `${i}.mp4`, code: `S${i}`, frameCount: 10 })
      store.close()
      const file = join(store.root, 'project.sqlite')
      change(file)
      return codeOf(() => closing(openProject(store.root)))
    }
    expect(damage((file) => truncateSync(file, 20_000))).toBe('PROJECT_CORRUPT')
    expect(
      damage((file) => {
        const bytes = readFileSync(file)
        bytes.fill(0xa5, 3 * 4096, 12 * 4096)
        writeFileSync(file, bytes)
      }),
    ).toBe('PROJECT_CORRUPT')
    expect(damage((file) => new Database(file).exec('DROP TABLE neutral').close())).toBe('PROJECT_CORRUPT')
  })

  it('refuses a newer version without touching it', () => {
    const store = newProject()
    store.close()
    const file = join(store.root, 'project.sqlite')
    const database = new Database(file)
    database.pragma('user_version = 99')
    database.close()
    const before = readFileSync(file)
    expect(codeOf(() => openProject(store.root))).toBe('PROJECT_TOO_NEW')
    expect(readFileSync(file)).toEqual(before)
  })

  it('marks work of a dead process as interrupted and keeps what waits', () => {
    const store = newProject()
    const job = { kind: 'analyse', lane: 'compute', title: 'Analyse', videoId: null, modelId: null, spec: { a: 1 } } as const
    const running = store.jobs.create(job).id
    store.jobs.start(running)
    const queued = store.jobs.create(job).id
    store.close()
    const again = closing(openProject(store.root))
    expect(again.jobs.get(running).status).toBe('interrupted')
    expect(again.jobs.get(queued).status).toBe('queued')
    expect(again.jobs.requeue(running).status).toBe('queued')
    expect(again.jobs.spec(running)).toEqual({ a: 1 })
  })

  it('sweeps away what was half made', () => {
    const store = newProject()
    store.close()
    mkdirSync(join(store.root, 'models', 'm1.part-0123456789ab'))
    mkdirSync(join(store.root, 'models', 'm2'))
    closing(openProject(store.root))
    expect(readdirSync(join(store.root, 'models'))).toEqual(['m2'])
  })
})

describe('moving', () => {
  it('finds videos that moved with the project, those that stayed, and names the missing', () => {
    const folder = temporaryFolder()
    const store = createProject(join(folder, 'lab', 'p.auproj'))
    const subject = store.subjects.findOrCreate('S01')
    const beside = store.videos.add(videoFacts(join(folder, 'lab', 'videos', 'beside.mp4'), subject.id)).id
    const far = store.videos.add(videoFacts(join(folder, 'archive', 'far.mp4'), subject.id)).id
    const lost = store.videos.add(videoFacts(join(folder, 'archive', 'lost.mp4'), subject.id)).id
    store.close()
    mkdirSync(join(folder, 'deeper', 'down'), { recursive: true })
    renameSync(join(folder, 'lab'), join(folder, 'deeper', 'down', 'moved'))
    renameSync(join(folder, 'archive', 'lost.mp4'), join(folder, 'found.mp4'))

    const moved = closing(openProject(join(folder, 'deeper', 'down', 'moved', 'p.auproj')))
    expect(moved.videos.requirePath(beside)).toBe(join(folder, 'deeper', 'down', 'moved', 'videos', 'beside.mp4'))
    expect(moved.videos.requirePath(far)).toBe(join(folder, 'archive', 'far.mp4'))
    expect(moved.info().missingVideos).toEqual([{ id: lost, fileName: 'lost.mp4' }])
    expect(codeOf(() => moved.videos.requirePath(lost))).toBe('VIDEO_MISSING')

    expect(codeOf(() => moved.videos.relocate(lost, join(folder, 'found.mp4'), 'f'.repeat(64)))).toBe('VIDEO_CONTENT_DIFFERS')
    const hash = moved.videos.source(lost).contentHash
    expect(moved.videos.relocate(lost, join(folder, 'found.mp4'), hash)).toMatchObject({ fileName: 'found.mp4', isMissing: false })
  })

  it('prefers the recordings copied with the project, and does not take another file for a recording', () => {
    const folder = temporaryFolder()
    const store = createProject(join(folder, 'p.auproj'))
    const id = addVideo(store)
    store.close()
    mkdirSync(join(folder, 'copy', 'videos'), { recursive: true })
    renameSync(store.root, join(folder, 'copy', 'p.auproj'))
    copyFileSync(join(folder, 'videos', 'interview.mp4'), join(folder, 'copy', 'videos', 'interview.mp4'))
    const moved = closing(openProject(join(folder, 'copy', 'p.auproj')))
    expect(moved.videos.source(id).path).toBe(join(folder, 'copy', 'videos', 'interview.mp4'))
    writeFileSync(join(folder, 'copy', 'videos', 'interview.mp4'), 'something else')
    expect(moved.videos.source(id).path).toBe(join(folder, 'videos', 'interview.mp4'))
  })
})
