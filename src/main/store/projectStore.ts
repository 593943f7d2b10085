// An open project: its repositories, its lock, its end. Opening and creating are in openProject.ts.
import { AppError } from '@shared/errors'
import type { ProjectInfo } from '@shared/project'
import { type BackupOptions, writeBackup } from './backup'
import { Connection, sqliteCode } from './connection'
import type { StoreContext } from './context'
import { CropStore } from './crops'
import type { IdSource } from './ids'
import { readVersion } from './migrate'
import { allowWriting, assertKnownVersion, findDamage, leaveOneFile, type OpenDatabase } from './openDatabase'
import { makeFolders, type ProjectPaths, projectPaths, sweepLeftovers } from './projectFolder'
import { AnalysisRepository } from './repositories/analyses'
import { BookmarkRepository } from './repositories/bookmarks'
import { CodingTimeRepository } from './repositories/codingTimes'
import { FrameTimeRepository } from './repositories/frameTimes'
import { JobRepository } from './repositories/jobs'
import { LabelRepository } from './repositories/labels'
import { EditLogRepository } from './repositories/editLog'
import { ModelRepository } from './repositories/models'
import { NeutralRepository } from './repositories/neutrals'
import { PredictionRepository } from './repositories/predictions'
import { ProjectRepository } from './repositories/projectRow'
import { SettingRepository } from './repositories/settings'
import { SubjectRepository } from './repositories/subjects'
import { VideoRepository } from './repositories/videos'
import { measureStorage } from './storageUse'
import { isHolderGone, type LockHolder, readHolder, takeWriterLock } from './writerLock'

/** Why this process may not write: another process does, the folder cannot be written, its disk is full, or reading was all that was asked for. */
export type WriteObstacle = 'locked' | 'read-only' | 'full' | 'not-asked'

export class ProjectStore {
  readonly paths: ProjectPaths
  readonly project: ProjectRepository
  readonly subjects: SubjectRepository
  readonly videos: VideoRepository
  readonly frameTimes: FrameTimeRepository
  readonly analyses: AnalysisRepository
  readonly predictions: PredictionRepository
  readonly labels: LabelRepository
  readonly neutrals: NeutralRepository
  readonly jobs: JobRepository
  readonly models: ModelRepository
  readonly settings: SettingRepository
  readonly codingTimes: CodingTimeRepository
  readonly bookmarks: BookmarkRepository
  readonly crops: CropStore
  readonly context: StoreContext

  private release: (() => void) | null = null
  private obstacle: WriteObstacle = 'not-asked'
  private isOpen = true

  constructor(
    /** Absolute path of the project folder. */
    readonly root: string,
    private readonly opened: OpenDatabase,
    sources: { now: () => Date; newId: IdSource },
    /** The newest layout that may be written. */
    private readonly newestVersion: number,
  ) {
    this.paths = projectPaths(root)
    const assertWritable = (): void => this.assertWritable()
    const context: StoreContext = { db: new Connection(opened.database, 'The project', assertWritable), root, ...sources }
    this.context = context
    this.project = new ProjectRepository(context)
    this.subjects = new SubjectRepository(context)
    this.videos = new VideoRepository(context)
    this.frameTimes = new FrameTimeRepository(context)
    this.analyses = new AnalysisRepository(context)
    this.predictions = new PredictionRepository(context)
    this.labels = new LabelRepository(context, new EditLogRepository(context))
    this.neutrals = new NeutralRepository(context)
    this.jobs = new JobRepository(context, () => !this.isWritable && isHolderGone(this.root))
    this.models = new ModelRepository(context)
    this.settings = new SettingRepository(context)
    this.codingTimes = new CodingTimeRepository(context)
    this.bookmarks = new BookmarkRepository(context)
    this.crops = new CropStore(this.paths.crops, () => this.isWritable, assertWritable)
  }

  /** Whether this process is the project's writer. */
  get isWritable(): boolean {
    return this.release !== null
  }

  /** The process that writes, as far as is known, when it is another one. */
  get otherWriter(): LockHolder | null {
    return !this.isWritable && this.obstacle === 'locked' ? readHolder(this.root) : null
  }

