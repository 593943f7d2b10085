// synth.*: synthetic subjects from a given face model.
import { availableParallelism } from 'node:os'
import type { SynthEvent } from '@shared/contract/synth'
import { DEFAULT_SYNTH, synthConfig, type SynthProgress, type SynthResult, type SynthSpec } from '@shared/synth'
import type { BackendContext } from '../context'
import { Latest } from '../latest'
import { os } from '../procedures'
import { chooseEncoding } from '../synthEncoding'

export function synthHandlers({ compute, ffmpeg, grants }: BackendContext) {
  const { synth } = os
  return {
    synth: {
      defaults: synth.defaults.handler(() => DEFAULT_SYNTH),
      render: synth.render.handler(async function* ({ input, signal }): AsyncGenerator<SynthEvent, void> {
        const config = synthConfig(input.configuration)
        const spec: SynthSpec = {
          facekitDirectory: grants.resolve(input.facekit),
          outDirectory: grants.resolve(input.directory),
          config,
          output: input.output === 'crops' ? { kind: 'crops' } : { kind: 'videos', encoding: await chooseEncoding(await ffmpeg(), signal) },
          threads: Math.min(input.threads ?? availableParallelism(), config.subjects.train + config.subjects.heldOut),
        }
        const stopped = new AbortController()
        const latest = new Latest<SynthProgress>()
        const rendering = compute.run('synth', spec, {
          signal: signal ? AbortSignal.any([signal, stopped.signal]) : stopped.signal,
          onProgress: (progress: SynthProgress) => latest.put(progress),
        }) as Promise<SynthResult>
        // ends the loop below; what went wrong is thrown by the await after it
        rendering.then(
          () => latest.end(),
          () => latest.end(),
        )
        try {
          for await (const progress of latest) yield { kind: 'progress', progress }
          yield { kind: 'done', result: await rendering }
        } finally {
          // whoever stops listening has cancelled
          stopped.abort()
          await rendering.catch(() => undefined)
        }
      }),
    },
  }
}
