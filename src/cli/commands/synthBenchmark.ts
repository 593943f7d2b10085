// auw synth benchmark: does identity adversarial training do what it claims? Renders people with a planted shortcut, trains with and without the adversary by
// the product's own jobs, from a model that knows neither these people nor the shortcut, and reports. Every step leaves a file or a row: run again, it goes on.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Command } from 'commander'
import { AppError } from '@shared/errors'
import type { Embedding, StudySummary } from '@shared/studies'
import { SYNTH_MANIFEST, type SynthManifest } from '@shared/synth'
import { benchmarkPlan, type BenchmarkPlan } from '@shared/synthBenchmark'
import { numberList, positiveOrZero, wholeNumber } from '../arguments'
import { followJobs } from '../progress'
import { withBackend, type Session } from '../session'
import { benchmarkPreface, benchmarkText } from './synthBenchmarkText'
import { takeInSynthetic } from './synthImport'

interface BenchmarkOptions {
  facekit: string
  out: string
  quick?: boolean
  lambda?: number[]
  seeds?: number[]
  epochs?: number
  threads?: number
  device?: string
}

type InProject = Session & { project: string }

const STUDY_NAME = 'Synthetic benchmark'

export function addBenchmarkCommand(synth: Command): void {
  synth
    .command('benchmark')
    .description(
      'train with and without the identity adversary on synthetic subjects with a planted shortcut, and report; run again, it goes on',
    )
    .requiredOption('--facekit <dir>', 'folder of the face model: facekit.json and facekit.bin.gz')
    .requiredOption('--out <dir>', 'folder to write into; a benchmark begun there is continued')
    .option('--quick', 'a few minutes instead of an hour, to see that it works; its figures mean nothing')
    .option('--lambda <list>', 'weights of the adversary; the first is compared with, by default 0,0.5,1,2', numberList)
    .option('--seeds <list>', 'each arm once per seed, by default 0,1,2', numberList)
    .option('--epochs <n>', 'of training, by default 4', positiveOrZero)
    .option('--threads <n>', 'subjects rendered side by side', wholeNumber)
    .option('--device <device>')
    .action((options: BenchmarkOptions, command: Command) =>
      withBackend(command.optsWithGlobals(), async (session) => {
        const out = resolve(options.out)
        mkdirSync(out, { recursive: true })
        const plan = keptPlan(out, options)
        const manifest = await render(session, plan, options, out)
        const info = await openOrCreate(session, join(out, 'benchmark.auproj'))
        const inProject = { ...session, project: info.id }
        await takeInSynthetic(inProject, manifest, join(out, 'subjects'))
        const study = await train(inProject, plan, options.device)
        const embeddings = await embed(inProject, plan, study, options.device)
        await report(inProject, plan, manifest, study, embeddings, out)
      }),
    )
}

/** The plan as it was begun; other options than then would make something else of what is there. @throws AppError CONFIG_INVALID */
function keptPlan(out: string, { quick, lambda, seeds, epochs }: BenchmarkOptions): BenchmarkPlan {
  const plan = benchmarkPlan(quick === true ? 'quick' : 'full', { lambdas: lambda, seeds, epochs })
  const path = join(out, 'plan.json')
  if (!existsSync(path)) {
    writeWhole(path, plan)
    return plan
  }
  if (JSON.stringify(JSON.parse(readFileSync(path, 'utf8'))) !== JSON.stringify(plan))
    throw new AppError(
      'CONFIG_INVALID',
      `${out} holds a benchmark that was begun with other settings. Give the same options as then, or choose another folder.`,
    )
  return plan
}

function writeWhole(path: string, value: unknown): void {
  const partial = `${path}.part`
  writeFileSync(partial, typeof value === 'string' ? value : `${JSON.stringify(value, null, 2)}\n`, { flush: true })
  renameSync(partial, path)
}

