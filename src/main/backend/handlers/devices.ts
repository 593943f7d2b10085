// device.*: what can compute here, and whether it computes right.
import type { BackendContext } from '../index'
import { os } from '../procedures'
import { readVerdicts, writeVerdicts } from '../deviceVerdicts'

export function deviceHandlers({ compute, ports }: BackendContext) {
  const { device } = os
  return {
    device: {
      list: device.list.handler(async () => {
        const verdicts = readVerdicts(ports.settingsDirectory)
        return (await compute.devices({ check: false })).map((one) => ({ ...one, check: one.check ?? verdicts[one.id] ?? null }))
      }),
      check: device.check.handler(async () => {
        const devices = await compute.devices({ check: true })
        await writeVerdicts(ports.settingsDirectory, devices)
        return devices
      }),
    },
  }
}
