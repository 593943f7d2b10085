// What a pretraining run says of itself when it has ended: figures, a paragraph of methods, what a model card must tell, a page without scripts.
import { readFileSync } from 'node:fs'
import type { ModelCard } from '@shared/model'
import type { PretrainingData, PretrainingFigures, PretrainingReport, PretrainingRunConfig } from '@shared/pretraining'
import type { RunMetric } from '@shared/runMetrics'
import type { RunEnvironment } from '@shared/trainingRun'
import { lineChart } from '../training/reportChart'
import { escaped } from '../training/reportText'

/** Share of the updates at the end whose mean loss is the headline. */
const LAST_SHARE = 0.05
/** Pictures below this number make no backbone that could be trusted. */
const FEW_FRAMES = 10_000
const FEW_EPOCHS = 10

type LossLine = Extract<RunMetric, { kind: 'pretraining' }>

export function pretrainingFigures(metrics: readonly RunMetric[], run: PretrainingRunConfig, seconds: number): PretrainingFigures {
  const lines = metrics.filter((line): line is LossLine => line.kind === 'pretraining')
  const last = lines.filter(({ step }) => step > run.steps * (1 - LAST_SHARE))
  const { batch, microBatches } = run.config.optimisation
  return {
    loss: last.reduce((sum, { loss }) => sum + loss, 0) / Math.max(1, last.length),
    steps: run.steps,
    epochs: run.steps / run.stepsPerEpoch,
    seconds,
    imagesSeen: run.steps * batch * microBatches,
  }
}

interface ReportInput {
  run: PretrainingRunConfig
  data: PretrainingData
  figures: PretrainingFigures
  /** False where the model to start from brought a decoder of the same size. */
  hasFreshDecoder: boolean
}

export function pretrainingReport({ run, data, figures, hasFreshDecoder }: ReportInput): PretrainingReport {
  return {
    format: 'au-workbench-pretraining-report/1',
    runId: run.id,
    name: run.name,
    createdAt: new Date().toISOString(),
    config: run.config,
    figures,
    sources: sourceRows(data),
    subjects: data.subjects,
    parentName: run.parent?.name ?? null,
    device: run.device,
    warnings: warningsOf(data, figures),
    methods: methodsOf(run, data, figures, hasFreshDecoder),
  }
}

export const sourceRows = (data: PretrainingData): PretrainingReport['sources'] =>
  data.sources.map(({ kind, name, share, isSynthetic, licence, series }) => ({
    kind,
    name,
    frames: series.reduce((sum, one) => sum + one.count, 0),
    share,
    isSynthetic,
    licence,
  }))

function warningsOf(data: PretrainingData, figures: PretrainingFigures): string[] {
  const warnings: string[] = []
  if (data.frames < FEW_FRAMES)
    warnings.push(
      `There were ${data.frames} pictures. Published backbones saw millions; with so few, compare fine-tuning from this backbone with fine-tuning from nothing before relying on it.`,
    )
  if (figures.epochs < FEW_EPOCHS) warnings.push(`Every picture was seen ${figures.epochs.toFixed(1)} times on average; published are 50.`)
  if (data.sources.every(({ isSynthetic }) => isSynthetic)) warnings.push('All pictures are of synthetic faces.')
  if (data.subjects.length > 0)
    warnings.push(
      `Faces of ${data.subjects.join(', ')} were seen, without labels. A subject that is to be tested on is best left out of pretraining.`,
    )
  return warnings
}

function methodsOf(run: PretrainingRunConfig, data: PretrainingData, figures: PretrainingFigures, hasFreshDecoder: boolean): string {
  const { width, depth, heads, patch, imageSize } = run.architecture
  const { batch, microBatches, baseRate, weightDecay } = run.config.optimisation
  const crop = run.config.augmentation.resizedCropScale
  const from = run.parent
    ? `starting from ${run.parent.name}${hasFreshDecoder ? ' (what it lacked, as a rule the decoder, was initialised anew)' : ''}`
    : 'from random weights'
  const sources = sourceRows(data).map(
    ({ name, frames, share }) => `${name} (${frames} pictures, ${(100 * share).toFixed(0)} % of what was drawn)`,
  )
  return (
    `A vision transformer (width ${width}, depth ${depth}, ${heads} heads, patch ${patch}, ${imageSize} x ${imageSize} pixels) was pretrained as a masked autoencoder ${from}: ` +
    `${Math.round(100 * run.config.maskRatio)} % of the patches were hidden at random and predicted by a decoder of width ${run.decoder.width}, depth ${run.decoder.depth} and ${run.decoder.heads} heads; ` +
    `mean squared error on hidden patches${run.config.target === 'normalised' ? ', each normalised to mean 0 and deviation 1' : ''}. ` +
    `AdamW (0.9, 0.95), weight decay ${weightDecay}, base rate ${baseRate} per 256 images, ${batch * microBatches} images an update, ${figures.steps} updates (${figures.epochs.toFixed(1)} epochs), linear warm-up and half a cosine; ` +
    `${crop ? `random resized crops of ${crop[0]} to ${crop[1]} of the area` : 'no random crops'}${run.config.augmentation.flip > 0 ? ' and mirroring' : ''}. ` +
    `Pictures: ${sources.join('; ')}. Loss at the end ${figures.loss.toFixed(4)}, measured on the pictures it was trained on.`
  )
}

