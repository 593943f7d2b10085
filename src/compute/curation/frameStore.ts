// A store of curated frames being made: pictures in the table layout of crops.sqlite, and beside them what was looked at, so that an interrupted
// curation goes on with the next picture. Whatever was committed is whole; nothing is held in memory.
import { createHash } from 'node:crypto'
import Database from 'better-sqlite3'
import { AppError } from '@shared/errors'
import { CURATED_RULE, REJECTIONS, type CurationOutcome, type CurationSourceReport, type Rejection } from '@shared/curation'
import { describeWriteError } from '@runtime/weights/atomicFile'

const VERSION = 1
const LAYOUT = `
  CREATE TABLE crop (
    video_id TEXT NOT NULL, track INTEGER NOT NULL, rule TEXT NOT NULL, size INTEGER NOT NULL, frame INTEGER NOT NULL, jpeg BLOB NOT NULL,
    PRIMARY KEY (video_id, track, rule, size, frame)
  ) STRICT;
  CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
  CREATE TABLE looked (
    source INTEGER NOT NULL, path TEXT NOT NULL, frame INTEGER NOT NULL, outcome TEXT NOT NULL,
    PRIMARY KEY (source, path, frame)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE finished (source INTEGER NOT NULL, path TEXT NOT NULL, note TEXT, PRIMARY KEY (source, path)) STRICT, WITHOUT ROWID;
  CREATE TABLE kept (
    item INTEGER PRIMARY KEY, source INTEGER NOT NULL, place INTEGER NOT NULL, content BLOB NOT NULL, jpeg_hash BLOB NOT NULL, thumbnail BLOB NOT NULL
  ) STRICT;
  CREATE INDEX kept_content ON kept (content);
  CREATE TABLE band (band INTEGER NOT NULL, bits INTEGER NOT NULL, item INTEGER NOT NULL, PRIMARY KEY (band, bits, item)) STRICT, WITHOUT ROWID`

/** Looks that are committed together. */
const LOOKS_PER_COMMIT = 64
const EXAMPLES = 5
/** Newest pictures with the same bits that are compared, per band: pictures that are alike are as a rule neighbours, and time stays bounded. */
const MOST_CANDIDATES = 200

/** A picture that passed every test. */
export interface KeptPicture {
  jpeg: Uint8Array
  /** SHA-256 of the file, or of a video frame's pixels. */
  content: Uint8Array
  thumbnail: Uint8Array
  bands: readonly number[]
}

/** Place of a picture among what is looked at; `frame` is 0 for image files. */
export interface LookedAt {
  source: number
  path: string
  frame: number
}

export class FrameStore {
  private readonly database: Database.Database
  private readonly statements = new Map<string, Database.Statement>()
  private readonly places = new Map<number, number>()
  private open = 0

  /** @throws AppError FILE_EXISTS where the file is something else or was begun with other settings, DISK_FULL, PROJECT_READ_ONLY */
  constructor(
    private readonly file: string,
    private readonly pixels: number,
    request: unknown,
  ) {
    const wanted = JSON.stringify(request)
    try {
      this.database = new Database(file, { timeout: 5000 })
      this.database.pragma('journal_mode = WAL')
      this.database.pragma('synchronous = NORMAL')
      this.database.pragma('journal_size_limit = 67108864')
    } catch (error) {
      throw translated(error, file)
    }
    const version = Number(this.database.pragma('user_version', { simple: true }))
    if (version === 0)
      this.database.transaction(() => {
        this.database.exec(LAYOUT)
        this.database.prepare('INSERT INTO setting VALUES (?, ?)').run('request', wanted)
        this.database.pragma(`user_version = ${VERSION}`)
      })()
    const known =
      version > VERSION ? null : (this.database.prepare('SELECT value FROM setting WHERE name = ?').pluck().get('request') as string)
    if (known === wanted) return
    this.database.close()
    throw new AppError(
      'FILE_EXISTS',
      `${file} was begun with other sources or settings. Give the same ones to go on with it, or another folder.`,
      { file, known },
    )
  }

