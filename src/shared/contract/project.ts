// Projects, subjects, videos, neutral frames.
import { eventIterator, oc, type } from '@orpc/contract'
import { z } from 'zod'
import type { LabelCoverage, NeutralSpan, ProjectInfo, ProjectSummary, Subject, Video } from '../project'
import { au, code, fileToken, frameRange, id, inProject, ofVideo } from './schemas'

/** What changed, so that a window knows what to ask for again. Hints only: the tables are the truth. */
export interface ProjectChange {
  topic: 'project' | 'subjects' | 'videos' | 'labels' | 'models' | 'analysis' | 'predictions' | 'neutral' | 'bookmarks'
  videoId: string | null
  /** Of labels: the step in the log, so that a window knows its own; null when there was none. */
  revision: number | null
}

export interface RecentProject {
  /** Token for project.open. */
  token: string
  name: string
  /** Last folder name, never the whole path. */
  folder: string
  openedAt: string
  exists: boolean
  /** Counts as they are now; null where the project cannot be read without opening it. */
  summary: ProjectSummary | null
}

/** What withdrawing consent took away, and what it could not. */
export interface SubjectWithdrawal {
  videoCount: number
  labelCount: number
  predictionCount: number
  cropCount: number
  /** Models that had learned from the subject, or were made from one that had; they stay until removed and are named here. */
  modelsTrainedOn: { id: string; name: string }[]
  /** Copies of the subject's videos inside the project that were deleted; recordings elsewhere are the user's own. */
  deletedCopyCount: number
  /** Files in the project's exports folder that still tell of the subject: they stay, and are named so that a person can decide. */
  exports: string[]
  /** Training runs whose files told of the subject and were cleaned; unfinished ones have ended. */
  runs: { id: string; name: string }[]
}

export const projectContract = {
  list: oc.output(type<RecentProject[]>()),
  /** The projects open in this backend, the first being the one a window shows. */
  opened: oc.output(type<ProjectInfo[]>()),
  create: oc
    .input(z.object({ directory: fileToken, name: z.string().optional(), aus: z.array(au).optional() }))
    .output(type<ProjectInfo>()),
  /** With `isReadOnly` the writer's lock is left to others; a window that is starting is not kept from it by somebody who only looks. */
  open: oc.input(z.object({ directory: fileToken, isReadOnly: z.boolean().default(false) })).output(type<ProjectInfo>()),
  close: oc.input(inProject).output(type<{ isClosed: true }>()),
  info: oc.input(inProject).output(type<ProjectInfo>()),
  update: oc
    .input(inProject.extend({ name: z.string().trim().min(1).optional(), aus: z.array(au).min(1).optional() }))
    .output(type<ProjectInfo>()),
  backup: oc.input(inProject.extend({ file: fileToken })).output(type<{ bytes: number }>()),
  /** How much is coded, by video and AU; without a row where nothing is. */
  coverage: oc.input(inProject).output(type<LabelCoverage[]>()),
  /** Deletes what can be made again from the videos. */
  clearCache: oc.input(inProject.extend({ cache: z.enum(['crops', 'proxies']) })).output(type<{ freedBytes: number }>()),
  watch: oc.input(inProject).output(eventIterator(type<ProjectChange>())),
}

export const demoContract = {
  /** Opens the demo project, made where it is missing, with the synthetic subjects and their labels in it. Without a folder: the window's own one. */
  open: oc.input(z.object({ directory: fileToken.optional() })).output(type<ProjectInfo>()),
}

export const subjectContract = {
  list: oc.input(inProject).output(type<Subject[]>()),
  update: oc
    .input(inProject.extend({ subjectId: id, code: code.optional(), note: z.string().nullable().optional() }))
    .output(type<Subject>()),
  remove: oc.input(inProject.extend({ code })).output(type<SubjectWithdrawal>()),
}

export interface VideoAddition {
  added: Video[]
  /** Files that were refused, each with its sentence. */
  refused: { fileName: string; code: string; message: string }[]
}

export const videoContract = {
  list: oc.input(inProject).output(type<Video[]>()),
  get: oc.input(ofVideo).output(type<Video>()),
  add: oc
    .input(
      inProject.extend({
        files: z.array(fileToken).min(1),
        subject: code,
        condition: z.string().nullable().optional(),
        session: z.string().nullable().optional(),
      }),
    )
    .output(type<VideoAddition>()),
  update: oc
    .input(
      ofVideo.extend({
        subject: code.optional(),
        condition: z.string().nullable().optional(),
        session: z.string().nullable().optional(),
        isReviewed: z.boolean().optional(),
      }),
    )
    .output(type<Video>()),
  /** `isFileDeleted` where the video was a copy inside the project. */
  remove: oc.input(ofVideo).output(type<{ labelCount: number; isFileDeleted: boolean }>()),
  relocate: oc.input(ofVideo.extend({ file: fileToken })).output(type<Video>()),
  /** Asks for a proxy that the window can play; returns the job that makes it, or null where one is there. */
  makeProxy: oc.input(ofVideo).output(type<{ jobId: string | null }>()),
}

export const neutralContract = {
  set: oc.input(inProject.extend({ subject: code, videoId: id }).and(frameRange)).output(type<NeutralSpan>()),
  clear: oc.input(inProject.extend({ subject: code })).output(type<{ isCleared: boolean }>()),
}
