// `summariseStudy`, `studyReport` and `embedModel`: several runs beside each other, and features on a plane. What they do is in ../studies.
import type { Embedding, StudyFigures, StudyReportSpec, SummariseStudySpec } from '@shared/studies'
import type { EmbedSpec } from '@shared/trainingCommands'
import type { CommandContext } from '../command'

/** @throws AppError RUN_NOT_FOUND, INPUT_INVALID */
export async function summariseStudy(spec: SummariseStudySpec): Promise<StudyFigures> {
  return (await import('../studies/summarise')).summariseStudy(spec)
}

/** @throws AppError MODEL_CANNOT_PREDICT, and those of weights and devices */
export async function embedModel(spec: EmbedSpec, payload: Uint8Array, context: CommandContext): Promise<Embedding> {
  return (await import('../studies/embed')).embedModel(spec, payload, context)
}

export async function studyReport(spec: StudyReportSpec): Promise<{ html: string }> {
  return { html: (await import('../studies/studyHtml')).studyHtml(spec) }
}
