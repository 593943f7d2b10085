// What a coder does beside labelling: working through the queue, taking proposals, marking places, and the clock that measures it.
import { oc, type } from '@orpc/contract'
import { z } from 'zod'
import type { Bookmark, CodingTime } from '../coding'
import type { ReviewItem } from '../reviewQueue'
import type { LabelChange } from './coding'
import { au, code, frame, id, inProject, ofVideo } from './schemas'

export interface ReviewQueue {
  items: (ReviewItem & { fileName: string; subjectCode: string })[]
  /** Segments worth a look in all, of which `items` are the first. */
  total: number
  modelId: string
}

const span = z
  .object({ au, startFrame: frame, endFrame: frame })
  .refine((one) => one.endFrame >= one.startFrame, 'a span ends before it starts')

const event = z
  .object({ au, startFrame: frame, endFrame: frame, apexFrame: frame.nullable().default(null) })
  .refine((one) => one.endFrame >= one.startFrame, 'an event ends before it starts')

export const reviewContract = {
  /** Segments in the order in which looking at them would teach most. */
  queue: oc
    .input(
      inProject.extend({
        coder: code,
        modelId: id.optional(),
        otherModelId: id.optional(),
        videoIds: z.array(id).optional(),
        aus: z.array(au).optional(),
        limit: z.number().int().min(1).max(1000).default(200),
      }),
    )
    .output(type<ReviewQueue>()),
  /**
   * Takes proposed events as labels in one undoable step, only where the coder has not coded yet. With `isAbsentElsewhere` the AUs named are labelled absent on
   * the other trusted frames of the range, which completes a partly coded video; `undecided` spans of an AU and frames where a side of it is coded stay as they
   * are. With `isRefusal` the events are labelled absent instead of present.
   */
  acceptEvents: oc
    .input(
      ofVideo.extend({
        modelId: id.optional(),
        coder: code,
        events: z.array(event).max(100_000),
        isAbsentElsewhere: z.boolean().default(false),
        isRefusal: z.boolean().default(false),
        undecided: z.array(span).max(100_000).default([]),
        aus: z.array(au).optional(),
        startFrame: frame.optional(),
        endFrame: frame.optional(),
      }),
    )
    .output(type<LabelChange & { acceptedEvents: number }>()),
}

export const timingContract = {
  /** Adds seconds spent; windows report a few times a minute, only while somebody is at work. */
  add: oc
    .input(ofVideo.extend({ coder: code, isAssisted: z.boolean(), seconds: z.number().min(0).max(600) }))
    .output(type<{ isAdded: true }>()),
  list: oc.input(inProject).output(type<CodingTime[]>()),
}

export const bookmarkContract = {
  list: oc.input(ofVideo).output(type<Bookmark[]>()),
  add: oc
    .input(ofVideo.extend({ frame, coder: code.nullable().default(null), note: z.string().max(2000).default('') }))
    .output(type<Bookmark>()),
  remove: oc.input(ofVideo.extend({ bookmarkId: id })).output(type<{ isRemoved: boolean }>()),
}

export const settingContract = {
  /** State that a window wants to find again in this project, by name; undefined where nothing was kept. */
  get: oc.input(inProject.extend({ key: z.string().min(1).max(100) })).output(type<{ value: unknown }>()),
  set: oc.input(inProject.extend({ key: z.string().min(1).max(100), value: z.json() })).output(type<{ isKept: true }>()),
}
