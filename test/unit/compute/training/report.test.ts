// A finished run's report: its warnings say what a reader must know, its page is whole without scripts or network, and the runs of an ablation stand side by side.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { modelFigures, figureDifferences } from '@ml/evaluation/figures'
import type { ScoredFold } from '@ml/evaluation/pooling'
import { Random } from '@ml/random'
import { writeAblation } from '@compute/training/ablation'
import { foldProbabilitiesName, foldResultName } from '@compute/training/foldFiles'
import { buildReport, writeReport } from '@compute/training/report'
import { reportHtml } from '@compute/training/reportHtml'
import { RunFolder } from '@compute/training/runFolder'
import { readSamples, samplesOf } from '@compute/training/samples'
import { DEFAULT_TRAINING } from '@shared/training'
import type { Ablation } from '@shared/figures'
import type { Fold, RunConfig, RunData, RunReport } from '@shared/trainingRun'
import { runConfig, runData } from './runParts'

const SUBJECTS = ['S01', 'S02', 'S03', 'S04', 'S05', 'S06']
const AUS = [1, 12]
const FRAMES = 20
const FOLDS: Fold[] = [{ test: ['S01', 'S02', 'S03', 'S04'], train: ['S05'], validation: ['S06'] }]

/** AU 1 is present in every other frame, AU 12 nowhere among the tested. */
const data = (): RunData =>
  runData(SUBJECTS, AUS, SUBJECTS.map((_, subject) => Array.from({ length: FRAMES }, (_frame, i) => `${i % 2}${subject < 4 ? 0 : i % 2}`))) // prettier-ignore

/** What a model says that is right with the given probability. */
function scored(skill: number, seed: number): { fold: ScoredFold; values: Float32Array } {
  const samples = readSamples(data())
  const chosen = samplesOf(samples, FOLDS[0]?.test ?? [], false)
  const random = Random.seeded(seed)
  const values = Float32Array.from([...chosen].flatMap((sample) => [0, 1].map((column) => (random.uniform() < skill) === (samples.labels[2 * sample + column] === 1) ? 0.9 : 0.1))) // prettier-ignore
  return { fold: { samples: chosen, probabilities: values, thresholds: [0.5, 0.5], published: null }, values }
}

const ENVIRONMENT = { product: '1.0', node: 'v24', platform: 'linux x64', processor: 'A <fast> one', cores: 2, memoryBytes: 8e9, onnxruntime: '1', tensorflowJs: '4', device: 'cpu', threads: 2, seed: 0 } // prettier-ignore

function report(changes: Partial<RunConfig> = {}, skill = 0.9, changed: (data: RunData) => void = () => undefined): RunReport {
  const run = runConfig({ folds: FOLDS, before: { id: 'old', name: 'Old <model>', kind: 'vit' }, ...changes })
  const own = data()
  changed(own)
  const samples = readSamples(own)
  const [before, after] = [scored(0.7, 1).fold, scored(skill, 2).fold]
  const options = { resamples: 200, seed: run.config.seed }
  const result = { fold: 0, chosenEpoch: 3, thresholds: [0.5, null], published: null, evaluated: [], seconds: 60 }
  return buildReport({
    run,
    data: own,
    results: [result],
    metrics: [
      {
        kind: 'step',
        fold: 0,
        step: 1,
        epoch: 0.5,
        auLoss: 0.7,
        identityLoss: 0.2,
        rate: 1e-3,
        gradientNorm: 1,
        samplesPerSecond: 9,
        at: '',
      },
      { kind: 'evaluation', fold: 0, step: 1, epoch: 1, validationF1: 0.5, testF1: 0.4, at: '' },
    ],
    before: modelFigures(samples, [before], { modelId: 'old', name: 'Old <model>', ...options }),
    after: modelFigures(samples, [after], { modelId: null, name: run.name, ...options }),
    difference: figureDifferences(samples, [before], [after], options),
    beforeSubjects: ['S02'],
    probe: { before: null, after: { accuracy: 0.4, chance: 0.25, subjects: 4, trainPerSubject: 14, testPerSubject: 6 }, reason: null },
    environment: ENVIRONMENT,
    resourcesDirectory: 'resources',
    now: '2026-01-01T00:00:00.000Z',
  })
}

