// The command table: name to function. A new command is a file in this folder and a line here.
import type { Command } from '../command'
import { analyse } from './analyse'
import { comparePrecisions } from './comparePrecisions'
import { crops } from './crops'
import { curate } from './curate'
import { devices } from './devices'
import { distil, planDistillation } from './distil'
import { estimateTraining } from './estimateTraining'
import { evaluateModel } from './evaluate'
import { exportModel } from './exportModel'
import { importExpressions, lookAtExpressions, trainExpressions } from './expressions'
import { importWeights } from './importWeights'
import { predict } from './predict'
import { planPretraining, pretrain } from './pretrain'
import { probeModel } from './probe'
import { embedModel, studyReport, summariseStudy } from './studies'
import { synth } from './synth'
import { planRun, train } from './train'
import { usage } from './usage'

export const commands: Readonly<Record<string, Command>> = {
  analyse,
  comparePrecisions,
  crops,
  curate,
  devices,
  distil,
  embedModel,
  estimateTraining,
  evaluateModel,
  exportModel,
  importExpressions,
  importWeights,
  lookAtExpressions,
  planDistillation,
  planPretraining,
  planRun,
  predict,
  pretrain,
  probeModel,
  studyReport,
  summariseStudy,
  synth,
  train,
  trainExpressions,
  usage,
}
