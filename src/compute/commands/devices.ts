// `devices`: what this installation could compute on and, on request, whether each of them computes rightly and how fast.
import type { DevicesSpec } from '@shared/compute'

export async function devices({ check }: DevicesSpec): Promise<unknown> {
  const runtime = await import('@runtime/index')
  return check ? { checks: await runtime.checkDevices() } : { devices: runtime.listDevices() }
}