describe('warnings', () => {
  it('name few people, left out AUs, missing thresholds, and an earlier model that knows the tested', () => {
    const { warnings } = report()
    expect(warnings.join('\n')).toMatch(/Measured on 4 held-out subjects/)
    expect(warnings.join('\n')).toMatch(/Means leave out AU12/)
    expect(warnings.join('\n')).toMatch(/No threshold could be chosen for AU12/)
    expect(warnings.join('\n')).toMatch(/Old <model> has itself learned from S02/)
    expect(warnings.join('\n')).toMatch(/There are 6 subjects/)
  })

  it('say where the model agrees with the labels less than two coders with each other, on enough frames', () => {
    const coded = (bothPresent: number, onlyFirst: number) => (own: RunData) => {
      own.coders.agreement = [{ au: 1, bothPresent, onlyFirst, onlySecond: 1, bothAbsent: bothPresent }]
    }
    expect(report({}, 0.6, coded(100, 2)).warnings.join('\n')).toMatch(
      /less than the coders agree.*AU01 \(kappa .* against 0\.97 on 203 frames/,
    )
    expect(report({}, 0.6, coded(10, 0)).warnings.join('\n')).not.toMatch(/less than the coders/)
    expect(report({}, 1, coded(100, 2)).warnings.join('\n')).not.toMatch(/less than the coders/)
  })

  it('say that a gain is not told from nothing, or that the new model is worse', () => {
    expect(report({}, 0.3).warnings.join('\n')).toMatch(/worse than Old <model>.*95 % interval/)
    expect(report({}, 1).warnings.join('\n')).not.toMatch(/worse than|do not tell/)
    const differences = [0.4, 0.45, 0.5, 0.55, 0.6, 0.65].map((quality) => report({}, quality))
    const open = differences.filter(
      ({ difference }) => (difference?.meanF1?.value ?? 0) < 0 && (difference?.meanF1?.interval?.high ?? -1) >= 0,
    )
    expect(open.length).toBeGreaterThan(0)
    for (const { warnings } of open) {
      expect(warnings.join('\n')).toMatch(/is lower than that of Old <model> by .*do not tell this from no difference/)
      expect(warnings.join('\n')).not.toMatch(/worse than/)
    }
  })
})

describe('the page', () => {
  const html = reportHtml(report({ name: 'Run <script>alert(1)</script>' }))

  it('holds nothing but itself', () => {
    expect(html).not.toMatch(/<script|<link|<img|@import|url\(|src=/i)
    expect(html).toContain('Run &#60;script&#62;')
    expect(html).toContain('A &#60;fast&#62; one')
  })

  it('shows every figure of every AU, before, after and their difference', () => {
    expect(html).toMatch(/AU01.*Inner brow raiser/s)
    for (const head of ['F1 before', 'F1 at 0.5', 'F1 published', 'AUC', 'average precision', 'Matthews', 'kappa', 'skew-norm. F1', 'thresholds']) expect(html).toContain(head) // prettier-ignore
    expect(html).toMatch(/left out: AU12/)
    expect(html).toMatch(/chance 25\.0 %/)
  })

  it('stands beside the tables of the paper for a data set of theirs', () => {
    const evaluation = { ...DEFAULT_TRAINING.evaluation, folds: { kind: 'published', dataset: 'DISFA' } as const }
    const page = reportHtml(report({ config: { ...DEFAULT_TRAINING, evaluation } }))
    expect(page).toContain('FMAE-IAT')
    expect(page).toMatch(/AUs of this run are not those of the table/)
  })

  it('names what was done without claiming an adversary where there was none', () => {
    const { methods } = report({ config: { ...DEFAULT_TRAINING, identity: { lambda: 0, loss: 'bce', layers: 1, rate: 1 } } })
    expect(methods).toMatch(/without an identity adversary/)
    expect(methods).toMatch(/All faces were synthetic/)
    expect(report().methods).toMatch(/lambda 1, identity loss bce, 1-layer identity head/)
  })
})

describe('an ablation', () => {
  const root = mkdtempSync(join(tmpdir(), 'auw-ablation-'))
  afterAll(() => rmSync(root, { recursive: true, force: true }))

  async function member(id: string, lambda: number, skill: number, seed = 0): Promise<RunFolder> {
    const config = { ...DEFAULT_TRAINING, seed, identity: { ...DEFAULT_TRAINING.identity, lambda }, evaluation: { ...DEFAULT_TRAINING.evaluation, resamples: 200 } } // prettier-ignore
    const run = runConfig({ id, name: id, folds: FOLDS, config, ablation: 'one' })
    const folder = new RunFolder(join(root, id))
    mkdirSync(folder.path('folds'), { recursive: true })
    await folder.writeJson(folder.path('config.json'), run)
    await folder.writeJson(folder.path('data.json'), data())
    await folder.writeJson(folder.path('folds', foldResultName(0)), { fold: 0, chosenEpoch: 1, thresholds: [0.5, 0.5], published: null, evaluated: [], seconds: 1 }) // prettier-ignore
    await folder.writeFloats(folder.path('folds', foldProbabilitiesName(0)), scored(skill, 2).values)
    await writeReport(folder, { ...report(run, skill), ablation: null })
    await writeAblation(folder, 'one')
    return folder
  }

  it('shows every finished run in the report of each, with differences to lambda 0', async () => {
    const two = await member('two', 2, 0.95)
    expect(two.json<RunReport>('report.json').ablation?.rows).toHaveLength(1)
    const zero = await member('zero', 0, 0.7)
    for (const folder of [two, zero]) {
      const { rows, referenceId } = folder.json<RunReport>('report.json').ablation as Ablation
      expect(rows.map(({ runId, lambda }) => [runId, lambda])).toEqual([['zero', 0], ['two', 2]]) // prettier-ignore
      expect(referenceId).toBe('zero')
      expect(rows[0]?.difference).toBeNull()
      expect(rows[1]?.difference?.value).toBeCloseTo((rows[1]?.meanF1 ?? 0) - (rows[0]?.meanF1 ?? 0))
      expect(rows[1]?.difference?.interval?.low).toBeGreaterThan(0)
    }
  })

  it('leaves out a run of another seed, and says so', async () => {
    const other = await member('other', 1, 0.9, 5)
    const zero = new RunFolder(join(root, 'zero'))
    await writeAblation(zero, 'one')
    const { rows, leftOut } = zero.json<RunReport>('report.json').ablation as Ablation
    expect(rows.map(({ runId }) => runId)).toEqual(['zero', 'two'])
    expect(leftOut.join()).toMatch(/other was left out/)
    expect(other.json<RunReport>('report.json').ablation?.rows.map(({ runId }) => runId)).toEqual(['other'])
  })
})
