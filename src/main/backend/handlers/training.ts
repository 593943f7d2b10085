// training.*: data, presets, runs, evaluation, export, data sets.
import { AppError } from '@shared/errors'
import type { ModelComparison, ModelExport } from '@shared/contract/training'
import { DEFAULT_TRAINING } from '@shared/training'
import type { ExportSpec } from '@shared/trainingCommands'
import { summariseData } from '@shared/trainingData'
import { DEFAULT_PRESET_ID, TRAINING_PRESETS } from '@shared/trainingPresets'
import { TRAINING_SETTINGS } from '@shared/trainingSettings'
import type { BackendContext } from '../context'
import { modelCard, modelFolder } from '../modelRegistry'
import type { OpenProject } from '../openProjects'
import { os } from '../procedures'
import { collectData } from '../training/collectData'
import { importDataset } from '../training/importDataset'
import { startEvaluation, startPrecisionComparison, startProbe } from '../training/modelJobs'
import { estimateRun } from '../training/estimateRun'
import { prepareRun } from '../training/prepareRun'
import { Runs } from '../training/runs'
import { followMetrics, pauseRun, stopRun } from '../training/runWork'
import { resumeRun, startRun } from '../training/startRun'

export function trainingHandlers(context: BackendContext) {
  const { projects, grants } = context
  const { training } = os
  const runsOf = (project: string): Runs => new Runs(projects.get(project).store)
  return {
    training: {
      data: training.data.handler(({ input }) =>
        summariseData(
          collectData(projects.get(input.project).store, {
            aus: input.aus ?? null,
            coders: input.coders ?? { kind: 'refuse' },
            thinning: input.thinning ?? 1,
            framesPerSubject: null,
            imageSize: DEFAULT_TRAINING.network.imageSize,
            // to look at, contradictions are counted; training refuses them
            isRefusing: false,
          }),
        ),
      ),
      presets: training.presets.handler(() => ({
        presets: [...TRAINING_PRESETS],
        settings: [...TRAINING_SETTINGS],
        defaults: DEFAULT_TRAINING,
        defaultPresetId: DEFAULT_PRESET_ID,
      })),
      estimate: training.estimate.handler(async ({ input }) =>
        estimateRun(context, await prepareRun(context, projects.get(input.project), input), true),
      ),
      start: training.start.handler(async ({ input }) => {
        const project = projects.writable(input.project)
        return startRun(context, project, input)
      }),
      resume: training.resume.handler(({ input }) => resumeRun(context, projects.writable(input.project), input.runId, input.device)),
      pause: training.pause.handler(({ input }) => {
        const runs = new Runs(projects.writable(input.project).store)
        // refuses runs of other kinds before anything is done to them
        runs.summary(input.runId)
        pauseRun(runs, input.runId)
        return runs.summary(input.runId)
      }),
      stop: training.stop.handler(({ input }) => {
        const project = projects.writable(input.project)
        const runs = new Runs(project.store)
        runs.summary(input.runId)
        stopRun(project, input.runId)
        return runs.summary(input.runId)
      }),
      runs: training.runs.handler(({ input }) => runsOf(input.project).list()),
      run: training.run.handler(({ input }) => runsOf(input.project).detail(input.runId)),
      metrics: training.metrics.handler(async function* ({ input, signal }) {
        const runs = runsOf(input.project)
        runs.config(input.runId)
        yield* followMetrics(runs, input.runId, signal)
      }),
      report: training.report.handler(({ input }) => ({ html: runsOf(input.project).reportHtml(input.runId) })),
      remove: training.remove.handler(({ input }) => {
        new Runs(projects.writable(input.project).store).remove(input.runId)
        return { isRemoved: true as const }
      }),
      compare: training.compare.handler(({ input }) => compare(context, projects.get(input.project), input.modelIds)),
      comparePrecisions: training.comparePrecisions.handler(({ input }) =>
        startPrecisionComparison(context, projects.writable(input.project), input),
      ),
      evaluate: training.evaluate.handler(({ input }) => startEvaluation(context, projects.writable(input.project), input)),
      probe: training.probe.handler(({ input }) => startProbe(context, projects.writable(input.project), input)),
      exportModel: training.exportModel.handler(async ({ input, signal }) => {
        const { store } = projects.get(input.project)
        const card = modelCard(store, context.ports.resourcesDirectory, input.modelId)
        const directory = modelFolder(store, context.ports.resourcesDirectory, card.id)
        const spec: ExportSpec = {
          model: { card, directory },
          format: input.format,
          isHalf: input.isHalf,
          file: grants.resolve(input.file),
        }
        return (await context.compute.run('exportModel', spec, { signal })) as ModelExport
      }),
      importDataset: training.importDataset.handler(async ({ input }) => {
        const project = projects.writable(input.project)
        return importDataset(context, project, { kind: input.kind, root: grants.resolve(input.directory), threshold: input.threshold })
      }),
    },
  }
}

/** Models side by side by the reports of the runs that made them. */
function compare({ ports }: BackendContext, { store }: OpenProject, modelIds: readonly string[]): ModelComparison {
  const runs = new Runs(store)
  const models = modelIds.map((id) => {
    const card = modelCard(store, ports.resourcesDirectory, id)
    const { runId } = card.training
    const found = runId === null ? null : runs.report(runId)
    // a backbone and a student come from runs with reports of their own kind
    const report = found?.format === 'au-workbench-report/1' ? found : null
    return { card, report, subjects: report ? [...new Set(report.folds.flatMap(({ test }) => test))].sort() : [] }
  })
  if (models.length === 0) throw new AppError('INPUT_INVALID', 'Choose models to compare.')
  const aus = [...new Set(models.flatMap(({ report }) => report?.after.aus.map(({ au }) => au) ?? []))].sort((a, b) => a - b)
  const first = JSON.stringify(models[0]?.subjects)
  return {
    models: models.map(({ card, report, subjects }) => ({
      id: card.id,
      name: card.name,
      runId: card.training.runId,
      subjects,
      lambda: report?.config.identity.lambda ?? null,
      meanF1: report?.after.means.f1 ?? null,
      meanAuc: report?.after.means.auc ?? null,
    })),
    rows: aus.map((au) => ({ au, f1: models.map(({ report }) => report?.after.aus.find((one) => one.au === au)?.f1 ?? null) })),
    isSameSubjects: models.every(({ subjects, report }) => report !== null && JSON.stringify(subjects) === first),
  }
}
