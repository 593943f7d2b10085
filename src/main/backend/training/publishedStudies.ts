// The paper's ablations as tables to stand beside a lab's own figures, from resources/reference/paper-tables.json.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { PublishedStudy, StudyKind } from '@shared/studies'

interface PaperTables {
  source: string
  table5_lambda_bp4d_fold2: { lambda: number; f1: number; epoch: number }[]
  table6_lambda_one_fold: { lambdas: number[]; BP4D: number[]; 'BP4D+': number[]; DISFA: number[] }
  table7_identity_head: { layers: number; f1: number; id_loss: number; epoch: number }[]
  figure3_linear_probe_identity_accuracy: { chance: number; FMAE: { max: number }; 'FMAE-IAT': { epoch_1: number; epoch_19: number } }
  figure5_bp4d_plus_fold2: Record<'FMAE' | 'FMAE-IAT', { f1: number; epoch: number }>
  headline: Record<'FMAE' | 'FMAE-IAT', { BP4D: number; 'BP4D+': number; DISFA: number }>
}

/** Null where the file holds no numbers for the kind. F1 in percent. */
export function publishedStudy(kind: StudyKind, resourcesDirectory: string): PublishedStudy | null {
  const tables = JSON.parse(readFileSync(join(resourcesDirectory, 'reference', 'paper-tables.json'), 'utf8')) as PaperTables
  switch (kind) {
    case 'lambda': {
      const { lambdas, ...sets } = tables.table6_lambda_one_fold
      const fold = tables.table5_lambda_bp4d_fold2
      const probe = tables.figure3_linear_probe_identity_accuracy
      const dynamics = tables.figure5_bp4d_plus_fold2
      const all = [...new Set([...lambdas, ...fold.map(({ lambda }) => lambda)])].sort((a, b) => a - b)
      return {
        caption: `Published (ViT-L; F1 in percent by its protocol, which chooses on the test fold; Tables 5 and 6): BP4D, BP4D+ and DISFA on one fold, and the epoch of the best figure on BP4D. Figure 3: the identity probe reached ${probe.FMAE.max} % without the adversary, ${probe['FMAE-IAT'].epoch_1} % after one epoch and ${probe['FMAE-IAT'].epoch_19} % after 19 with it (chance ${probe.chance} %). Figure 5, BP4D+: best epoch ${dynamics.FMAE.epoch} without (F1 ${dynamics.FMAE.f1}), ${dynamics['FMAE-IAT'].epoch} with it (${dynamics['FMAE-IAT'].f1}).`,
        columns: ['lambda', 'BP4D', 'BP4D+', 'DISFA', 'best epoch, BP4D'],
        rows: all.map((lambda) => {
          const place = lambdas.indexOf(lambda)
          const row = fold.find((one) => one.lambda === lambda)
          const bp4d = place >= 0 ? (sets.BP4D[place] ?? null) : (row?.f1 ?? null)
          return [lambda, bp4d, sets['BP4D+'][place] ?? null, sets.DISFA[place] ?? null, row?.epoch ?? null]
        }),
      }
    }
    case 'identity-head':
      return {
        caption: 'Published (ViT-L on BP4D, lambda 2, one fold; F1 in percent by its protocol; Table 7).',
        columns: ['layers', 'F1', 'identity loss', 'best epoch'],
        rows: tables.table7_identity_head.map(({ layers, f1, id_loss, epoch }) => [layers, f1, id_loss, epoch]),
      }
    case 'start':
      return {
        caption:
          'Published (ViT-L, all folds; mean F1 in percent by its protocol; Tables 1 to 3). Figure 2 of the paper draws sizes and pretraining sources without giving numbers.',
        columns: ['model', 'BP4D', 'BP4D+', 'DISFA'],
        rows: Object.entries(tables.headline).map(([model, sets]) => [model, sets.BP4D, sets['BP4D+'], sets.DISFA]),
      }
  }
}
