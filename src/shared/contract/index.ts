// The one contract: what a window, a terminal or a test may ask of the backend. Three transports carry it: a MessagePort, HTTP with WebSocket, and plain calls.
import { faceContract, historyContract, labelContract } from './coding'
import { neutralContract, projectContract, subjectContract, videoContract } from './project'
import { deviceContract, exportContract, jobContract, modelContract, systemContract } from './work'

export const contract = {
  project: projectContract,
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
  system: systemContract,
}

export type Contract = typeof contract
