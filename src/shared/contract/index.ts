// The one contract: what a window, a terminal or a test may ask of the backend. Three transports carry it: a MessagePort, HTTP with WebSocket, and plain calls.
import { faceContract, historyContract, labelContract } from './coding'
import { demoContract, neutralContract, projectContract, subjectContract, videoContract } from './project'
import { distillationContract } from './distillation'
import { expressionContract } from './expressions'
import { curationContract, pretrainingContract } from './pretraining'
import { trainingContract } from './training'
import { bookmarkContract, reviewContract, settingContract, timingContract } from './review'
import { studyContract } from './studies'
import { synthContract } from './synth'
import { deviceContract, exportContract, jobContract, modelContract, systemContract } from './work'

export const contract = {
  project: projectContract,
  demo: demoContract,
  subject: subjectContract,
  video: videoContract,
  neutral: neutralContract,
  label: labelContract,
  history: historyContract,
  face: faceContract,
  job: jobContract,
  model: modelContract,
  device: deviceContract,
  export: exportContract,
  training: trainingContract,
  pretraining: pretrainingContract,
  distillation: distillationContract,
  curation: curationContract,
  expressions: expressionContract,
  review: reviewContract,
  timing: timingContract,
  bookmark: bookmarkContract,
  setting: settingContract,
  study: studyContract,
  synth: synthContract,
  system: systemContract,
}

export type Contract = typeof contract
