// Small run settings and data for tests of what is made of them. Nothing here trains.
import { IMAGENET_NORMALISATION } from '@shared/model'
import { DEFAULT_TRAINING } from '@shared/training'
import type { RunConfig, RunData } from '@shared/trainingRun'

export function runConfig(changes: Partial<RunConfig> = {}): RunConfig {
  return {
    format: 'au-workbench-run/1',
    id: '20260101-0000-test',
    name: 'Test run',
    createdAt: '2026-01-01T00:00:00.000Z',
    config: { ...DEFAULT_TRAINING, evaluation: { ...DEFAULT_TRAINING.evaluation, resamples: 200 } },
    presetId: null,
    device: 'cpu',
    threads: 1,
    parent: null,
    architecture: { width: 32, depth: 2, heads: 2, patch: 8, imageSize: 32, subjects: 0 },
    normalisation: IMAGENET_NORMALISATION,
    folds: [],
    before: null,
    isSynthetic: true,
    ...changes,
  }
}

/** @param labels rows of `0`, `1` and `9` by subject, a character an AU; one video each */
export function runData(subjects: string[], aus: number[], labels: readonly (readonly string[])[]): RunData {
  return {
    format: 'au-workbench-run-data/1',
    aus,
    subjects,
    videos: subjects.map((code, subject) => ({
      id: `video-${code}`,
      subject,
      fileName: `${code}.mp4`,
      contentHash: `hash of ${code}`,
      frameCount: labels[subject]?.length ?? 0,
      track: 0,
    })),
    samples: {
      video: labels.flatMap((rows, video) => rows.map(() => video)),
      frame: labels.flatMap((rows) => rows.map((_, frame) => frame)),
      labels: labels.flat(),
      isTrained: '1'.repeat(labels.flat().length),
    },
    crops: { rule: 'fmae', size: 32 },
    coders: { policy: { kind: 'refuse' }, names: ['AB'], contradictions: 0, agreement: [] },
    framesWithoutFace: 0,
    leftOutAus: [],
  }
}
