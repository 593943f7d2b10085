// Synthetic subjects: rendered into a folder, outside of any project, from a face model that the user gives. Stopping the stream cancels; finished
// subjects stay and the same request continues.
import { eventIterator, oc, type } from '@orpc/contract'
import { z } from 'zod'
import type { SynthConfig, SynthProgress, SynthResult } from '../synth'
import { fileToken } from './schemas'

export type SynthEvent = { kind: 'progress'; progress: SynthProgress } | { kind: 'done'; result: SynthResult }

export const synthContract = {
  /** Every setting as it is unless it is changed. */
  defaults: oc.output(type<SynthConfig>()),
  /** Progress events, then one `done`. `configuration` is any part of SynthConfig, laid over the defaults. */
  render: oc
    .input(
      z.object({
        facekit: fileToken,
        directory: fileToken,
        output: z.enum(['videos', 'crops']),
        configuration: z.record(z.string(), z.unknown()).optional(),
        threads: z.number().int().min(1).max(256).optional(),
      }),
    )
    .output(eventIterator(type<SynthEvent>())),
}
