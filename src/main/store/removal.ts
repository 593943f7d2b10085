// Taking videos and subjects out of a project with everything that was made of them, so that nothing of a person who withdraws consent is left in its files.
// Exports and backups that were written outside the project are beyond reach, and models keep what they have learned.
import { readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { StoreContext } from './context'
import type { CropStore } from './crops'
import { peaksPath, type ProjectPaths } from './projectFolder'
import type { LabelRepository } from './repositories/labels'
import type { PredictionRepository } from './repositories/predictions'
import type { ProjectRepository } from './repositories/projectRow'
import type { SubjectRepository } from './repositories/subjects'
import type { VideoRepository } from './repositories/videos'

/** The parts of a store that hold anything of a subject. */
export interface ErasableParts {
  context: StoreContext
  paths: ProjectPaths
  project: ProjectRepository
  subjects: SubjectRepository
  videos: VideoRepository
  labels: LabelRepository
  predictions: PredictionRepository
  crops: CropStore
}

/** What removing a video took away. */
export interface VideoRemoval {
  labelCount: number
  predictionCount: number
  cropCount: number
}

/**
 * Removes a video with its faces, predictions, crops, proxy, labels and their history; the file itself stays where it is. SQLite overwrites what it deletes, so the
 * bytes go, but the files keep their size: rewriting them can take minutes. Throws VIDEO_NOT_FOUND.
 */
export function removeVideo(store: ErasableParts, videoId: string): VideoRemoval {
  store.videos.get(videoId)
  const erased = eraseVideos(store, [videoId], null)
  dropBackups(store)
  // Earlier states of the overwritten pages are in the log until it is merged.
  store.context.db.checkpoint()
  store.crops.checkpoint()
  return erased
}

/**
 * Removes a subject and all of the subject's videos as {@link removeVideo} does, then overwrites what they left in the files. Undo cannot bring any of it back.
 * Backups inside the project go too, as they hold the same. Throws SUBJECT_NOT_FOUND.
 */
export function removeSubject(store: ErasableParts, code: string): VideoRemoval & { videoCount: number } {
  const subject = store.subjects.getByCode(code)
  const videoIds = store.videos.list({ subjectId: subject.id }).map((video) => video.id)
  const erased = eraseVideos(store, videoIds, subject)
  finishScrubbing(store)
  return { videoCount: videoIds.length, ...erased }
}

function eraseVideos(store: ErasableParts, videoIds: readonly string[], subject: { id: string; code: string } | null): VideoRemoval {
  const { db, now } = store.context
  const proxies = videoIds.map((id) => store.videos.source(id).proxyPath)
  // Crops go first: they are a cache, so an interruption after this loses nothing, while crops without a video would never be found again.
  let cropCount = 0
  for (const id of videoIds) cropCount += store.crops.removeVideo(id)
  const erased = db.transaction(() => {
    const total: VideoRemoval = { labelCount: 0, predictionCount: 0, cropCount }
    for (const id of videoIds) {
      const { fileName } = store.videos.get(id)
      total.labelCount += store.labels.count(id)
      total.predictionCount += store.predictions.removeOf({ videoId: id })
      // Descriptions of edits may quote what was said of the video.
      db.run(
        `WITH edit AS (SELECT edit_id FROM edit_span WHERE video_id = ?)
         UPDATE edit_log SET description = 'Edit of a removed video' WHERE id IN (SELECT edit_id FROM edit) OR target_id IN (SELECT edit_id FROM edit)`,
        id,
      )
      // Jobs that are not one video's, such as imports and exports, tell of it by the name of its file, in JSON with its quotes escaped.
      db.run(
        `DELETE FROM job WHERE status NOT IN ('queued', 'running') AND (instr(title, ?) > 0
           OR instr(spec_json || coalesce(result_json, '') || coalesce(error_json, '') || coalesce(progress_json, ''), ?) > 0)`,
        fileName,
        JSON.stringify(fileName).slice(1, -1),
      )
      db.run('DELETE FROM video WHERE id = ?', id)
    }
    if (subject !== null) {
      store.project.setNeedsScrub(true)
      // Evaluations and refused trainings name subjects in what they came to.
      db.run(
        `DELETE FROM job WHERE status NOT IN ('queued', 'running')
           AND instr(spec_json || coalesce(result_json, '') || coalesce(error_json, ''), ?) > 0`,
        JSON.stringify(subject.code),
      )
      db.run('DELETE FROM subject WHERE id = ?', subject.id)
      db.run(
        'INSERT INTO removal (subject_id, counts_json, removed_at) VALUES (?, ?, ?)',
        subject.id,
        JSON.stringify({ videoCount: videoIds.length, ...total }),
        now().toISOString(),
      )
    }
    return total
  })
  for (const path of proxies) if (path !== null) rmSync(path, { force: true })
  for (const id of videoIds) rmSync(peaksPath(store.paths.proxies, id), { force: true })
  return erased
}

/**
 * Rewrites the databases without what was deleted, and drops backups of older layouts. What cannot be done now, because a reader is in the way, is done when the
 * project is next opened for writing. Returns whether anything is left to do.
 */
export function finishScrubbing(store: ErasableParts): boolean {
  if (!store.project.needsScrub()) return true
  const { db } = store.context
  dropBackups(store)
  const areCropsClean = store.crops.scrub()
  db.vacuum()
  const isClean = db.checkpoint() && areCropsClean
  if (isClean) store.project.setNeedsScrub(false)
  return isClean
}

// Copies made before a change of layout hold what is being removed.
function dropBackups(store: ErasableParts): void {
  for (const name of readdirSync(store.paths.backups)) rmSync(join(store.paths.backups, name), { recursive: true, force: true })
}