/** What the model's card says of its training. */
export function trainingSummary(run: PretrainingRunConfig, data: PretrainingData, figures: PretrainingFigures): ModelCard['training'] {
  const sources = sourceRows(data).map(({ name, frames }) => `${frames} of ${name}`)
  const hours = figures.seconds / 3600
  const time = hours >= 1 ? `${hours.toFixed(1)} hours` : `${Math.max(1, Math.round(figures.seconds / 60))} minutes`
  return {
    summary: `Pretrained without labels by masked autoencoding on ${data.frames} pictures (${sources.join('; ')})${run.parent ? `, starting from ${run.parent.name}` : ', starting from nothing'}: ${figures.steps} updates, ${figures.epochs.toFixed(1)} epochs, ${time} on ${run.device}; loss ${figures.loss.toFixed(3)} at the end. It says nothing about Action Units until it has been trained on labels.`,
    isSynthetic: data.sources.every(({ isSynthetic }) => isSynthetic),
    subjects: data.subjects,
    parentId: run.parent?.id ?? null,
    runId: run.id,
  }
}

/** @param picture file with the last reconstructions */
export function pretrainingReportHtml(
  report: PretrainingReport,
  environment: RunEnvironment,
  metrics: readonly RunMetric[],
  picture: string | null,
): string {
  const { figures, sources, warnings } = report
  const points = metrics.flatMap((line) => (line.kind === 'pretraining' ? [{ x: line.epoch, y: line.loss }] : []))
  const every = Math.max(1, Math.ceil(points.length / 400))
  const curve = lineChart('Loss', [
    { label: 'loss', points: points.filter((_, index) => index % every === 0 || index === points.length - 1) },
  ])
  const rows = sources
    .map(
      (one) =>
        `<tr><td>${escaped(one.name)}${one.isSynthetic ? ' (synthetic)' : ''}</td><td>${one.frames}</td><td>${(100 * one.share).toFixed(1)} %</td><td>${escaped(one.licence ?? '')}</td></tr>`,
    )
    .join('')
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escaped(report.name)}</title>
<style>
body{font:15px/1.5 Georgia,'Times New Roman',serif;color:#1a1a1a;background:#fff;max-width:54rem;margin:2.5rem auto;padding:0 1.5rem}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .2rem}h2{font-size:1.1rem;margin:2rem 0 .4rem}p{margin:.4rem 0}.by{color:#555}
table{border-collapse:collapse;font-size:13px;width:100%;margin:.6rem 0}th,td{padding:.18rem .45rem;text-align:right}th:first-child,td:first-child,td:last-child,th:last-child{text-align:left}
thead{border-top:1.5px solid #1a1a1a;border-bottom:1px solid #1a1a1a}tbody{border-bottom:1.5px solid #1a1a1a}img,svg{width:100%;height:auto}
figure{margin:1rem 0}figcaption{font-size:13px;color:#333}code{font-size:12px;white-space:pre-wrap}
</style></head><body>
<h1>${escaped(report.name)}</h1>
<p class="by">Pretraining run ${escaped(report.runId)}, ${escaped(report.createdAt.slice(0, 16).replace('T', ' '))} UTC. ${escaped(report.parentName ? `Started from ${report.parentName}.` : 'Started from nothing.')}</p>
<p><b>Loss at the end ${figures.loss.toFixed(4)}</b> after ${figures.steps} updates (${figures.epochs.toFixed(1)} epochs, ${figures.imagesSeen} images) in ${(figures.seconds / 60).toFixed(0)} minutes.</p>
${warnings.length > 0 ? `<h2>Read this first</h2><ul>${warnings.map((one) => `<li>${escaped(one)}</li>`).join('')}</ul>` : ''}
<figure>${curve}</figure>
${picture ? `<figure><img alt="Originals, masked, reconstructed" src="data:image/jpeg;base64,${readFileSync(picture).toString('base64')}"><figcaption>Originals, what the network sees, and what it makes of it. Hidden patches are shown with the true patch's brightness and contrast, which the network is not asked to predict.</figcaption></figure>` : ''}
<h2>Pictures</h2>
<table><thead><tr><th>Source</th><th>Pictures</th><th>Share of draws</th><th>Terms</th></tr></thead><tbody>${rows}</tbody></table>
<h2>Methods</h2><p>${escaped(report.methods)}</p>
<h2>Configuration and environment</h2>
<p><code>${escaped(JSON.stringify(report.config))}</code></p>
<p>${escaped(`AU Workbench ${environment.product}; ${environment.platform}, ${environment.processor}, ${environment.cores} cores; Node ${environment.node}, onnxruntime ${environment.onnxruntime}, TensorFlow.js ${environment.tensorflowJs}; device ${environment.device}, ${environment.threads} threads; seed ${environment.seed}.`)}</p>
</body></html>
`
}
