// The kinds of runs whose screens share their panel, list and actions; each is a domain of the contract with the same requests.
import type { PretrainingSummary } from '@shared/pretraining'
import type { RunSummary } from '@shared/trainingRun'

export type RunKind = 'training' | 'pretraining'

/** What is known of a run whatever its kind. */
export type AnyRun = Pick<RunSummary & PretrainingSummary, 'id' | 'name' | 'createdAt' | 'state' | 'job' | 'modelId' | 'error' | 'device'>
