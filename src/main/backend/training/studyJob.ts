// Starts and resumes studies: one job of the compute lane that trains run after run, each as a run of its own that can be looked at like any other.
import { randomBytes } from 'node:crypto'
import type { JobContext } from '@main/jobs/runner'
import { AppError } from '@shared/errors'
import type { JobRow } from '@shared/jobs'
import type { Study, StudyArm, StudyBase, StudyFigures, StudyKind, SummariseStudySpec } from '@shared/studies'
import type { RunConfig } from '@shared/trainingRun'
import type { BackendContext } from '../context'
import type { OpenProject } from '../openProjects'
import { assertFits } from './estimateRun'
import { prepareRun, type TrainingRequest } from './prepareRun'
import { Runs } from './runs'
import { noteOutcome, noteRun } from './runWork'
import { workOnRun } from './startRun'
import { Studies } from './studies'

const RESAMPLES = 1000
const SEED = 0

export interface StudyRequest extends StudyBase {
  kind: StudyKind
  name?: string
  arms: StudyArm[]
  seeds: number[]
}

/** Checks every arm, writes the plan and queues it. On any error nothing has been written. */
export async function startStudy(
  context: BackendContext,
  project: OpenProject,
  { kind, name, arms, seeds, ...base }: StudyRequest,
): Promise<{ studyId: string; job: JobRow }> {
  await context.ffmpeg()
  if (new Set(seeds).size < seeds.length) throw new AppError('CONFIG_INVALID', 'A seed is named twice; the same run would be done twice.')
  const createdAt = new Date()
  const study: Study = {
    format: 'au-workbench-study/1',
    id: `${createdAt.toISOString().replace(/[-:T]/g, '').slice(0, 12)}-${randomBytes(2).toString('hex')}`,
    name: name ?? `${NAMES[kind]} ${createdAt.toISOString().slice(0, 16).replace('T', ' ')}`,
    kind,
    createdAt: createdAt.toISOString(),
    base,
    arms,
    seeds,
    runs: seeds.flatMap((seed) => arms.map((_, arm) => ({ arm, seed, runId: null }))),
    jobId: null,
  }
  for (const arm of arms.keys())
    await assertFits(context, await prepareRun(context, project, requestOf(study, { arm, seed: seeds[0] ?? 0 })))
  new Studies(project.store).write(study)
  return { studyId: study.id, job: queue(context, project, study) }
}

const NAMES: Record<StudyKind, string> = { lambda: 'Lambda', 'identity-head': 'Identity head', start: 'Starting model' }

/** @throws AppError STUDY_NOT_FOUND, JOB_ACTIVE */
export async function resumeStudy(
  context: BackendContext,
  project: OpenProject,
  studyId: string,
): Promise<{ studyId: string; job: JobRow }> {
  const { study, state } = new Studies(project.store).summary(studyId)
  if (state === 'running') throw new AppError('JOB_ACTIVE', 'This study is going on already.')
  if (state === 'finished') throw new AppError('JOB_ACTIVE', 'This study has finished; its figures are there to look at.')
  if (study.hasWithdrawals)
    throw new AppError(
      'CHECKPOINT_INVALID',
      'A subject of this study has withdrawn, so its runs would not be of the same people. Start a new study.',
    )
  await context.ffmpeg()
  return { studyId, job: queue(context, project, study) }
}

/** Asks one run of a study as if it were asked for alone. */
function requestOf({ id, kind, base, arms, name }: Study, { arm, seed }: { arm: number; seed: number }): TrainingRequest {
  const own = arms[arm]
  if (!own) throw new AppError('INTERNAL', 'A study has a run without an arm.')
  return {
    ...base,
    ...(own.fromModelId === undefined ? {} : { fromModelId: own.fromModelId }),
    configuration: { ...merged(base.configuration ?? {}, own.configuration), seed },
    name: `${name}: ${own.label}, seed ${seed}`,
    // their own reports then show each other
    ...(kind === 'start' ? {} : { ablation: `${id}-${seed}` }),
  }
}

type Settings = Record<string, unknown>

/** One level deep, as the settings' groups are; choices such as `folds` replace as a whole. */
function merged(under: Settings, over: Settings): Settings {
  const result = { ...under }
  for (const [key, value] of Object.entries(over)) {
    const before = result[key]
    const areGroups = typeof value === 'object' && value !== null && typeof before === 'object' && before !== null && !('part' in value)
    result[key] = areGroups ? { ...before, ...value } : value
  }
  return result
}

