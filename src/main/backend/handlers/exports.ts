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
import { writeTextAtomically } from '../atomicTextFile'
import { exportLanes, exportRows, labelsOf } from '../exportRows'
import type { BackendContext } from '../context'
import { modelCard } from '../modelRegistry'
import { os } from '../procedures'
import { safeFileName } from '../uploads'

type Format = 'csv' | 'openface'

export function exportHandlers({ projects, grants, ports }: BackendContext) {
  const { export: exporting } = os
  return {
    export: {
      start: exporting.start.handler(async ({ input }) => {
        const { store } = projects.get(input.project)
        const card = modelCard(store, ports.resourcesDirectory, input.modelId)
        const videos = input.videoIds ? input.videoIds.map((id) => store.videos.get(id)) : store.videos.list()
        // Whose labels are meant is settled for every video before the first file is written.
        const labels = new Map(videos.map((video) => [video.id, labelsOf(store, video, input.coder)]))
        const lanes = exportLanes(
          store,
          card,
          videos.map((video) => video.id),
        )
        const directory = input.directory === undefined ? store.paths.exports : grants.resolve(input.directory)
        const files: ExportFile[] = []
        const names = fileNames(videos)
        for (const video of videos) {
          const fileName = names.get(video.id) ?? `${video.id}.csv`
          const rows = counted(exportRows(store, card, video, lanes, labels.get(video.id) ?? []))
          const bytes = await writeTextAtomically(join(directory, fileName), textOf(input.format, lanes, rows.rows, input.isStrict))
          files.push({ fileName, rows: rows.count(), bytes, url: urlOf(input.project, store.root, directory, fileName) })
        }
        if (input.format === 'csv')
          await writeTextAtomically(join(directory, 'datapackage.json'), [describe(store, card, videos, lanes, files, input.coder ?? null)])
        return { directory, files }
      }),
      preview: exporting.preview.handler(async ({ input }) => {
        const { store } = projects.get(input.project)
        const card = modelCard(store, ports.resourcesDirectory, input.modelId)
        const video = store.videos.get(input.videoId)
        const lanes = exportLanes(store, card, [video.id])
        const rows = firstRows(exportRows(store, card, video, lanes, labelsOf(store, video, input.coder)), input.rows)
        let text = ''
        for await (const piece of textOf(input.format, lanes, rows, input.isStrict)) text += piece
        const columns = input.format === 'csv' ? csvColumns(lanes) : openfaceColumns(lanes, { isStrict: input.isStrict })
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
    coder: string | null,
  ): string {
    return dataPackageText({
      format: 'csv',
      projectName: store.project.get().name,
      tables: files.map((file, i) => ({
        fileName: file.fileName,
        video: videos[i]?.fileName ?? '',
        subject: videos[i]?.subjectCode ?? '',
        lanes,
        rowCount: file.rows,
        bytes: file.bytes,
      })),
      model: { ...card, licence: card.licence.name, isNonCommercial: card.licence.isNonCommercial, isSynthetic: card.training.isSynthetic },
      coder,
      createdAt: new Date().toISOString(),
      productVersion: ports.version,
    })
  }
}

function textOf(format: Format, lanes: readonly ExportLane[], rows: Iterable<ExportRow>, isStrict: boolean): AsyncGenerator<string> {
  return format === 'csv' ? csvExport(lanes, rows) : openfaceCsv(lanes, rows, { isStrict })
}

/** `<video stem>.csv`; where two videos share a stem the id tells them apart. */
function fileNames(videos: readonly Video[]): Map<string, string> {
  const stems = videos.map((video) => safeFileName(video.fileName).replace(/\.[^.]*$/, ''))
  return new Map(
    videos.map((video, i) => {
      const stem = stems[i] ?? video.id
      const isShared = stems.filter((other) => other.toLowerCase() === stem.toLowerCase()).length > 1
      return [video.id, `${stem}${isShared ? `-${video.id}` : ''}.csv`]
    }),
  )
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
