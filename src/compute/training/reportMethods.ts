// The paragraph for the methods section of an article: what was done, in the order of such sections, and what came out.
import { foldsText, samplesPerUpdate } from '@shared/training'
import type { Interval } from '@shared/figures'
import type { RunConfig, RunData, RunEnvironment } from '@shared/trainingRun'
import type { RunFigures } from './measureRun'
import { plainDifference, plainFigure } from '../plainFigure'

const figure = (value: number | null): string => (value === null ? 'undefined' : plainFigure(value))
const several = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`
const range = (interval: Interval): string => `${plainFigure(interval.low)} to ${plainFigure(interval.high)}`

export function methodsParagraph(
  run: RunConfig,
  data: RunData,
  { before, after, difference }: RunFigures,
  environment: RunEnvironment,
): string {
  const { config, architecture } = run
  const { optimisation: o, augmentation: a, identity, evaluation } = config
  const tested = [...new Set(run.folds.flatMap(({ test }) => test))]
  const plan = evaluation.folds
  const folds =
    plan.kind === 'holdout'
      ? `${several(tested.length, 'subject')} (${tested.join(', ')}) ${tested.length === 1 ? 'was' : 'were'} held out`
      : plan.kind === 'loso'
        ? 'every subject was held out once (leave-one-subject-out)'
        : plan.kind === 'kfold'
          ? `subjects were dealt into ${plan.count} subject-exclusive folds`
          : `the published subject-exclusive folds of ${plan.dataset} were used`
  const augmentation = [
    a.resizedCropScale && `random resized cropping (scale ${a.resizedCropScale[0]}-${a.resizedCropScale[1]})`,
    a.flip > 0 && `horizontal flipping (${a.flip})`,
    a.randAugment && `RandAugment (${a.randAugment})`,
    a.erasing > 0 && `random erasing (${a.erasing})`,
  ].filter(Boolean)
  const trained =
    config.trained.part === 'all'
      ? 'All weights were trained'
      : config.trained.part === 'heads'
        ? 'Only the output layers were trained'
        : `The last ${config.trained.count} blocks and the output layers were trained`
  const start = run.parent ? `initialised from the model "${run.parent.name}"` : 'initialised at random'
  const interval = after.meanF1Interval ? ` (95 % interval ${range(after.meanF1Interval)})` : ''
  const adversary =
    identity.lambda > 0
      ? `with identity adversarial training (Ning, Salah and Onal Ertugrul, arXiv 2407.11243; lambda ${identity.lambda}, identity loss ${identity.loss}, ${identity.layers}-layer identity head${(identity.rate ?? 1) === 1 ? '' : ` learning ${identity.rate} times faster than the AU head`})`
      : 'without an identity adversary (lambda 0)'
  const gain = difference?.meanF1
  const beside =
    before && gain
      ? ` On the same frames the model "${before.name}" reached ${figure(before.means.f1)}; the difference was ${plainDifference(gain.value)}${gain.interval ? ` (${range(gain.interval)})` : ''}.`
      : ''
  return [
    `Action Units ${data.aus.join(', ')} were coded in ${several(data.samples.frame.length, 'frame')} of ${several(data.subjects.length, 'subject')} by ${several(data.coders.names.length, 'coder')}; frames without a code were treated as unknown and masked${data.coders.contradictions > 0 ? `, and contradictory codes were resolved by the policy "${data.coders.policy.kind}"` : ''}.`,
    `${run.isSynthetic ? 'All faces were synthetic. ' : ''}A vision transformer (width ${architecture.width}, depth ${architecture.depth}, ${architecture.heads} heads, patch ${architecture.patch}, ${architecture.imageSize} pixels), ${start}, was fine-tuned ${adversary}.`,
    `${trained} with AdamW (betas 0.9 and 0.999, weight decay ${o.weightDecay}, layer-wise rate decay ${o.layerDecay}), ${samplesPerUpdate(config)} frames per update, base rate ${o.baseRate} per 256 frames, ${several(o.warmupEpochs, 'epoch')} of warm-up and half-cosine decay over ${several(o.epochs, 'epoch')}, stochastic depth ${o.stochasticDepth}${o.positiveWeight === 'balanced' ? ', and present frames weighted by the ratio of absent to present' : ''}.`,
    augmentation.length > 0 ? `Training images were augmented by ${augmentation.join(', ')}.` : 'Training images were not augmented.',
    `For evaluation ${folds}; thresholds and the epoch were chosen on ${Math.round(100 * evaluation.validationShare)} % of the training subjects, never on test subjects.`,
    `Mean F1 over ${after.aus.length - after.leftOut.length} Action Units was ${figure(after.means.f1)}${interval}, mean area under the ROC curve ${figure(after.means.auc)}.${beside}${after.meanF1Interval ? ` Intervals are percentiles of ${evaluation.resamples} bootstrap samples of the held-out subjects; where a sample lacked an Action Unit, its value over all of them entered the mean.` : ''}`,
    `AU Workbench ${environment.product}, ${environment.device}, onnxruntime ${environment.onnxruntime}, seed ${config.seed}, folds ${foldsText(plan)}.`,
  ].join(' ')
}
