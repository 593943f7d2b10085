// auw serve: the application in a browser on this machine.
import type { Command } from 'commander'
import { join } from 'node:path'
import { startHost } from '@web/host'
import { portNumber } from '../arguments'
import { withBackend } from '../session'

export function addServeCommand(program: Command): void {
  program
    .command('serve [dir]')
    .description('open the application in a browser on this machine (127.0.0.1 only); Ctrl+C ends it')
    .option('--port <n>', 'default: a free port', portNumber, 0)
    .action((directory: string | undefined, options: { port: number }, command: Command) =>
      withBackend(
        command.optsWithGlobals(),
        async ({ backend, client, output }) => {
          if (directory !== undefined) await client.project.open({ directory })
          const host = await startHost({ backend, rendererDirectory: join(import.meta.dirname, '..', 'renderer'), port: options.port })
          output.result(
            { url: host.url, port: host.port, token: host.token },
            () => `AU Workbench is at\n  ${host.url}\nand answers only to this computer. Ctrl+C ends it.`,
          )
          await new Promise<void>((done) => {
            process.once('SIGINT', () => done())
            process.once('SIGTERM', () => done())
          })
          await host.close()
        },
        'loopback',
      ),
    )
}
