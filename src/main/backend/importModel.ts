// Imports a checkpoint into a project's registry: the compute process reads and copies the weights, here the card is written and registered.
import { randomBytes } from 'node:crypto'
import { rename, rm } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { IMAGENET_NORMALISATION, type ModelCard } from '@shared/model'
import { predictionColumns } from '@shared/expressions'
import type { ComputeProgress, ImportedWeights, ImportWeightsSpec } from '@shared/compute'
import type { BackendContext } from './context'
import type { OpenProject } from './openProjects'

/** Where nothing better is known; training and evaluation on the lab's own subjects replace it in the card. */
const DEFAULT_THRESHOLD = 0.5

const PUBLISHED_LICENCE: ModelCard['licence'] = {
  name: 'CC BY-NC 4.0 (published FMAE and FMAE-IAT weights)',
  isNonCommercial: true,
  notice:
    'If these are published FMAE or FMAE-IAT weights, or were trained from them, their licence is CC BY-NC 4.0: non-commercial use only, with credit to Ning, Salah and Onal Ertugrul (arXiv 2407.11243).',
}

interface ImportRequest {
  path: string
  name?: string
  aus?: number[]
  heads?: number
}

/** @throws AppError MODEL_* as the weights room says, DISK_FULL. On any error the registry and the disk are as before. */
export async function importModel({ compute }: BackendContext, project: OpenProject, request: ImportRequest): Promise<ModelCard> {
  const { store, jobs } = project
  const fileName = basename(request.path)
  return jobs.run({
    kind: 'import-model',
    lane: 'media',
    title: `Import model ${fileName}`,
    async work({ signal, progress }) {
      const id = randomBytes(6).toString('hex')
      const folder = store.models.folder(id)
      // The store sweeps folders of this name away when the project is next opened, should this process die.
      const partial = `${folder}.part-${id}`
      try {
        const spec: ImportWeightsSpec = { source: request.path, targetDir: partial, aus: request.aus, heads: request.heads }
        const facts = (await compute.run('importWeights', spec, {
          signal,
          onProgress: ({ done, total }: ComputeProgress) => progress({ done, total, unit: 'bytes', phase: 'Reading weights' }),
        })) as ImportedWeights
        await rename(partial, folder)
        return store.models.add(cardOf(id, fileName, request.name, facts))
      } catch (error) {
        await rm(partial, { recursive: true, force: true })
        if (store.models.find(id) === null) await rm(folder, { recursive: true, force: true })
        throw error
      }
    },
  })
}

/**
 * What a file that this product exported says of its model: AUs with thresholds or expressions, licence, what it was trained on. Null for any other file, and where the card
 * speaks of another network than the weights.
 */
function exportedCard({ card, architecture, aus }: ImportedWeights): ModelCard | null {
  try {
    const parsed = JSON.parse(card ?? 'null') as ModelCard | null
    const isOfWeights =
      parsed?.format === 'au-workbench-model/1' &&
      ['vit', 'backbone', 'expression'].includes(parsed.kind) &&
      (parsed.cropRule.name as string) === 'fmae' &&
      [parsed.normalisation.mean, parsed.normalisation.deviation].every((of) => of.length === 3 && of.every(Number.isFinite)) &&
      parsed.architecture?.width === architecture.width &&
      parsed.architecture.depth === architecture.depth &&
      isDeepStrictEqual(predictionColumns(parsed), aus) &&
      parsed.aus.every(({ threshold, evidence }) => Number.isFinite(threshold) && typeof evidence === 'string')
    return isOfWeights && typeof parsed.licence.name === 'string' && typeof parsed.training.summary === 'string' ? parsed : null
  } catch {
    return null
  }
}

function cardOf(id: string, fileName: string, name: string | undefined, facts: ImportedWeights): ModelCard {
  const { architecture } = facts
  const exported = exportedCard(facts)
  if (exported)
    return {
      ...exported,
      id,
      name: name ?? exported.name,
      // subjects and runs are those of the project that it comes from, and codes may mean other people here
      training: { ...exported.training, subjects: [], parentId: null, runId: null, teacher: undefined },
      files: [{ name: facts.result.fileName, bytes: facts.result.sizeBytes, sha256: facts.result.sha256 }],
      createdAt: new Date().toISOString(),
    }
  const evidence = `Imported from ${fileName}; not measured on this project's subjects yet.`
  return {
    format: 'au-workbench-model/1',
    id,
    name: name ?? basename(fileName, extname(fileName)),
    kind: facts.kind === 'backbone' ? 'backbone' : 'vit',
    description: `${facts.kind === 'backbone' ? 'Pretrained backbone' : 'AU model'} (ViT, width ${architecture.width}, depth ${architecture.depth}, ${architecture.heads} heads, patch ${architecture.patch}, ${architecture.imageSize} pixels), imported from ${fileName}.`,
    architecture,
    aus: facts.aus.map((au) => ({ au, threshold: DEFAULT_THRESHOLD, trust: 'shown', evidence })),
    areAusAssumed: facts.areAusAssumed,
    cropRule: { name: 'fmae', size: architecture.imageSize },
    normalisation: IMAGENET_NORMALISATION,
    training: {
      summary: 'Trained elsewhere; the file does not say on whom.',
      isSynthetic: false,
      subjects: [],
      parentId: null,
      runId: null,
    },
    licence: PUBLISHED_LICENCE,
    files: [{ name: facts.result.fileName, bytes: facts.result.sizeBytes, sha256: facts.result.sha256 }],
    createdAt: new Date().toISOString(),
    metrics: [],
  }
}
