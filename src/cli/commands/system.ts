// auw doctor, devices.
import type { Command } from 'commander'
import { table } from '../output'
import { withBackend } from '../session'

export function addSystemCommands(program: Command): void {
  program
    .command('doctor')
    .description('versions, ffmpeg, devices, Electron, permissions')
    .action((_options: unknown, command: Command) =>
      withBackend(command.optsWithGlobals(), async ({ client, output }) => {
        const items = await client.system.doctor()
        output.result({ items }, () =>
          table(
            ['', 'what', 'detail'],
            items.map((item) => [
              { ok: 'ok', warning: 'note', failed: 'FAILED' }[item.status],
              item.name,
              item.advice === null ? item.detail : `${item.detail}. ${item.advice}`,
            ]),
          ),
        )
      }),
    )
  program
    .command('devices')
    .description('runtimes and devices; --check runs the model on each and compares with the CPU reference')
    .option('--check', 'run the check')
    .action((options: { check?: boolean }, command: Command) =>
      withBackend(command.optsWithGlobals(), async ({ client, output }) => {
        const devices = options.check ? await client.device.check() : await client.device.list()
        output.result({ devices }, () =>
          table(
            ['device', 'name', 'available', 'check', 'images/s', 'note'],
            devices.map((one) => [
              one.id,
              one.name,
              !one.isAvailable ? 'no' : one.check || ['cpu', 'wasm'].includes(one.id) ? 'yes' : 'not known',
              one.check ? (one.check.hasPassed ? 'passed' : 'failed') : 'not run',
              one.check?.imagesPerSecond?.toFixed(1),
              one.check?.reason ?? one.note,
            ]),
          ),
        )
      }),
    )
}
