// `distil`: a prepared run folder from wherever it stands to its end: the teacher once over all frames, the student update by update, both compared, the
// student's files and a report. Folder, checkpoints and steps are those of training.
import { mkdirSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { NamedArray } from '@ml/model/initialise'
import { classifierShapes, parameterCount } from '@ml/model/parameters'
import type { DistillationResult, DistillationRunConfig, DistilSpec } from '@shared/distillation'
import { MODEL_FOLDER } from '@shared/trainingCommands'
import type { RunData } from '@shared/trainingRun'
import type { CommandContext } from '../command'
import { weightsPath } from '../modelFiles'
import { clearCheckpoints, saveWeights } from '../training/checkpoint'
import { environmentOf } from '../training/environment'
import { Paused } from '../training/runContext'
import { RunFolder } from '../training/runFolder'
import { readSamples } from '../training/samples'
import { compareStudent, timeStudent } from './compareStudent'
import { distillationReport, studentCard } from './distilReport'
import { distillationReportHtml } from './distilReportHtml'
import { distilling, type DistillationFolder, type Distilling } from './distilling'
import { teacherNetwork, teacherOutputs, type TeacherInput } from './teacherOutputs'
import { trainStudent } from './trainStudent'

/** @throws AppError LOSS_NOT_FINITE (with step and rate), DEVICE_UNAVAILABLE, DISK_FULL, CHECKPOINT_INVALID, MODEL_*, FILE_UNREADABLE, CANCELLED */
export async function distilRun(spec: DistilSpec, context: CommandContext): Promise<DistillationResult> {
  const folder = new RunFolder(spec.runDirectory)
  mkdirSync(folder.checkpoint(), { recursive: true })
  const config = folder.json<DistillationRunConfig>('config.json')
  const data = folder.json<RunData>('data.json')
  await folder.writeJson(folder.path('environment.json'), environmentOf(spec.product, config))
  const run: DistillationFolder = { spec, context, folder, config, data, samples: readSamples(data) }
  const teacher = teacherInput(run)
  try {
    const said = await teacherOutputs(teacher)
    try {
      const ready = distilling(run, teacher, said)
      const trained = await trainStudent(ready)
      return trained === null ? { outcome: 'paused', card: null } : await finish(ready, trained)
    } finally {
      said.close()
    }
  } catch (error) {
    if (error instanceof Paused) return { outcome: 'paused', card: null }
    throw error
  }
}

function teacherInput({ spec, context, folder, config, data, samples }: DistillationFolder): TeacherInput {
  return {
    folder,
    model: spec.teacher,
    teacher: config.teacher,
    data,
    samples,
    cropsFile: spec.cropsFile,
    device: config.device,
    threads: config.threads,
    signal: context.signal,
    onProgress: (done) => {
      context.progress({ done, total: samples.count, phase: 'The teacher looks at the frames' } as never)
      if (folder.isPauseAsked && done < samples.count) throw new Paused()
    },
  }
}

/** Compares, and writes the student's files, the report and the card. */
async function finish(
  run: Distilling,
  { weights, seconds }: { weights: Map<string, NamedArray>; seconds: number },
): Promise<DistillationResult> {
  const { folder, config, spec, data, context } = run
  context.progress({ done: config.steps, total: config.steps, phase: 'Comparing student and teacher' } as never)
  const { thresholds, agreement, labelled } = await compareStudent(run, weights)
  const speed = await timeStudent(run, weights)
  mkdirSync(folder.path(MODEL_FOLDER), { recursive: true })
  const name = 'weights.safetensors'
  const saved = await saveWeights(folder.path(MODEL_FOLDER, name), weights, { format: 'pt' })
  const teacherFile = await stat(weightsPath(spec.teacher))
  const report = distillationReport({
    run: config,
    data,
    metrics: folder.metrics(),
    seconds,
    teacherSize: { bytes: teacherFile.size, parameters: parameterCount(classifierShapes(teacherNetwork(config.teacher))) },
    studentSize: { bytes: saved.sizeBytes, parameters: parameterCount(classifierShapes(run.program.network)) },
    agreement,
    labelled,
    speed,
  })
  await folder.writeJson(folder.path('report.json'), report)
  const environment = environmentOf(spec.product, config)
  await folder.writeText(folder.path('report.html'), distillationReportHtml(report, environment, folder.metrics()))
  const files = [{ name, bytes: saved.sizeBytes, sha256: saved.sha256 }]
  const card = studentCard({ run: config, report, teacher: spec.teacher.card, thresholds, files })
  await folder.writeJson(folder.path('result.json'), { outcome: 'finished', card } satisfies DistillationResult)
  clearCheckpoints(folder)
  return { outcome: 'finished', card }
}
