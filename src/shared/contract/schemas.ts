// Input schemas that several domains share. Frames count from 0 and ranges include both ends.
import { z } from 'zod'

export const id = z.string().min(1).max(64)
export const projectId = id.describe('id of an open project')
export const frame = z.number().int().min(0)
export const au = z.number().int().min(1).max(99)
export const side = z.enum(['both', 'left', 'right'])
export const intensity = z.enum(['A', 'B', 'C', 'D', 'E'])
export const labelState = z.enum(['present', 'absent', 'not-scorable'])
/** Codes of subjects and coders: free text, trimmed, not empty. */
export const code = z.string().trim().min(1).max(200)
/** Stands for a file that a window was given or uploaded; paths never reach the renderer. */
export const fileToken = z.string().min(1).max(4096)
export const frameRange = z
  .object({ startFrame: frame, endFrame: frame })
  .refine((range) => range.endFrame >= range.startFrame, 'the range ends before it starts')
export const inProject = z.object({ project: projectId })
export const ofVideo = inProject.extend({ videoId: id })