async function render({ client, output }: Session, plan: BenchmarkPlan, options: BenchmarkOptions, out: string): Promise<SynthManifest> {
  const directory = join(out, 'subjects')
  const request = {
    facekit: resolve(options.facekit),
    directory,
    output: 'videos' as const,
    configuration: plan.subjects,
    threads: options.threads,
  }
  for await (const event of await client.synth.render(request)) {
    if (event.kind === 'progress') output.progress(`Rendering videos ${event.progress.done}/${event.progress.total}`)
  }
  output.progress(null)
  return JSON.parse(readFileSync(join(directory, SYNTH_MANIFEST), 'utf8')) as SynthManifest
}

async function openOrCreate({ client }: Session, directory: string) {
  return existsSync(directory) ? client.project.open({ directory }) : client.project.create({ directory, name: STUDY_NAME })
}

async function train(session: InProject, plan: BenchmarkPlan, device: string | undefined): Promise<StudySummary> {
  const { client, output, project } = session
  const videos = await client.video.list({ project })
  const heldOut = [...new Set(videos.map(({ subjectCode }) => subjectCode).filter((code) => code.startsWith('H')))].sort()
  const known = (await client.study.list({ project }))[0]
  if (known?.state === 'finished') return known
  const { studyId, job } = known
    ? await client.study.resume({ project, studyId: known.study.id })
    : await client.study.start({
        project,
        kind: 'lambda',
        name: STUDY_NAME,
        arms: plan.lambdas.map((lambda) => ({ label: `lambda ${lambda}`, configuration: { identity: { lambda } } })),
        seeds: plan.seeds,
        configuration: {
          ...plan.training,
          evaluation: { ...plan.training.evaluation, folds: { kind: 'holdout', subjects: heldOut } },
        },
        fromModelId: plan.from,
        aus: plan.aus,
        device,
      })
  output.note(
    known ? `Going on with study ${studyId}, ${known.finishedRuns} of ${known.study.runs.length} runs are there.` : `Study ${studyId}`,
  )
  await followJobs(session, [job])
  return client.study.get({ project, studyId })
}

/** Pictures of features of the first seed: without the adversary, and with most of it. */
async function embed(session: InProject, plan: BenchmarkPlan, { study }: StudySummary, device: string | undefined): Promise<Embedding[]> {
  const { client, project } = session
  const strongest = plan.lambdas.indexOf(Math.max(...plan.lambdas))
  const weakest = plan.lambdas.indexOf(Math.min(...plan.lambdas))
  const runs = await client.training.runs({ project })
  const embeddings: Embedding[] = []
  for (const arm of [weakest, strongest]) {
    const runId = study.runs.find((one) => one.arm === arm && one.seed === plan.seeds[0])?.runId
    const modelId = runs.find(({ id }) => id === runId)?.modelId
    if (!modelId) continue
    let embedding = await client.study.embedding({ project, modelId })
    if (!embedding) {
      await followJobs(session, [await client.study.embed({ project, modelId, device })])
      embedding = await client.study.embedding({ project, modelId })
    }
    if (embedding) embeddings.push(embedding)
  }
  return embeddings
}

async function report(
  { client, output, project }: InProject,
  plan: BenchmarkPlan,
  manifest: SynthManifest,
  study: StudySummary,
  embeddings: Embedding[],
  out: string,
): Promise<void> {
  const { html } = await client.study.report({
    project,
    studyId: study.study.id,
    title:
      plan.size === 'quick'
        ? 'Identity adversarial training on synthetic subjects: a trial run'
        : 'Identity adversarial training on synthetic subjects',
    preface: benchmarkPreface(plan, manifest),
  })
  writeWhole(join(out, 'report.html'), html)
  const document = { plan, subjects: manifest.subjects, study: study.study, figures: study.figures, embeddings }
  writeWhole(join(out, 'report.json'), document)
  output.result(document, () => benchmarkText(plan, study, out))
}
