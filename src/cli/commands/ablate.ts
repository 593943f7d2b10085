// auw ablate: the same run at several strengths and depths of the identity adversary.
import type { Command } from 'commander'
import type { Interval, RunSummary } from '@shared/trainingRun'
import { auList, numberList, seedNumber, wholeNumber } from '../arguments'
import { figure, range } from '../figures'
import { table } from '../output'
import { followJobs } from '../progress'
import { withProject } from '../session'
import { merged, requestOf, type TrainOptions } from '../trainingRequest'

export function addAblateCommand(program: Command): void {
  program
    .command('ablate <dir>')
    .description('the same run at several lambdas, and identity heads of several depths: same folds, same seed')
    .requiredOption('--lambda <list>', 'such as 0,0.5,1,2', numberList)
    .option('--head <list>', 'layers of the identity head, such as 1,2,3', numberList, [1])
    .option('--preset <id>')
    .option('--config <file>')
    .option('--from <model>')
    .option('--aus <list>', 'AUs to train', auList)
    .option('--coders <policy>')
    .option('--epochs <n>', 'how many times every frame is seen', wholeNumber)
    .option('--folds <plan>')
    .option('--seed <n>', 'of all random choices', seedNumber)
    .option('--device <device>')
    .action((directory: string, options: Omit<TrainOptions, 'lambda'> & { lambda: number[]; head: number[] }, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async (session) => {
        const { client, output, project } = session
        const rows: {
          lambda: number
          layers: number
          run: RunSummary
          meanF1: number | null
          meanAuc: number | null
          interval: Interval | null
          probe: number | null
          chance: number | null
        }[] = []
        for (const layers of options.head) {
          for (const lambda of options.lambda) {
            const request = requestOf({ ...options, lambda })
            const configuration = merged(request.configuration ?? {}, { identity: { lambda, layers } })
            output.note(`lambda ${lambda}, ${layers}-layer identity head`)
            const { runId, job } = await client.training.start({
              project,
              ...request,
              configuration,
              name: `lambda ${lambda}, head ${layers}`,
            })
            await followJobs(session, [job])
            const { summary, report } = await client.training.run({ project, runId })
            rows.push({
              lambda,
              layers,
              run: summary,
              meanF1: report?.after.means.f1 ?? null,
              meanAuc: report?.after.means.auc ?? null,
              interval: report?.after.meanF1Interval ?? null,
              probe: report?.probe?.after?.accuracy ?? null,
              chance: report?.probe?.after?.chance ?? null,
            })
          }
        }
        output.result({ rows }, () =>
          table(
            ['lambda', 'head', 'mean F1', '95 %', 'mean AUC', 'identity probe', 'chance', 'run'],
            rows.map((row) => [
              row.lambda,
              row.layers,
              figure(row.meanF1),
              range(row.interval),
              figure(row.meanAuc),
              figure(row.probe),
              figure(row.chance),
              row.run.id,
            ]),
          ),
        )
      }),
    )
}
