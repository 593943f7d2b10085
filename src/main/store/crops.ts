// crops.sqlite: face crops as JPEG, a cache that can be made again from the videos. A damaged or outdated one is simply begun anew.
import { existsSync, rmSync } from 'node:fs'
import Database from 'better-sqlite3'
import { Connection, type WriteGuard } from './connection'
import { leaveOneFile } from './openDatabase'

/** What a crop is of. `rule` and `size` are those of a model's card. */
export interface CropKey {
  videoId: string
  frame: number
  track: number
  rule: string
  size: number
}

/** All crops of one track under one rule. */
export type CropSeries = Omit<CropKey, 'frame'>

const VERSION = 1
const LAYOUT = `
  CREATE TABLE crop (
    video_id TEXT NOT NULL,
    track INTEGER NOT NULL,
    rule TEXT NOT NULL,
    size INTEGER NOT NULL,
    frame INTEGER NOT NULL,
    jpeg BLOB NOT NULL,
    PRIMARY KEY (video_id, track, rule, size, frame)
  ) STRICT`

export class CropStore {
  private connection: Connection | null = null

  constructor(
    private readonly file: string,
    private readonly isWritable: () => boolean,
    private readonly assertWritable: WriteGuard,
  ) {}

  get(key: CropKey): Buffer | null {
    const row = this.open()?.get<{ jpeg: Buffer }>(
      'SELECT jpeg FROM crop WHERE video_id = ? AND track = ? AND rule = ? AND size = ? AND frame = ?',
      key.videoId,
      key.track,
      key.rule,
      key.size,
      key.frame,
    )
    return row?.jpeg ?? null
  }

  /** Stores crops in one transaction, replacing those there are. */
  put(crops: readonly (CropKey & { jpeg: Buffer })[]): void {
    const db = this.openForWriting()
    db.transaction(() => {
      for (const crop of crops) {
        db.run(
          'INSERT OR REPLACE INTO crop (video_id, track, rule, size, frame, jpeg) VALUES (?, ?, ?, ?, ?, ?)',
          crop.videoId,
          crop.track,
          crop.rule,
          crop.size,
          crop.frame,
          crop.jpeg,
        )
      }
    })
  }

  /** Frames of a series for which there is a crop, ascending. */
  frames(series: CropSeries): number[] {
    const rows = this.open()?.all<{ frame: number }>(
      'SELECT frame FROM crop WHERE video_id = ? AND track = ? AND rule = ? AND size = ? ORDER BY frame',
      series.videoId,
      series.track,
      series.rule,
      series.size,
    )
    return rows?.map((row) => row.frame) ?? []
  }

  /** Number of crops, of one video or all. */
  count(videoId?: string): number {
    const db = this.open()
    const row =
      videoId === undefined
        ? db?.get<{ count: number }>('SELECT count(*) AS count FROM crop')
        : db?.get<{ count: number }>('SELECT count(*) AS count FROM crop WHERE video_id = ?', videoId)
    return row?.count ?? 0
  }

  /** Drops the crops of a video and returns how many there were. */
  removeVideo(videoId: string): number {
    if (!existsSync(this.file)) return 0
    return this.openForWriting().run('DELETE FROM crop WHERE video_id = ?', videoId)
  }

  /** Drops every crop. */
  clear(): void {
    this.assertWritable()
    this.close()
    deleteDatabase(this.file)
  }

  /** Merges the log into the file; false when a reader was in the way. */
  checkpoint(): boolean {
    return this.connection?.checkpoint() ?? true
  }

  /** Rewrites the file without what was deleted from it; false when a reader was in the way. */
  scrub(): boolean {
    if (!existsSync(this.file)) return true
    const db = this.openForWriting()
    db.vacuum()
    return db.checkpoint()
  }

  close(): void {
    if (this.connection && this.isWritable()) leaveOneFile(this.connection.database)
    this.connection?.close()
    this.connection = null
  }

  private openForWriting(): Connection {
    this.assertWritable()
    return this.open() ?? this.begin()
  }

  // Null where there is no usable cache: readers then make their own crops.
  private open(): Connection | null {
    if (this.connection) return this.connection
    if (!existsSync(this.file)) return null
    let database: Database.Database | undefined
    try {
      database = new Database(this.file, { fileMustExist: true, readonly: !this.isWritable(), timeout: 5000 })
      if (Number(database.pragma('user_version', { simple: true })) !== VERSION) throw new Error('outdated')
      database.prepare('SELECT 1 FROM crop LIMIT 1').get()
      return this.use(database)
    } catch {
      database?.close()
      if (this.isWritable()) deleteDatabase(this.file)
      return null
    }
  }

  private begin(): Connection {
    const database = new Database(this.file, { timeout: 5000 })
    database.transaction(() => {
      database.exec(LAYOUT)
      database.pragma(`user_version = ${VERSION}`)
    })()
    return this.use(database)
  }

  private use(database: Database.Database): Connection {
    if (this.isWritable()) {
      database.pragma('journal_mode = WAL')
      database.pragma('synchronous = NORMAL')
      database.pragma('secure_delete = ON')
    }
    this.connection = new Connection(database, 'The store of face crops', this.assertWritable)
    return this.connection
  }
}

function deleteDatabase(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${file}${suffix}`, { force: true })
}