  isLookedAt({ source, path, frame }: LookedAt): boolean {
    return this.prepare('SELECT 1 FROM looked WHERE source = ? AND path = ? AND frame = ?').get(source, path, frame) !== undefined
  }

  isFinished(source: number, path: string): boolean {
    return this.prepare('SELECT 1 FROM finished WHERE source = ? AND path = ?').get(source, path) !== undefined
  }

  /** A video was read to its end, or cannot be; `note` says why. */
  finish(source: number, path: string, note: string | null): void {
    this.write(() => this.prepare('INSERT OR REPLACE INTO finished VALUES (?, ?, ?)').run(source, path, note))
    this.commit()
  }

  hasContent(content: Uint8Array): boolean {
    return this.prepare('SELECT 1 FROM kept WHERE content = ?').get(content) !== undefined
  }

  /** Whether `isSame` says so of any kept thumbnail that has one of the bands. */
  hasSimilar(bands: readonly number[], isSame: (thumbnail: Uint8Array) => boolean): boolean {
    const select = this.prepare(
      `SELECT kept.item, thumbnail FROM band JOIN kept ON kept.item = band.item WHERE band = ? AND bits = ? ORDER BY band.item DESC LIMIT ${MOST_CANDIDATES}`,
    )
    const seen = new Set<number>()
    for (const [band, bits] of bands.entries()) {
      for (const { item, thumbnail } of select.all(band, bits) as { item: number; thumbnail: Buffer }[]) {
        if (seen.has(item)) continue
        seen.add(item)
        if (isSame(thumbnail)) return true
      }
    }
    return false
  }

  reject(at: LookedAt, reason: Rejection): void {
    this.note(at, reason, () => undefined)
  }

  keep(at: LookedAt, { jpeg, content, thumbnail, bands }: KeptPicture): void {
    this.note(at, 'kept', () => {
      const place = this.nextPlace(at.source)
      this.prepare('INSERT INTO crop VALUES (?, 0, ?, ?, ?, ?)').run(seriesId(at.source), CURATED_RULE, this.pixels, place, jpeg)
      const { lastInsertRowid } = this.prepare(
        'INSERT INTO kept (source, place, content, jpeg_hash, thumbnail) VALUES (?, ?, ?, ?, ?)',
      ).run(at.source, place, content, createHash('sha256').update(jpeg).digest(), thumbnail)
      for (const [band, bits] of bands.entries()) this.prepare('INSERT INTO band VALUES (?, ?, ?)').run(band, bits, lastInsertRowid)
      this.places.set(at.source, place + 1)
    })
  }

  /** Makes durable what was looked at. */
  commit(): void {
    if (this.open === 0) return
    this.guarded(() => this.database.exec('COMMIT'))
    this.open = 0
  }

  counts(): { looked: number; kept: number } {
    const looked = this.prepare('SELECT count(*) FROM looked').pluck().get() as number
    const kept = this.prepare('SELECT count(*) FROM kept').pluck().get() as number
    return { looked, kept }
  }

  sourceReport(source: number): Pick<CurationSourceReport, 'id' | 'looked' | 'kept' | 'rejected' | 'examples' | 'notes'> {
    const rows = this.prepare('SELECT outcome, count(*) AS count FROM looked WHERE source = ? GROUP BY outcome').all(source) as {
      outcome: CurationOutcome
      count: number
    }[]
    const of = (outcome: CurationOutcome): number => rows.find((row) => row.outcome === outcome)?.count ?? 0
    const examples: CurationSourceReport['examples'] = {}
    const select = this.prepare(`SELECT path, frame FROM looked WHERE source = ? AND outcome = ? LIMIT ${EXAMPLES}`)
    const videos = this.prepare('SELECT 1 FROM finished WHERE source = ? AND path = ?')
    for (const reason of REJECTIONS) {
      const found = select.all(source, reason) as { path: string; frame: number }[]
      if (found.length > 0) examples[reason] = found.map(({ path, frame }) => (videos.get(source, path) ? `${path}, frame ${frame}` : path))
    }
    return {
      id: seriesId(source),
      looked: rows.reduce((sum, { count }) => sum + count, 0),
      kept: of('kept'),
      rejected: Object.fromEntries(REJECTIONS.map((reason) => [reason, of(reason)])) as Record<Rejection, number>,
      examples,
      notes: this.prepare('SELECT note FROM finished WHERE source = ? AND note IS NOT NULL ORDER BY path').pluck().all(source) as string[],
    }
  }