  /** Facts for lists and `project info`; counted now. */
  info(): ProjectInfo {
    const { id, name, aus, createdAt, activeModelId } = this.project.get()
    const counts = this.context.db.get<{ subjects: number; frames: number; labels: number }>(
      'SELECT (SELECT count(*) FROM subject) AS subjects, (SELECT coalesce(sum(frame_count), 0) FROM video) AS frames, (SELECT count(*) FROM label) AS labels',
    )
    const videos = this.videos.list()
    return {
      id,
      name,
      aus,
      createdAt,
      schemaVersion: readVersion(this.opened.database),
      isWritable: this.isWritable,
      subjectCount: counts?.subjects ?? 0,
      videoCount: videos.length,
      frameCount: counts?.frames ?? 0,
      labelCount: counts?.labels ?? 0,
      missingVideos: videos.filter((video) => video.isMissing).map((video) => ({ id: video.id, fileName: video.fileName })),
      activeModelId,
      storage: measureStorage(this.root),
    }
  }

  /** Runs changes of several repositories so that all are kept or none. `work` must not be asynchronous. */
  transaction<T>(work: () => T): T {
    return this.context.db.transaction(work)
  }

  /** Runs reads of several repositories against one state, whatever another process commits meanwhile. `work` must not be asynchronous. */
  snapshot<T>(work: () => T): T {
    return this.context.db.snapshot(work)
  }

  /**
   * Tries to become the writer in place of one that has ended. Work that it left running is marked as interrupted.
   * Throws PROJECT_TOO_NEW when the former writer was a newer version that changed the layout.
   */
  tryToWrite(): boolean {
    if (this.isWritable) return true
    if (!this.takeLock()) return false
    this.jobs.interruptRunning()
    return true
  }

  /** The part of becoming the writer that does not depend on the layout; openProject brings that up to date afterwards. */
  takeLock(): boolean {
    const attempt = this.opened.canBecomeWritable ? takeWriterLock(this.root, this.context.now()) : ({ outcome: 'read-only' } as const)
    if (attempt.outcome !== 'held') {
      this.obstacle = attempt.outcome === 'taken' ? 'locked' : 'read-only'
      return false
    }
    try {
      assertKnownVersion(this.opened.database, 'The project', this.newestVersion)
      allowWriting(this.opened.database)
      makeFolders(this.root)
      sweepLeftovers(this.root)
    } catch (error) {
      attempt.release()
      if (!(sqliteCode(error) ?? '').startsWith('SQLITE_READONLY')) throw error
      this.obstacle = 'read-only'
      return false
    }
    this.release = attempt.release
    // A cache opened for reading cannot be written through that connection.
    this.crops.close()
    return true
  }

  /** Throws PROJECT_LOCKED, saying by whom as far as is known, or PROJECT_READ_ONLY. Where another process was the writer and has ended, takes its place. */
  assertWritable(): void {
    if (this.isWritable) return
    const { open, inTransaction } = this.opened.database
    if (this.obstacle === 'locked' && open && !inTransaction && this.tryToWrite()) return
    throw this.refusal()
  }

  /** Records that becoming the writer failed for want of room. */
  noteFullDisk(): void {
    this.obstacle = 'full'
  }

  /** Why this process may not write, as an error to throw. */
  refusal(): AppError {
    if (this.obstacle === 'locked') {
      const holder = readHolder(this.root)
      const who = holder === null ? 'another program' : `another program (process ${holder.pid} on ${holder.host})`
      const message = `The project is open for changes in ${who}. Close it there and try again; until then it can only be looked at.`
      return new AppError('PROJECT_LOCKED', message, { pid: holder?.pid ?? null, host: holder?.host ?? null })
    }
    if (this.obstacle === 'full')
      return new AppError(
        'DISK_FULL',
        "The project's disk has no room left. Free some space and open the project again; until then it can only be looked at.",
      )
    return new AppError(
      'PROJECT_READ_ONLY',
      this.obstacle === 'read-only'
        ? 'The project cannot be written where it is. Copy its folder to a place where you may write.'
        : 'The project was opened for reading only.',
    )
  }

  /** Writes the project into one file. Throws FILE_EXISTS unless told to replace it, DISK_FULL, FILE_UNREADABLE. */
  backup(file: string, options: BackupOptions = {}): Promise<{ bytes: number }> {
    return writeBackup(this.opened.database, this.root, file, options)
  }

  /** Reads every page and says what is damaged, in SQLite's words; empty when nothing is. Slow for large projects. */
  findDamage(): string[] {
    return findDamage(this.opened.database, { withArrays: true })
  }

  /** Closes the files and gives the lock back. Closing twice does nothing. */
  close(): void {
    if (!this.isOpen) return
    this.isOpen = false
    this.crops.close()
    if (this.isWritable) leaveOneFile(this.opened.database)
    this.opened.close()
    this.release?.()
    this.release = null
  }
}
