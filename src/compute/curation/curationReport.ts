// The page that says what a curation kept and why it left out the rest. No scripts.
import { REJECTIONS, type FrameStoreManifest, type Rejection } from '@shared/curation'
import { escaped } from '../training/reportText'

export const REJECTION_TEXTS: Readonly<Record<Rejection, string>> = {
  unreadable: 'cannot be read',
  'too-small': 'too small',
  aspect: 'too wide or too tall',
  'no-face': 'no face found',
  duplicate: 'exact copy',
  'near-duplicate': 'nearly the same as another',
}

export function curationReportHtml(manifest: FrameStoreManifest, samples: readonly Uint8Array[]): string {
  const { settings, sources } = manifest
  const head = REJECTIONS.map((reason) => `<th>${REJECTION_TEXTS[reason]}</th>`).join('')
  const rows = sources
    .map(
      (one) =>
        `<tr><td>${escaped(one.name)}${one.isSynthetic ? ' (synthetic)' : ''}</td><td>${one.looked}</td><td><b>${one.kept}</b></td>${REJECTIONS.map((reason) => `<td>${one.rejected[reason]}</td>`).join('')}</tr>`,
    )
    .join('')
  const examples = sources
    .flatMap((one) =>
      REJECTIONS.flatMap((reason) => {
        const paths = one.examples[reason]
        return paths ? [`<li>${escaped(one.name)}, ${REJECTION_TEXTS[reason]}: ${paths.map(escaped).join('; ')}</li>`] : []
      }),
    )
    .join('')
  const notes = sources.flatMap(({ notes: own }) => own.map((note) => `<li>${escaped(note)}</li>`)).join('')
  const pictures = samples
    .map((jpeg) => `<img alt="" width="96" height="96" src="data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}">`)
    .join('')
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Curated frames</title>
<style>body{font:15px/1.5 Georgia,'Times New Roman',serif;color:#1a1a1a;background:#fff;max-width:60rem;margin:2.5rem auto;padding:0 1.5rem}
table{border-collapse:collapse;font-size:13px;width:100%}th,td{padding:.2rem .4rem;text-align:right;vertical-align:bottom}th:first-child,td:first-child{text-align:left}
thead{border-top:1.5px solid;border-bottom:1px solid}tbody{border-bottom:1.5px solid}img{margin:1px}ul{padding-left:1.2rem;font-size:13px}</style></head><body>
<h1>Curated frames</h1>
<p>${manifest.frames} pictures of ${settings.pixels} x ${settings.pixels} pixels were kept, ${escaped(manifest.createdAt.slice(0, 16).replace('T', ' '))} UTC. Left out were pictures with a side below ${settings.minSide ?? settings.pixels} pixels, with sides in a ratio above ${settings.maxAspect}${settings.hasFaceCheck ? ', without a face that the face detector finds' : ''}, exact copies${settings.similarity > 0 ? ` and pictures that differ nowhere by more than ${settings.similarity} of 255 in a 24 x 24 thumbnail` : ''}. Of videos every ${settings.every}th frame was looked at. Faces: ${settings.faces}.${manifest.licence ? ` Terms: ${escaped(manifest.licence)}.` : ''}</p>
<table><thead><tr><th>Source</th><th>Looked at</th><th>Kept</th>${head}</tr></thead><tbody>${rows}</tbody></table>
<p>Content hash <code>${manifest.contentHash}</code></p>
${pictures ? `<h2>Kept, a sample</h2><p>${pictures}</p>` : ''}
${examples ? `<h2>Left out, the first few</h2><ul>${examples}</ul>` : ''}
${notes ? `<h2>Videos with problems</h2><ul>${notes}</ul>` : ''}
</body></html>
`
}
