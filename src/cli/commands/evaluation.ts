// auw evaluate and probe: figures of a stored model on the project's labels, and how well it tells people apart.
import type { Command } from 'commander'
import type { EvaluationResult, ProbeResult } from '@shared/contract/training'
import { parseCoders } from '@shared/training'
import { codeList } from '../arguments'
import { figuresText } from '../figures'
import { followJobs } from '../progress'
import { withProject } from '../session'

export function addEvaluationCommands(program: Command): void {
  program
    .command('evaluate <dir>')
    .description("figures of a model on the project's labels, with intervals over subjects")
    .option('--model <id>', 'default: the active model')
    .option('--subjects <list>', 'only these subjects', codeList)
    .option('--coders <policy>', 'where coders contradict each other: refuse, majority, or one coder')
    .option('--device <device>')
    .action((directory: string, options: { model?: string; subjects?: string[]; coders?: string; device?: string }, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async (session) => {
        const { client, output, project } = session
        const coders = options.coders === undefined ? undefined : parseCoders(options.coders)
        const job = await client.training.evaluate({
          project,
          modelId: options.model,
          subjects: options.subjects,
          coders,
          device: options.device,
        })
        const [ended] = await followJobs(session, [job])
        const result = ended?.result as EvaluationResult
        for (const warning of result.warnings) output.note(warning)
        output.result(result, () => figuresText(null, result.figures))
      }),
    )
  program
    .command('probe <dir>')
    .description('how well a linear classifier tells the people apart from what a model computes')
    .option('--model <id>', 'default: the active model')
    .option('--device <device>')
    .action((directory: string, options: { model?: string; device?: string }, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async (session) => {
        const job = await session.client.training.probe({ project: session.project, modelId: options.model, device: options.device })
        const [ended] = await followJobs(session, [job])
        const result = ended?.result as ProbeResult
        const { accuracy, standardisedAccuracy, chance, subjects, trainPerSubject, testPerSubject } = result.figures
        session.output.result(
          result,
          () =>
            `The person is named rightly in ${(100 * accuracy).toFixed(1)} % of held-out frames; chance is ${(100 * chance).toFixed(1)} % (${subjects} subjects, ${trainPerSubject} + ${testPerSubject} frames each).${
              standardisedAccuracy === undefined
                ? ''
                : ` With every feature brought to the same deviation first, ${(100 * standardisedAccuracy).toFixed(1)} %.`
            }`,
        )
      }),
    )
}