  /** SHA-256 over the hashes of all pictures, source by source in their order. */
  contentHash(): string {
    const hash = createHash('sha256')
    for (const digest of this.prepare('SELECT jpeg_hash FROM kept ORDER BY source, place').pluck().iterate()) hash.update(digest as Buffer)
    return hash.digest('hex')
  }

  /** A few stored pictures spread evenly, as JPEG. */
  samples(count: number): Uint8Array[] {
    const total = this.counts().kept
    const jpeg = this.prepare(
      `SELECT jpeg FROM kept JOIN crop ON video_id = 's' || (source + 1) AND track = 0 AND rule = '${CURATED_RULE}' AND size = ${this.pixels} AND frame = place WHERE item = ?`,
    ).pluck()
    return Array.from(
      { length: Math.min(count, total) },
      (_, index) => jpeg.get(1 + Math.floor((index * total) / Math.min(count, total))) as Buffer,
    )
  }

  /** Leaves one file behind. */
  close(): void {
    this.commit()
    this.statements.clear()
    this.guarded(() => this.database.pragma('journal_mode = DELETE'))
    this.database.close()
  }

  /** After an error: keeps what can be kept; what is not committed is looked at again next time. */
  abandon(): void {
    try {
      this.commit()
    } catch {
      // the error that led here is the one to tell
    }
    this.statements.clear()
    this.database.close()
  }

  private note(at: LookedAt, outcome: CurationOutcome, more: () => void): void {
    this.write(() => {
      this.prepare('INSERT INTO looked VALUES (?, ?, ?, ?)').run(at.source, at.path, at.frame, outcome)
      more()
    })
    if (++this.open > LOOKS_PER_COMMIT) this.commit()
  }

  private write(work: () => void): void {
    this.guarded(() => {
      if (this.open === 0) {
        this.database.exec('BEGIN IMMEDIATE')
        this.open = 1
      }
      work()
    })
  }

  private nextPlace(source: number): number {
    const known = this.places.get(source)
    if (known !== undefined) return known
    const last = this.prepare('SELECT max(place) FROM kept WHERE source = ?').pluck().get(source) as number | null
    return last === null ? 0 : last + 1
  }

  private prepare(sql: string): Database.Statement {
    let statement = this.statements.get(sql)
    if (!statement) this.statements.set(sql, (statement = this.database.prepare(sql)))
    return statement
  }

  private guarded(work: () => void): void {
    try {
      work()
    } catch (error) {
      throw translated(error, this.file)
    }
  }
}

export const seriesId = (source: number): string => `s${source + 1}`

function translated(error: unknown, file: string): unknown {
  const code = error instanceof Database.SqliteError ? error.code : ''
  if (code.startsWith('SQLITE_FULL'))
    return new AppError('DISK_FULL', 'The disk is full. Free some space and run the same command again; what was curated so far is kept.', {
      file,
    })
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED'))
    return new AppError('FILE_EXISTS', `${file} is being written by another curation. Wait until that has ended.`, { file })
  if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT'))
    return new AppError('FILE_EXISTS', `${file} is no store of curated frames, or is damaged. Choose another folder.`, { file })
  if (code.startsWith('SQLITE_CANTOPEN') || code.startsWith('SQLITE_READONLY'))
    return new AppError('FILE_UNREADABLE', `${file} cannot be written. Choose another folder.`, { file })
  return describeWriteError(error, file)
}
