// The kinds of runs whose screens share their panel, list and actions; each is a domain of the contract with the same requests.
import type { ExpressionRunSummary } from '@shared/expressions'
import type { PretrainingSummary } from '@shared/pretraining'
import type { RunSummary } from '@shared/trainingRun'

export type RunKind = 'training' | 'pretraining' | 'expressions' | 'distillation'

/** What is known of a run whatever its kind. */
export type AnyRun = Pick<
  RunSummary & PretrainingSummary & ExpressionRunSummary,
  'id' | 'name' | 'createdAt' | 'state' | 'job' | 'modelId' | 'error' | 'device'
>
