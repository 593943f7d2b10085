// Puts the handlers of all domains into the contract's shape.
import { demoHandlers } from './handlers/demo'
import { deviceHandlers } from './handlers/devices'
import { distillationHandlers } from './handlers/distillation'
import { exportHandlers } from './handlers/exports'
import { jobHandlers } from './handlers/jobs'
import { labelHandlers } from './handlers/labels'
import { modelHandlers } from './handlers/models'
import { expressionHandlers } from './handlers/expressions'
import { curationHandlers } from './handlers/curation'
import { pretrainingHandlers } from './handlers/pretraining'
import { projectHandlers } from './handlers/projects'
import { reviewHandlers } from './handlers/review'
import { studyHandlers } from './handlers/studies'
import { synthHandlers } from './handlers/synth'
import { systemHandlers } from './handlers/system'
import { trainingHandlers } from './handlers/training'
import { videoHandlers } from './handlers/videos'
import type { BackendContext } from './context'
import { os } from './procedures'

/** The whole contract, implemented. */
export function createRouter(context: BackendContext) {
  return os.router({
    ...projectHandlers(context),
    ...demoHandlers(context),
    ...videoHandlers(context),
    ...labelHandlers(context),
    ...jobHandlers(context),
    ...modelHandlers(context),
    ...deviceHandlers(context),
    ...exportHandlers(context),
    ...reviewHandlers(context),
    ...studyHandlers(context),
    ...synthHandlers(context),
    ...systemHandlers(context),
    ...trainingHandlers(context),
    ...pretrainingHandlers(context),
    ...distillationHandlers(context),
    ...curationHandlers(context),
    ...expressionHandlers(context),
  })
}

export type BackendRouter = ReturnType<typeof createRouter>
