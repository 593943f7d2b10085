// system.*: facts about this installation, what is wrong with it, and what its windows remember.
import type { BackendContext } from '../context'
import { examine } from '../doctor'
import { os } from '../procedures'
import { readWindowState, writeWindowState } from '../windowState'

export function systemHandlers(context: BackendContext) {
  const { ports, ffmpeg } = context
  const { system } = os
  return {
    system: {
      info: system.info.handler(async () => {
        const binary = await ffmpeg().catch(() => null)
        return {
          version: ports.version,
          platform: `${process.platform} ${process.arch}`,
          host: ports.host,
          ffmpeg: binary && { source: binary.source, version: binary.version ?? 'unknown' },
        }
      }),
      doctor: system.doctor.handler(() => examine(context)),
      windowState: system.windowState.handler(() => readWindowState(ports.settingsDirectory)),
      keepWindowState: system.keepWindowState.handler(async ({ input }) => {
        await writeWindowState(ports.settingsDirectory, input)
        return { isKept: true as const }
      }),
    },
  }
}