function queue(context: BackendContext, project: OpenProject, study: Study): JobRow {
  const studies = new Studies(project.store)
  const row = project.jobs.start({
    kind: 'study',
    lane: 'compute',
    title: `Study ${study.name}`,
    spec: { studyId: study.id },
    work: (job) => work(context, project, study, job, () => row.id),
  })
  study.jobId = row.id
  studies.write(study)
  return row
}

async function work(
  context: BackendContext,
  project: OpenProject,
  study: Study,
  job: JobContext,
  jobId: () => string,
): Promise<{ studyId: string; outcome: 'finished' | 'paused' }> {
  const { store } = project
  const studies = new Studies(store)
  const runs = new Runs(store)
  for (const [place, entry] of study.runs.entries()) {
    if (entry.runId !== null && studies.isFinished(entry.runId)) continue
    job.signal.throwIfAborted()
    let run: RunConfig
    if (entry.runId === null || !isThere(runs, entry.runId)) {
      const prepared = await prepareRun(context, project, { ...requestOf(study, entry), ...labelsOf(project, study, entry.arm) })
      runs.create(prepared.run, prepared.data)
      run = prepared.run
      entry.runId = run.id
      studies.write(study)
    } else {
      run = runs.config(entry.runId)
      runs.clearPause(run.id)
    }
    noteRun(project, run.id, jobId(), 'running')
    const part = partOf(job, place, study.runs.length, study.arms[entry.arm]?.label ?? '')
    const outcome = await noteOutcome(project, run.id, jobId(), part, (own) => workOnRun(context, project, run, own))
    if (outcome.outcome === 'paused') return { studyId: study.id, outcome: 'paused' }
    studies.writeFigures(study.id, await figuresOf(context, project, study, job.signal))
  }
  return { studyId: study.id, outcome: 'finished' }
}

/** The labels that the study began with, so that what is coded while it goes on does not part its runs. */
function labelsOf({ store }: OpenProject, study: Study, arm: number): Pick<TrainingRequest, 'labelled'> {
  const runs = new Runs(store)
  // an arm that takes other frames is not comparable by frames anyway, and lends its frames to nobody
  const takesOther = (of: number): boolean => study.arms[of]?.configuration['data'] !== undefined
  const earlier = study.runs.find(({ arm: of, runId }) => !takesOther(of) && runId !== null && isThere(runs, runId))?.runId ?? null
  if (earlier === null || takesOther(arm)) return {}
  const labelled = runs.data(earlier)
  const present = new Set(store.videos.list().map(({ id }) => id))
  return labelled.videos.every(({ id }) => present.has(id)) ? { labelled } : {}
}

/** A run that a subject withdrew from cannot go on; another takes its place. */
function isThere(runs: Runs, runId: string): boolean {
  try {
    return !runs.config(runId).hasWithdrawals
  } catch {
    return false
  }
}

const PER_RUN = 1000

/** A run's progress as its share of the study's. Crops and predictions that it needs first count from 0 by themselves and move nothing. */
function partOf(job: JobContext, place: number, count: number, label: string): JobContext {
  let share = 0
  return {
    ...job,
    progress({ done, total, unit, phase }) {
      if (unit === 'steps' && total) share = Math.round((PER_RUN * done) / total)
      job.progress({
        done: place * PER_RUN + share,
        total: count * PER_RUN,
        unit: 'steps',
        phase: `Run ${place + 1} of ${count} (${label}): ${phase}`,
      })
    },
  }
}

/** Figures of what has finished. */
export async function figuresOf(
  context: BackendContext,
  { store }: OpenProject,
  study: Study,
  signal?: AbortSignal,
): Promise<StudyFigures> {
  const studies = new Studies(store)
  const runs = new Runs(store)
  const spec: SummariseStudySpec = {
    arms: study.arms.map(({ label }, arm) => ({
      label,
      runs: study.runs.flatMap((one) =>
        one.arm === arm && one.runId !== null && studies.isFinished(one.runId)
          ? [{ runId: one.runId, seed: one.seed, directory: runs.folder(one.runId) }]
          : [],
      ),
    })),
    resamples: RESAMPLES,
    seed: SEED,
  }
  return (await context.compute.run('summariseStudy', spec, { signal })) as StudyFigures
}
