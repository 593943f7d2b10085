// Export: which format, which videos, whose labels; the first rows as they will be written; where it went.
import Download from 'lucide-react/icons/download'
import TableProperties from 'lucide-react/icons/table-properties'
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useParams, useSearchParams } from 'react-router'
import { rememberedCoder } from '../../app/coder'
import { ProjectCrumbs } from '../../app/Crumbs'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { dataUrl } from '../../bridge/dataUrl'
import { windowApi } from '../../bridge/windowApi'
import { Button } from '../../ui/Button'
import { EmptyState, Loading } from '../../ui/EmptyState'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { ChoiceField, SwitchField } from '../../ui/Field'
import { FolderField } from '../../ui/FolderField'
import './export.css'
import { formatBytes } from '@shared/formatBytes'
import { PreviewTable } from './PreviewTable'

const t = strings.exporting
/** Value of the choice for videos ticked on the Videos screen. */
const SELECTION = 'selection'
/** Value of the choice to leave expressions out. */
const NO_EXPRESSIONS = 'none'
type Format = 'csv' | 'openface'

export default function ExportScreen() {
  const { projectId = '' } = useParams()
  const videos = useQuery(queries.video.list.queryOptions({ input: { project: projectId } }))
  const models = useQuery(queries.model.list.queryOptions({ input: { project: projectId } }))
  const [format, setFormat] = useState<Format>('csv')
  const [isStrict, setStrict] = useState(false)
  const [chosenModel, setModelId] = useState('')
  // Empty for the newest that has predicted, `none`, else the id of one.
  const [chosenExpressions, setExpressions] = useState('')
  const coderList = useQuery(queries.label.coders.queryOptions({ input: { project: projectId } }))
  const coders = coderList.data ?? []
  const [chosenCoder, setChosenCoder] = useState<string | null>(null)
  // Who codes in this window, where that person has labels; a file holds the labels of one.
  const coder = coders.find((name) => name === chosenCoder) ?? coders.find((name) => name === rememberedCoder()) ?? coders[0] ?? ''
  const [search] = useSearchParams()
  const selection = useMemo(() => search.get('videos')?.split(',').filter(Boolean) ?? [], [search])
  // Empty for all, `selection` for what was chosen on the Videos screen, else the id of one.
  const [chosenVideos, setOnly] = useState(selection.length > 0 ? SELECTION : '')
  const [isElsewhere, setElsewhere] = useState(false)
  const [directory, setDirectory] = useState<string | null>(null)
  const start = useMutation(queries.export.start.mutationOptions({ meta: { showsError: true } }))

  const list = videos.data ?? []
  const predictors = models.data?.filter((model) => model.aus.length > 0) ?? []
  const namers = models.data?.filter((model) => model.kind === 'expression') ?? []
  // What was chosen and has gone since, here or in another window, is chosen no longer.
  const modelId = predictors.some(({ id }) => id === chosenModel) ? chosenModel : ''
  const isNamer = namers.some(({ id }) => id === chosenExpressions)
  const expressions = isNamer || (chosenExpressions === NO_EXPRESSIONS && namers.length > 0) ? chosenExpressions : ''
  const only = chosenVideos === SELECTION || list.some(({ id }) => id === chosenVideos) ? chosenVideos : ''
  const chosenIds = only === '' ? null : only === SELECTION ? selection : [only]
  const previewVideo = list.find((video) => chosenIds?.includes(video.id)) ?? list[0]
  const choices = {
    format,
    isStrict: format === 'openface' && isStrict,
    ...(modelId === '' ? {} : { modelId }),
    ...(expressions === '' ? {} : { expressionModelId: expressions === NO_EXPRESSIONS ? null : expressions }),
    ...(coder === '' ? {} : { coder }),
  }
  const preview = useQuery({
    ...queries.export.preview.queryOptions({
      input: { project: projectId, videoId: previewVideo?.id ?? '', rows: 25, ...choices },
      enabled: previewVideo !== undefined && coderList.isFetched,
    }),
    placeholderData: keepPreviousData,
    staleTime: 0,
  })
  const count = chosenIds ? chosenIds.length : list.length
  const write = (): void =>
    start.mutate({
      project: projectId,
      ...choices,
      ...(chosenIds ? { videoIds: chosenIds } : {}),
      ...(isElsewhere && directory ? { directory } : {}),
    })

  if (videos.data?.length === 0)
    return (
      <div className="page">
        <ProjectCrumbs project={projectId} here={t.title} />
        <EmptyState
          icon={<TableProperties size={24} />}
          title={t.none}
          action={<a href={`#/project/${projectId}`}>{strings.project.addVideos}</a>}
        />
      </div>
    )
  return (
    <div className="export">
      <ProjectCrumbs project={projectId} here={t.title} />
      <section className="export-form">
        <h1>{t.title}</h1>
        <p className="soft">{t.lead}</p>
        <fieldset className="formats" aria-label={t.format}>
          {(['csv', 'openface'] as const).map((value) => (
            <label key={value} className={format === value ? 'chosen' : ''}>
              <input type="radio" name="format" checked={format === value} onChange={() => setFormat(value)} />
              <span>
                <strong>{value === 'csv' ? t.csv : t.openface}</strong>
                <span className="small soft">{value === 'csv' ? t.csvText : t.openfaceText}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {format === 'openface' ? <SwitchField label={t.strict} hint={t.strictText} isOn={isStrict} onChange={setStrict} /> : null}
        <ChoiceField label={t.videos} value={only} onChange={(event) => setOnly(event.target.value)}>
          <option value="">{t.allVideos(list.length)}</option>
          {selection.length > 0 ? <option value={SELECTION}>{t.theSelection(selection.length)}</option> : null}
          {list.map((video) => (
            <option key={video.id} value={video.id}>
              {video.subjectCode} · {video.fileName}
            </option>
          ))}
        </ChoiceField>
        <ChoiceField label={t.model} value={modelId} onChange={(event) => setModelId(event.target.value)}>
          <option value="">{t.activeModel}</option>
          {predictors.map((model) => (
            <option key={model.id} value={model.id}>
              {model.name}
            </option>
          ))}
        </ChoiceField>
        {format === 'csv' && namers.length > 0 ? (
          <ChoiceField
            label={t.expressions}
            hint={t.expressionsHint}
            value={expressions}
            onChange={(event) => setExpressions(event.target.value)}
          >
            <option value="">{t.newestExpressions}</option>
            {namers.map((model) => (
              <option key={model.id} value={model.id}>
                {model.name}
              </option>
            ))}
            <option value={NO_EXPRESSIONS}>{t.noExpressions}</option>
          </ChoiceField>
        ) : null}
        <ChoiceField
          label={t.coder}
          hint={coders.length > 1 ? t.coderHint : undefined}
          value={coder}
          onChange={(event) => setChosenCoder(event.target.value)}
        >
          {coders.length === 0 ? <option value="">{t.noCoder}</option> : null}
          {coders.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </ChoiceField>
        <ChoiceField
          label={t.where}
          value={isElsewhere ? 'other' : 'project'}
          onChange={(event) => setElsewhere(event.target.value === 'other')}
        >
          <option value="project">{t.projectFolder}</option>
          <option value="other">{t.otherFolder}</option>
        </ChoiceField>
        {isElsewhere ? (
          <FolderField
            label={t.folder}
            hint={strings.home.folderHint}
            pick={async () => (await windowApi()?.pickFolder('export')) ?? null}
            onChange={setDirectory}
          />
        ) : null}
        <footer className="export-start">
          {start.isError ? <ErrorPanel error={start.error} onRetry={write} /> : null}
          <Button tone="primary" disabled={count === 0 || (isElsewhere && !directory)} isBusy={start.isPending} onClick={write}>
            {start.isPending ? t.writing : t.write(count)}
          </Button>
        </footer>
      </section>
      <section className="export-preview">
        {start.data ? (
          <div className="card written" role="status">
            <h3>{t.written(start.data.files.length, start.data.directory)}</h3>
            <ul>
              {start.data.files.map((file) => (
                <li key={file.fileName} className="spread">
                  <span className="truncate">{file.fileName}</span>
                  <span className="row small dim num">
                    {t.rows(file.rows)} · {formatBytes(file.bytes)}
                    {/* In a window of its own the folder above is this computer's, and a page may not save from another scheme. */}
                    {file.url && !windowApi() ? (
                      <a href={dataUrl(file.url)} download={file.fileName} className="row">
                        <Download size={13} aria-hidden /> {t.download}
                      </a>
                    ) : null}
                  </span>
                </li>
              ))}
            </ul>
          </div>
        ) : null}
        <header className="spread">
          <h2>{t.preview}</h2>
          {preview.data && previewVideo ? (
            <span className="small dim">
              {t.previewOf(previewVideo.fileName, preview.data.rows.length, preview.data.columns.length)} · {t.emptyMeansUnknown}
            </span>
          ) : null}
        </header>
        {preview.isPending ? <Loading label={strings.app.loading} /> : null}
        {preview.isError ? <ErrorPanel error={preview.error} onRetry={() => void preview.refetch()} /> : null}
        {preview.data && !preview.isError ? <PreviewTable columns={preview.data.columns} rows={preview.data.rows} /> : null}
      </section>
    </div>
  )
}
