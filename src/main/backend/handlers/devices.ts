// device.*: what can compute here, and whether it computes right.
import type { BackendContext } from '../context'
import { checkedDevices, knownDevices } from '../devices'
import { os } from '../procedures'

export function deviceHandlers(context: BackendContext) {
  const { device } = os
  return {
    device: {
      list: device.list.handler(() => knownDevices(context)),
      check: device.check.handler(({ signal }) => checkedDevices(context, signal)),
    },
  }
}
