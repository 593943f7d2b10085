// What the benchmark says in words: how it was set up, and what came out, without judging more than the intervals allow.
import { auLabel } from '@shared/facs'
import type { Estimate, StudySummary } from '@shared/studies'
import type { SynthManifest } from '@shared/synth'
import type { BenchmarkPlan } from '@shared/synthBenchmark'
import { studyText } from './studies'

/** Paragraphs that stand before the report's tables. */
export function benchmarkPreface(plan: BenchmarkPlan, { subjects, config, faceModel }: SynthManifest): string[] {
  const of = (role: 'train' | 'held-out') => subjects.filter((one) => one.role === role)
  const frames = (role: 'train' | 'held-out'): number =>
    of(role).reduce((sum, { recordings }) => sum + recordings.reduce((all, one) => all + one.frames, 0), 0)
  const range = (role: 'train' | 'held-out', au: number): string => {
    const rates = of(role).flatMap(({ recordings }) => recordings.map(({ baseRates }) => 100 * (baseRates[au] ?? 0)))
    return rates.length === 0 ? 'none' : `${Math.min(...rates).toFixed(0)} to ${Math.max(...rates).toFixed(0)}`
  }
  return [
    `All faces here are synthetic, rendered from ${faceModel}. ${of('train').length} people to train on (${frames('train')} frames) and ${of('held-out').length} held out (${frames('held-out')} frames).`,
    `The shortcut: in each training subject every one of ${config.shortcut.aus.map((au) => auLabel(au)).join(', ')} is ${(config.shortcut.factor ** config.shortcut.strength).toFixed(1)} times more or less frequent than usual, by a coin tossed for the subject and AU; held-out subjects show all of them at the usual rates. So who somebody is tells much about the AUs while training, and nothing afterwards.`,
    `Frames with the AU in percent, lowest to highest subject: ${plan.aus.map((au) => `${auLabel(au)} ${range('train', au)} (training), ${range('held-out', au)} (held out)`).join('; ')}.`,
    `Every run starts from the model ${plan.from}, which learned from other synthetic people without the shortcut. Within a seed all arms share folds, order of frames and initial identity heads; only lambda differs.`,
    ...(plan.size === 'quick' ? ['This is a trial run with few people, few frames and few epochs: its figures mean nothing.'] : []),
  ]
}

/** `higher`, `lower`, or `not told apart` where the interval of the difference holds 0. */
function direction({ value, interval }: Estimate): string {
  if (value === null || interval === null) return 'not measured'
  if (interval.low > 0) return `higher by ${value.toFixed(3)}`
  if (interval.high < 0) return `lower by ${(-value).toFixed(3)}`
  return `not told apart (${value >= 0 ? '+' : ''}${value.toFixed(3)}, 95 % ${interval.low.toFixed(3)} to ${interval.high.toFixed(3)})`
}

export function benchmarkText(plan: BenchmarkPlan, study: StudySummary, out: string): string {
  const { figures } = study
  const findings = (figures?.arms ?? []).flatMap((arm) =>
    arm.difference
      ? [
          `${arm.label} against ${figures?.arms[0]?.label}: held-out F1 ${direction(arm.difference.meanF1)}, AUC ${direction(arm.difference.meanAuc)}; identity probe ${percent(arm.probe?.mean)} against ${percent(figures?.arms[0]?.probe?.mean)} (chance ${percent(arm.probe?.chance)}).`,
        ]
      : [],
  )
  return [
    studyText(study, null),
    ...findings,
    ...(plan.size === 'quick' ? ['A trial run: these figures mean nothing.'] : []),
    `The report is ${out}/report.html, everything in numbers ${out}/report.json. Synthetic faces: say so wherever you show them.`,
  ].join('\n')
}

const percent = (value: number | undefined): string => (value === undefined ? 'not measured' : `${(100 * value).toFixed(1)} %`)
