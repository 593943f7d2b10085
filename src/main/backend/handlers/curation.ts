// curation.*: stores of pictures for pretraining, made outside of any project.
import type { CurationEvent } from '@shared/contract/pretraining'
import { curationSettings, type CurateSpec, type CurationProgress, type CurationResult } from '@shared/curation'
import type { DecodeSpec } from '@shared/compute'
import { AppError } from '@shared/errors'
import { prepareRawDecode, probeVideo, readFrameTable } from '@main/media/index'
import { basename } from 'node:path'
import type { BackendContext } from '../context'
import { Latest } from '../latest'
import { os } from '../procedures'

export function curationHandlers(context: BackendContext) {
  const { compute, grants } = context
  const { curation } = os
  return {
    curation: {
      curate: curation.curate.handler(async function* ({ input, signal }): AsyncGenerator<CurationEvent, void> {
        const spec: CurateSpec = {
          sources: input.sources.map(({ path, weight }) => ({ path: grants.resolve(path), weight: weight ?? null })),
          outDirectory: grants.resolve(input.directory),
          settings: curationSettings(input.settings),
          licence: input.licence ?? null,
        }
        const stopped = new AbortController()
        const ended = signal ? AbortSignal.any([signal, stopped.signal]) : stopped.signal
        const latest = new Latest<CurationProgress>()
        const curating = compute.run('curate', spec, {
          signal: ended,
          onProgress: (progress: CurationProgress) => latest.put(progress),
          onWant: async (what, key) => {
            if (what !== 'decode' || typeof key !== 'string') throw new AppError('COMPUTE_PROTOCOL', `Nobody here answers for "${what}".`)
            return Buffer.from(JSON.stringify(await decodeOf(context, key, ended)), 'utf8')
          },
        }) as Promise<CurationResult>
        // ends the loop below; what went wrong is thrown by the await after it
        curating.then(
          () => latest.end(),
          () => latest.end(),
        )
        try {
          for await (const progress of latest) yield { kind: 'progress', progress }
          yield { kind: 'done', result: await curating }
        } finally {
          // whoever stops listening has cancelled
          stopped.abort()
          await curating.catch(() => undefined)
        }
      }),
    },
  }
}

/** How the compute process is to decode a whole video. @throws AppError of the media room */
async function decodeOf({ ffmpeg }: BackendContext, path: string, signal: AbortSignal): Promise<DecodeSpec> {
  const options = { ffmpeg: await ffmpeg(), signal }
  const probe = await probeVideo(path, options)
  const table = await readFrameTable(probe, options)
  const command = await prepareRawDecode(probe, table, options)
  return {
    name: basename(path),
    ffmpegPath: command.program,
    args: command.args,
    width: command.width,
    height: command.height,
    startFrame: 0,
    totalFrames: table.count,
  }
}
