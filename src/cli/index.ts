// `auw`: declares the program and turns every outcome into an exit code. The work is in commands/.
import { Command, CommanderError, Option } from 'commander'
import { fromErrorBody, toErrorBody, type ErrorCode } from '@shared/errors'
import packageFacts from '../../package.json' with { type: 'json' }
import { PartlyDone } from './output'
import { addCurateCommand } from './commands/curate'
import { addDatasetCommand } from './commands/dataset'
import { addDemoCommand } from './commands/demo'
import { addDistilCommand } from './commands/distil'
import { addEvaluationCommands } from './commands/evaluation'
import { addLabelCommands } from './commands/labels'
import { addModelCommands } from './commands/models'
import { addExpressionCommands } from './commands/expressions'
import { addPretrainCommand } from './commands/pretrain'
import { addProjectCommands } from './commands/projects'
import { addRunCommands } from './commands/runs'
import { addServeCommand } from './commands/serve'
import { addStudyCommands } from './commands/studies'
import { addSynthCommands } from './commands/synth'
import { addSystemCommands } from './commands/system'
import { addTrainCommand } from './commands/train'
import { addVideoCommands } from './commands/videos'
import { addWorkCommands } from './commands/work'

function createProgram(): Command {
  const program = new Command('auw')
    .description(
      'Code facial Action Units in your own videos with the help of a model, correct, retrain, export. Nothing leaves this computer.',
    )
    .version(packageFacts.version)
    .option('--json', 'print one JSON document on standard output and nothing else there')
    .option('--verbose', 'say on standard error what runs underneath')
    .showHelpAfterError('(auw --help lists the commands)')
    .exitOverride()
  addProjectCommands(program)
  addVideoCommands(program)
  addWorkCommands(program)
  addModelCommands(program)
  addTrainCommand(program)
  addRunCommands(program)
  addEvaluationCommands(program)
  addDatasetCommand(program)
  addCurateCommand(program)
  addPretrainCommand(program)
  addDistilCommand(program)
  addExpressionCommands(program)
  addStudyCommands(program)
  addLabelCommands(program)
  addSynthCommands(program)
  addSystemCommands(program)
  addServeCommand(program)
  addDemoCommand(program)
  for (const command of everyCommand(program)) {
    command.exitOverride()
    if (command !== program)
      command.option('--json', 'print one JSON document on standard output').addOption(new Option('--verbose').hideHelp())
  }
  return program
}

function everyCommand(command: Command): Command[] {
  return [command, ...command.commands.flatMap(everyCommand)]
}

function exitCodeOf(code: ErrorCode): number {
  return code === 'USAGE' ? 2 : code === 'CANCELLED' ? 130 : 1
}

/** What oRPC threw, as our own error: the wire form has the same three fields. */
function bodyOf(error: unknown): ReturnType<typeof toErrorBody> {
  const wire = error as { code?: unknown; message?: unknown; data?: unknown }
  if (error instanceof Error && typeof wire.code === 'string' && /^[A-Z_]+$/.test(wire.code)) {
    return { code: wire.code as ErrorCode, message: error.message, data: (wire.data ?? {}) as Record<string, unknown> }
  }
  return toErrorBody(error)
}

/** Runs one command line; resolves to the exit code. */
export async function main(argv: string[]): Promise<number> {
  const program = createProgram()
  const isJson = argv.includes('--json')
  try {
    await program.parseAsync(argv, { from: 'user' })
    return 0
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (error instanceof PartlyDone) {
      process.stderr.write(`auw: ${error.message}\n`)
      return 1
    }
    const body = bodyOf(error)
    process.stderr.write(`auw: ${fromErrorBody(body).message}\n`)
    if (isJson) process.stdout.write(`${JSON.stringify({ error: body }, null, 2)}\n`)
    if (body.code === 'INTERNAL' && error instanceof Error && argv.includes('--verbose')) process.stderr.write(`${error.stack ?? ''}\n`)
    return exitCodeOf(body.code)
  }
}

// A reader that stops early (`auw label list | head`) is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0)
})
// Work that can be continued listens itself; anything else is left at once, with the code that a cancelled command has.
process.on('SIGINT', () => {
  if (process.listenerCount('SIGINT') === 1) process.exit(130)
})
process.exitCode = await main(process.argv.slice(2))
