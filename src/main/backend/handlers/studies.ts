// study.*: several runs with one thing changed, and pictures of features.
import { AppError } from '@shared/errors'
import type { StudyReportSpec } from '@shared/studies'
import type { BackendContext } from '../context'
import { modelCard } from '../modelRegistry'
import type { OpenProject } from '../openProjects'
import { os } from '../procedures'
import { startEmbedding } from '../training/embedJob'
import { publishedStudy } from '../training/publishedStudies'
import { Runs } from '../training/runs'
import { Studies } from '../training/studies'
import { figuresOf, resumeStudy, startStudy } from '../training/studyJob'

export function studyHandlers(context: BackendContext) {
  const { projects, ports } = context
  const { study } = os
  const studiesOf = (project: string): Studies => new Studies(projects.get(project).store)
  return {
    study: {
      list: study.list.handler(({ input }) => studiesOf(input.project).list()),
      get: study.get.handler(({ input }) => {
        const summary = studiesOf(input.project).summary(input.studyId)
        return { ...summary, published: publishedStudy(summary.study.kind, ports.resourcesDirectory) }
      }),
      start: study.start.handler(({ input: { project, ...request } }) => startStudy(context, projects.writable(project), request)),
      resume: study.resume.handler(({ input }) => resumeStudy(context, projects.writable(input.project), input.studyId)),
      stop: study.stop.handler(({ input }) => {
        const { store, jobs } = projects.writable(input.project)
        const { state, job } = new Studies(store).summary(input.studyId)
        if (job !== null && state === 'running') jobs.cancel(job.id)
        return new Studies(store).summary(input.studyId)
      }),
      remove: study.remove.handler(({ input }) => {
        new Studies(projects.writable(input.project).store).remove(input.studyId)
        return { isRemoved: true as const }
      }),
      report: study.report.handler(({ input }) => report(context, projects.get(input.project), input)),
      embed: study.embed.handler(({ input: { project, ...request } }) => startEmbedding(context, projects.writable(project), request)),
      embedding: study.embedding.handler(({ input }) => {
        const { store } = projects.get(input.project)
        const card = modelCard(store, ports.resourcesDirectory, input.modelId)
        return new Studies(store).embedding(card.id, card.training.runId)
      }),
    },
  }
}

const WITHDRAWN_SINCE =
  'A subject has withdrawn since these figures were computed: that person is no longer named, and the figures over all subjects still include them.'

/** @throws AppError STUDY_NOT_FOUND, INPUT_INVALID before the first run has finished */
async function report(
  context: BackendContext,
  project: OpenProject,
  { studyId, title, preface }: { studyId: string; title?: string; preface?: string[] },
): Promise<{ html: string }> {
  const { store } = project
  const studies = new Studies(store)
  const runs = new Runs(store)
  const { study, finishedRuns, figures } = studies.summary(studyId)
  // what was computed with a subject who has withdrawn since cannot be computed again
  const stored = study.hasWithdrawals ? figures : null
  if (finishedRuns === 0 || (study.hasWithdrawals && stored === null))
    throw new AppError('INPUT_INVALID', 'None of the runs of this study has finished yet, so there is nothing to report.')
  const embeddings = study.runs.flatMap(({ arm, seed, runId }) => {
    const modelId = runId !== null && studies.isFinished(runId) ? runs.status(runId).modelId : null
    const embedding = modelId === null ? null : studies.embedding(modelId, runId)
    return embedding ? [{ label: `${study.arms[arm]?.label ?? ''}, seed ${seed}`, embedding }] : []
  })
  const spec: StudyReportSpec = {
    title: title ?? study.name,
    preface: [...(preface ?? []), ...(study.hasWithdrawals ? [WITHDRAWN_SINCE] : [])],
    study,
    figures: stored ?? (await figuresOf(context, project, study)),
    published: publishedStudy(study.kind, context.ports.resourcesDirectory),
    embeddings,
    product: context.ports.version,
  }
  return (await context.compute.run('studyReport', spec)) as { html: string }
}
