// export.*
import { parse } from 'csv-parse/sync'
import { join, relative } from 'node:path'
import { csvColumns, csvExport } from '@main/interop/csvExport'
import { dataPackageText } from '@main/interop/dataPackage'
import { openfaceColumns, openfaceCsv } from '@main/interop/openfaceCsv'
import type { ExportLane, ExportRow } from '@main/interop/exportRow'
import type { ProjectStore } from '@main/store/index'
import type { ExportFile } from '@shared/contract/work'
import { exportUrl } from '@shared/dataUrls'
import type { ModelCard } from '@shared/model'
import type { Video } from '@shared/project'
import { precisionOf } from '@main/jobs/predictVideo'
import { writeTextAtomically } from '../atomicTextFile'
import { exportNames } from '../exportNames'
import { expressionModel, exportLanes, exportRows, labelsOf, requireCoder } from '../exportRows'
import type { BackendContext } from '../context'
import { modelCard } from '../modelRegistry'
import { os } from '../procedures'

type Format = 'csv' | 'openface'

export function exportHandlers({ projects, grants, ports }: BackendContext) {
  const { export: exporting } = os
  return {
    export: {
      start: exporting.start.handler(async ({ input }) => {
        const { store } = projects.get(input.project)
        const card = modelCard(store, ports.resourcesDirectory, input.modelId)
        const videos = input.videoIds ? input.videoIds.map((id) => store.videos.get(id)) : store.videos.list()
        if (input.coder !== undefined) requireCoder(store, videos, input.coder)
        // Whose labels are meant is settled for every video before the first file is written.
        const labels = new Map(videos.map((video) => [video.id, labelsOf(store, video, input.coder)]))
        const lanes = exportLanes(
          store,
          card,
          videos.map((video) => video.id),
        )
        const expressions = expressionModel(
          store,
          videos.map((video) => video.id),
          input.expressionModelId,
        )
        const directory = input.directory === undefined ? store.paths.exports : grants.resolve(input.directory)
        const files: ExportFile[] = []
        const names = exportNames(videos)
        for (const video of videos) {
          const fileName = names.get(video.id) ?? `${video.id}.csv`
          const rows = counted(exportRows(store, card, video, lanes, labels.get(video.id) ?? [], expressions))
          const bytes = await writeTextAtomically(
            join(directory, fileName),
            textOf(input.format, lanes, rows.rows, input.isStrict, expressions?.expressions),
          )
          files.push({ fileName, rows: rows.count(), bytes, url: urlOf(input.project, store.root, directory, fileName) })
        }
        const options = { format: input.format, isStrict: input.isStrict, coder: input.coder ?? null, expressions }
        await writeTextAtomically(join(directory, 'datapackage.json'), [describe(store, card, videos, lanes, files, options)])
        return { directory, files }
      }),
      preview: exporting.preview.handler(async ({ input }) => {
        const { store } = projects.get(input.project)
        const card = modelCard(store, ports.resourcesDirectory, input.modelId)
        const video = store.videos.get(input.videoId)
        const lanes = exportLanes(store, card, [video.id])
        const expressions = expressionModel(store, [video.id], input.expressionModelId)
        const rows = firstRows(exportRows(store, card, video, lanes, labelsOf(store, video, input.coder), expressions), input.rows)
        let text = ''
        for await (const piece of textOf(input.format, lanes, rows, input.isStrict, expressions?.expressions)) text += piece
        const columns =
          input.format === 'csv' ? csvColumns(lanes, expressions?.expressions) : openfaceColumns(lanes, { isStrict: input.isStrict })
        return { columns, rows: parse(text, { fromLine: 2 }) }
      }),
    },
  }

  function describe(
    store: ProjectStore,
    card: ModelCard,
    videos: Video[],
    lanes: ExportLane[],
    files: ExportFile[],
    { format, isStrict, coder, expressions }: { format: Format; isStrict: boolean; coder: string | null; expressions: ModelCard | null },
  ): string {
    return dataPackageText({
      format,
      openface: { isStrict },
      projectName: store.project.get().name,
      tables: files.map((file, i) => ({
        fileName: file.fileName,
        video: videos[i]?.fileName ?? '',
        subject: videos[i]?.subjectCode ?? '',
        lanes,
        rowCount: file.rows,
        ...(videos[i] && precisionOf(store, videos[i], card) === 'int8' ? { precision: 'int8' as const } : {}),
        ...(format === 'csv' && expressions && videos[i] && precisionOf(store, videos[i], expressions) === 'int8'
          ? { expressionPrecision: 'int8' as const }
          : {}),
        bytes: file.bytes,
      })),
      model: { ...card, licence: card.licence.name, isNonCommercial: card.licence.isNonCommercial, isSynthetic: card.training.isSynthetic },
      ...(format === 'csv' && expressions
        ? {
            expressions: {
              id: expressions.id,
              name: expressions.name,
              licence: expressions.licence.name,
              isNonCommercial: expressions.licence.isNonCommercial,
              classes: expressions.expressions ?? [],
            },
          }
        : {}),
      coder,
      createdAt: new Date().toISOString(),
      productVersion: ports.version,
    })
  }
}

function textOf(
  format: Format,
  lanes: readonly ExportLane[],
  rows: Iterable<ExportRow>,
  isStrict: boolean,
  expressions: readonly string[] = [],
): AsyncGenerator<string> {
  return format === 'csv' ? csvExport(lanes, rows, expressions) : openfaceCsv(lanes, rows, { isStrict })
}

function counted(rows: Iterable<ExportRow>): { rows: Generator<ExportRow>; count(): number } {
  let count = 0
  function* counting(): Generator<ExportRow> {
    for (const row of rows) {
      count++
      yield row
    }
  }
  return { rows: counting(), count: () => count }
}

function* firstRows(rows: Iterable<ExportRow>, limit: number): Generator<ExportRow> {
  let left = limit
  for (const row of rows) {
    if (left-- <= 0) return
    yield row
  }
}

function urlOf(project: string, root: string, directory: string, fileName: string): string {
  const path = relative(join(root, 'exports'), join(directory, fileName))
  return path.startsWith('..') ? '' : exportUrl(project, path.replaceAll('\\', '/'))
}
