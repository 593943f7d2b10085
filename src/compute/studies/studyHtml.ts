// A study as one page without scripts: what was compared, the table, the curves, the identity probe, pictures of features, and the paper's figures beside it.
import { auLabel } from '@shared/facs'
import type { Embedding, EmbeddingLayout, Estimate, StudyArmFigures, StudyReportSpec } from '@shared/studies'
import { chartKey, lineChart } from '../training/reportChart'
import { REPORT_STYLE } from '../training/reportStyle'
import { escaped } from '../training/reportText'

const figure = (value: number | null | undefined, digits = 3): string =>
  value === null || value === undefined ? '&ndash;' : value.toFixed(digits)
const percent = (value: number | null | undefined): string => (value === null || value === undefined ? '&ndash;' : (100 * value).toFixed(1))
const signed = (value: number | null): string =>
  value === null ? '&ndash;' : `${value >= 0 ? '+' : '&minus;'}${Math.abs(value).toFixed(3)}`
const estimate = ({ value, interval }: Estimate, write: (value: number | null) => string = figure): string =>
  `${write(value)}${interval ? ` <small>${write(interval.low)} to ${write(interval.high)}</small>` : ''}`

export function studyHtml({ title, preface, study, figures, published, embeddings, product }: StudyReportSpec): string {
  const { arms, heldOut } = figures
  const finished = arms.reduce((sum, { runs }) => sum + runs.length, 0)
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title>
<style>${REPORT_STYLE}.pair{display:grid;grid-template-columns:1fr 1fr;gap:1rem}.wide code{white-space:pre-wrap}</style></head><body>
<h1>${escaped(title)}</h1>
<p class="by">Study ${escaped(study.id)} of ${escaped(study.createdAt.slice(0, 16).replace('T', ' '))} UTC; AU Workbench ${escaped(product)}; ${finished} of ${study.runs.length} runs have finished.</p>
${preface.map((text) => `<p>${escaped(text)}</p>`).join('')}
<h2>On held-out subjects</h2>
<p>${heldOut.length} held-out ${heldOut.length === 1 ? 'subject' : 'subjects'} (${escaped(heldOut.join(', '))}); seeds ${study.seeds.join(', ')}. Values are means over seeds; ranges are 95 % intervals from ${figures.resamples} draws of subjects and seeds, the same draws for every arm.${heldOut.length < 10 || study.seeds.length < 5 ? ' With so few subjects and seeds they are rough.' : ''}</p>
${mainTable(arms)}
${auTable(arms)}
${curves(arms)}
${probeTable(arms)}
${embeddings.length > 0 ? `<h2>Features of single frames, coloured by subject (t-SNE)</h2>${embeddings.map(({ label, embedding }) => pictures(label, embedding)).join('')}` : ''}
${published ? `<h2>Beside the published figures</h2><div class="wide"><table><caption>${escaped(published.caption)} Other data, another model and another protocol: compare directions, not sizes.</caption><thead><tr>${published.columns.map((one) => `<th>${escaped(one)}</th>`).join('')}</tr></thead><tbody>${published.rows.map((row) => `<tr>${row.map((one) => `<td>${one === null ? '&ndash;' : escaped(String(one))}</td>`).join('')}</tr>`).join('')}</tbody></table></div>` : ''}
<h2>Runs</h2>
${runTable(study.arms.length > 0 ? arms : [])}
<h2>Configuration</h2>
<p><code>${escaped(JSON.stringify({ shared: study.base, arms: study.arms }))}</code></p>
</body></html>
`
}

function mainTable(arms: readonly StudyArmFigures[]): string {
  const rows = arms.map(
    (arm) =>
      `<tr><td>${escaped(arm.label)}</td><td>${arm.runs.length}</td><td>${estimate(arm.meanF1)}</td><td>${arm.difference ? estimate(arm.difference.meanF1, signed) : '&ndash;'}</td><td>${estimate(arm.meanF1AtHalf)}</td><td>${estimate(arm.meanAuc)}</td><td>${arm.difference ? estimate(arm.difference.meanAuc, signed) : '&ndash;'}</td></tr>`,
  )
  return `<div class="wide"><table><caption>Mean over AUs. F1 with thresholds and epoch chosen on validation subjects, and at 0.5; area under the ROC curve. Differences are to the first row.</caption><thead><tr><th>Arm</th><th>runs</th><th>F1</th><th>difference</th><th>F1 at 0.5</th><th>AUC</th><th>difference</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

function auTable(arms: readonly StudyArmFigures[]): string {
  const aus = arms.find(({ aus: own }) => own.length > 0)?.aus.map(({ au }) => au) ?? []
  const rows = aus.map(
    (au) =>
      `<tr><td>${auLabel(au)}</td>${arms
        .map((arm) => {
          const one = arm.aus.find((own) => own.au === au)
          return `<td>${one ? estimate(one.f1, (value) => figure(value, 2)) : '&ndash;'}</td><td>${one ? estimate(one.auc, (value) => figure(value, 2)) : '&ndash;'}</td>`
        })
        .join('')}</tr>`,
  )
  return `<div class="wide"><table><caption>Per AU.</caption><thead><tr><th>AU</th>${arms.map(({ label }) => `<th>F1, ${escaped(label)}</th><th>AUC</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

function curves(arms: readonly StudyArmFigures[]): string {
  const lines = (of: (point: StudyArmFigures['curve'][number]) => number | null) =>
    arms.map(({ label, curve }) => ({
      label,
      points: curve.flatMap((point) => (of(point) === null ? [] : [{ x: point.epoch, y: of(point) as number }])),
    }))
  const probes = lines(({ probe }) => probe)
  return `<h2>Learning</h2>${chartKey(arms.map(({ label }) => label))}
<figure>${lineChart(
    'Mean F1 on held-out subjects',
    lines(({ testF1 }) => testF1),
  )}<figcaption>Learning dynamics, thresholds chosen on validation subjects (as in Figure 5); mean over seeds.</figcaption></figure>
${probes.some(({ points }) => points.length > 0) ? `<figure>${lineChart('Accuracy of the identity probe', probes)}<figcaption>How often a linear classifier names the person from the features (as in Figure 3). Chance is ${percent(arms.find(({ probe }) => probe)?.probe?.chance)} %.</figcaption></figure>` : ''}
<figure>${lineChart(
    'Identity loss',
    lines(({ identityLoss }) => identityLoss),
  )}<figcaption>Loss of the identity head on training subjects.</figcaption></figure>`
}

function probeTable(arms: readonly StudyArmFigures[]): string {
  const rows = arms.flatMap(({ label, probe }) =>
    probe
      ? [
          `<tr><td>${escaped(label)}</td><td>${percent(probe.before)}</td><td>${percent(probe.mean)} <small>${percent(probe.low)} to ${percent(probe.high)}</small></td><td>${percent(probe.chance)}</td></tr>`,
        ]
      : [],
  )
  if (rows.length === 0) return ''
  return `<h2>Identity probe</h2><div class="wide"><table><caption>Accuracy in percent of a linear classifier without bias that names the person from frozen features: before training, after it (mean and range over seeds), and by chance.</caption><thead><tr><th>Arm</th><th>before</th><th>after</th><th>chance</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

function runTable(arms: readonly StudyArmFigures[]): string {
  const rows = arms.flatMap(({ label, runs }) =>
    runs.map(
      (run) =>
        `<tr><td>${escaped(label)}</td><td>${run.seed}</td><td>${figure(run.meanF1)}</td><td>${figure(run.meanAuc)}</td><td>${run.chosenEpoch ?? '&ndash;'}</td><td>${figure(run.identityLoss)}</td><td>${percent(run.probe)}</td><td>${escaped(run.runId)}</td></tr>`,
    ),
  )
  return `<div class="wide"><table><thead><tr><th>Arm</th><th>seed</th><th>F1</th><th>AUC</th><th>epoch</th><th>identity loss</th><th>probe %</th><th>run</th></tr></thead><tbody>${rows.join('')}</tbody></table></div>`
}

const SIDE = 320
const MARGIN = 12

function pictures(label: string, embedding: Embedding): string {
  const { before, after, subjects, heldOut } = embedding
  const text = (layout: EmbeddingLayout): string =>
    `the nearest frame is of the same person in ${percent(layout.sameNeighbour)} % (perplexity ${layout.perplexity.toFixed(0)}, divergence ${layout.divergence.toFixed(2)})`
  return `<figure><div class="pair">${before ? scatter(`${label}, before training`, before, embedding) : '<div></div>'}${scatter(`${label}, after training`, after, embedding)}</div><figcaption>${escaped(label)}: ${embedding.frames.length} frames of ${subjects.length} subjects. ${before ? `Before: ${text(before)}. ` : ''}After: ${text(after)}. Rings are held-out subjects${heldOut.length > 0 ? ` (${escaped(heldOut.join(', '))})` : ''}.</figcaption></figure>`
}

function scatter(title: string, layout: EmbeddingLayout, { frames, subjects, heldOut }: Embedding): string {
  const xs = layout.points.map(([x]) => x)
  const ys = layout.points.map(([, y]) => y)
  const left = Math.min(...xs)
  const top = Math.min(...ys)
  const span = Math.max(Math.max(...xs) - left, Math.max(...ys) - top, 1e-9)
  const place = (value: number, from: number): string => (MARGIN + ((value - from) / span) * (SIDE - 2 * MARGIN)).toFixed(1)
  const dots = layout.points.map(([x, y], index) => {
    const subject = frames[index]?.subject ?? 0
    const colour = `hsl(${((360 * subject) / subjects.length).toFixed(0)} 65% ${subject % 2 === 0 ? 42 : 58}%)`
    const isRing = heldOut.includes(subjects[subject] ?? '')
    return `<circle cx="${place(x, left)}" cy="${place(y, top)}" r="2.4" ${isRing ? `fill="none" stroke="${colour}" stroke-width="1.2"` : `fill="${colour}"`}/>`
  })
  return `<svg viewBox="0 0 ${SIDE} ${SIDE}" role="img" aria-label="${escaped(title)}"><rect width="${SIDE}" height="${SIDE}" style="fill:var(--tint);stroke:var(--thin)"/><text x="8" y="14" font-size="11" font-family="system-ui,sans-serif">${escaped(title)}</text>${dots.join('')}</svg>`
}
