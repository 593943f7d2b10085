// auw ablate: the same run at several strengths and depths of the identity adversary, and their figures side by side.
import { randomBytes } from 'node:crypto'
import type { Command } from 'commander'
import type { Ablation } from '@shared/trainingRun'
import { auList, numberList, seedNumber, wholeNumber } from '../arguments'
import { figure, range, signed } from '../figures'
import { table } from '../output'
import { followJobs } from '../progress'
import { withProject } from '../session'
import { merged, requestOf, type TrainOptions } from '../trainingRequest'

type AblateOptions = Omit<TrainOptions, 'lambda'> & { lambda: number[]; head: number[] }

export function addAblateCommand(program: Command): void {
  program
    .command('ablate <dir>')
    .description('the same run at several lambdas, and identity heads of several depths: same folds, same seed')
    .requiredOption('--lambda <list>', 'such as 0,0.5,1,2', numberList)
    .option('--head <list>', 'layers of the identity head, such as 1,2,3', numberList, [1])
    .option('--preset <id>', 'as of auw train')
    .option('--config <file>', 'JSON with any of the settings, laid over the preset')
    .option('--from <model>', 'model to start from, or none')
    .option('--aus <list>', 'AUs to train', auList)
    .option('--coders <policy>', 'where coders contradict each other: refuse, majority, or one coder')
    .option('--epochs <n>', 'how many times every frame is seen', wholeNumber)
    .option('--folds <plan>', 'loso, kfold:K, holdout:CODE,CODE or published:BP4D')
    .option('--seed <n>', 'of all random choices', seedNumber)
    .option('--device <device>', 'cpu, webgpu, wasm, cuda; default: the fastest that passed its check')
    .action((directory: string, options: AblateOptions, command: Command) =>
      withProject(directory, command.optsWithGlobals(), async (session) => {
        const { client, output, project } = session
        const ablation = `ablation-${randomBytes(4).toString('hex')}`
        let last = ''
        for (const layers of options.head) {
          for (const lambda of options.lambda) {
            const { configuration, ...request } = requestOf({ ...options, lambda })
            output.note(`lambda ${lambda}, ${layers}-layer identity head`)
            const { runId, job } = await client.training.start({
              project,
              ...request,
              configuration: merged(configuration ?? {}, { identity: { layers } }),
              name: `lambda ${lambda}, head ${layers}`,
              ablation,
            })
            await followJobs(session, [job])
            last = runId
          }
        }
        // the report of the run that finished last shows all of them
        const { report } = await client.training.run({ project, runId: last })
        const found = report?.ablation ?? { rows: [], referenceId: last, leftOut: [] }
        for (const sentence of found.leftOut) output.note(sentence)
        output.result(found, () => ablationText(found))
      }),
    )
}

function ablationText({ rows, referenceId }: Ablation): string {
  const reference = rows.find(({ runId }) => runId === referenceId)
  const header = ['lambda', 'head', 'mean F1', '95 %', 'difference', '95 %', 'mean AUC', '95 %', 'identity probe', 'chance', 'run']
  const cells = rows.map((row) => [
    row.lambda,
    row.layers,
    figure(row.meanF1),
    range(row.meanF1Interval),
    row.difference ? signed(row.difference.value) : null,
    range(row.difference?.interval),
    figure(row.meanAuc),
    range(row.meanAucInterval),
    figure(row.probe?.accuracy),
    figure(row.probe?.chance),
    row.runId,
  ])
  const what = reference
    ? `\nDifferences are to lambda ${reference.lambda} with ${reference.layers} layers, over the same draws of subjects.`
    : ''
  return `${table(header, cells)}${what}`
}
