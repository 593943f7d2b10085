// The form of a new run: recipe first, the few decisions that everybody makes, everything else folded; then the measured estimate, and the start.
import ChevronRight from 'lucide-react/icons/chevron-right'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { AppError } from '@shared/errors'
import { formatBytes } from '@shared/formatBytes'
import { trainingConfig, type TrainingConfig } from '@shared/training'
import { TRAINING_PRESETS } from '@shared/trainingPresets'
import type { TrainingDataSummary, TrainingEstimate } from '@shared/trainingRun'
import { TRAINING_SETTINGS, type SettingText } from '@shared/trainingSettings'
import { useMemo, useState } from 'react'
import { Link } from 'react-router'
import { queryClient } from '../../app/queryClient'
import { defaultStart, startingModels } from '../../app/startingModels'
import { strings } from '../../app/strings'
import { queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { ChoiceField, TextField } from '../../ui/Field'
import { formatRemaining } from '../../ui/format'
import { notify } from '../../ui/notify'
import { DeviceField, ModelField } from './RunFields'
import { SettingField } from './SettingField'
import { configurationOf, groupOf, PLAIN_SETTINGS, valueAt, type SettingChanges } from './settingFields'

const t = strings.training

function EstimateView({ estimate }: { estimate: TrainingEstimate }) {
  return (
    <div className={`estimate num ${estimate.advice === null ? '' : 'refused'}`} role="status">
      <strong>{t.estimateFacts(formatRemaining(estimate.seconds), estimate.updates, estimate.folds)}</strong>
      <span className="small soft">{t.estimateStep(estimate.secondsPerUpdate.toFixed(2), estimate.trainedFrames)}</span>
      <span className="small soft">
        {t.estimateMemory(formatBytes(estimate.memoryBytes), formatBytes(estimate.availableBytes))} · {estimate.device}
      </span>
      <span className={estimate.advice === null ? 'small good' : 'advice'}>{estimate.advice ?? t.fits}</span>
    </div>
  )
}

/** The recipe with the changes laid over it, or the sentence on why they are refused. */
function merged(presetId: string, imageSize: number | null, changes: SettingChanges): { config: TrainingConfig; error: AppError | null } {
  const preset = TRAINING_PRESETS.find((one) => one.id === presetId)
  const inherited = imageSize === null ? undefined : { network: { imageSize } }
  const plain = trainingConfig(preset?.config, inherited)
  try {
    return { config: trainingConfig(preset?.config, inherited, configurationOf(changes)), error: null }
  } catch (error) {
    // What was typed stays in the fields, beside the sentence that refuses it.
    const shown = structuredClone(plain) as unknown as Record<string, unknown>
    for (const [path, value] of Object.entries(changes)) {
      const keys = path.split('.')
      let place = shown
      for (const key of keys.slice(0, -1)) place = place[key] as Record<string, unknown>
      place[keys.at(-1) ?? path] = value
    }
    return { config: shown as unknown as TrainingConfig, error: error as AppError }
  }
}

interface RunFormProps {
  project: string
  data: TrainingDataSummary
  aus: readonly number[]
  canChange: boolean
  onStarted(runId: string): void
}

export function RunForm({ project, data, aus, canChange, onStarted }: RunFormProps) {
  const models = useQuery(queries.model.list.queryOptions({ input: { project } }))
  const sources = startingModels(models.data)
  const [chosenFrom, setFrom] = useState<string | null>(null)
  const fromId = chosenFrom ?? defaultStart(models.data)
  const [chosenPreset, setPreset] = useState<string | null>(null)
  const presetId = chosenPreset ?? (fromId === '' ? 'tiny-demo' : 'correction')
  const [device, setDevice] = useState('')
  const [name, setName] = useState('')
  const [changes, setChanges] = useState<SettingChanges>({})
  const card = useQuery(queries.model.get.queryOptions({ input: { project, modelId: fromId }, enabled: fromId !== '' }))
  const inheritedSize = fromId === '' ? null : (card.data?.architecture?.imageSize ?? null)
  const { config, error } = useMemo(() => merged(presetId, inheritedSize, changes), [presetId, inheritedSize, changes])
  const preset = TRAINING_PRESETS.find((one) => one.id === presetId)
  const lacksModel = config.trained.part !== 'all' && fromId === ''
  const names = { subjects: data.subjects.map(({ code }) => code), coders: data.coders.names }

  const settings = {
    project,
    presetId,
    configuration: configurationOf(changes),
    fromModelId: fromId === '' ? null : fromId,
    ...(aus.length === data.aus.length ? {} : { aus: [...aus] }),
    ...(device === '' ? {} : { device }),
  }
  // An estimate is of the settings it was measured with; any change makes it stale.
  const fingerprint = JSON.stringify(settings)
  const [estimateOf, setEstimateOf] = useState('')
  const estimate = useMutation(queries.training.estimate.mutationOptions({ meta: { showsError: true } }))
  const measured = estimateOf === fingerprint ? estimate : null
  const start = useMutation(
    queries.training.start.mutationOptions({
      meta: { showsError: true },
      onSuccess({ runId, job }) {
        notify(t.started(job.title))
        void queryClient.invalidateQueries({ queryKey: queries.training.runs.key() })
        setEstimateOf('')
        onStarted(runId)
      },
    }),
  )
  const canRun = canChange && !error && !lacksModel && aus.length > 0
  const isReady = measured?.data?.advice === null

  const change = (path: string, value: unknown): void => setChanges((now) => ({ ...now, [path]: value }))
  const reset = (path: string): void => setChanges((now) => Object.fromEntries(Object.entries(now).filter(([key]) => key !== path)))
  const field = (setting: SettingText) => (
    <SettingField
      key={setting.path}
      setting={setting}
      value={valueAt(config, setting.path)}
      isChanged={setting.path in changes}
      error={error && error.data['path'] === setting.path ? error.message : null}
      names={names}
      onChange={(value) => change(setting.path, value)}
      onReset={() => reset(setting.path)}
    />
  )
  const plain = TRAINING_SETTINGS.filter(
    ({ path }) => PLAIN_SETTINGS.includes(path) || (path === 'data.coders' && data.coders.contradictions > 0),
  )
  const folded = TRAINING_SETTINGS.filter((setting) => !plain.includes(setting))
  const groups = [...new Set(folded.map(({ path }) => t.groups[groupOf(path) as keyof typeof t.groups]))]
  const changedInside = folded.filter(({ path }) => path in changes).length

  return (
    <form
      className="run-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) return start.mutate({ ...settings, ...(name.trim() === '' ? {} : { name: name.trim() }) })
        setEstimateOf(fingerprint)
        estimate.mutate(settings)
      }}
    >
      <ChoiceField
        label={t.preset}
        hint={preset?.sentence}
        value={presetId}
        onChange={(event) => {
          setPreset(event.target.value)
          setChanges({})
        }}
      >
        {TRAINING_PRESETS.map((one) => (
          <option key={one.id} value={one.id}>
            {one.name}
          </option>
        ))}
      </ChoiceField>
      <ModelField label={t.from} hint={t.fromHint} nothing={t.fromNothing} models={sources} value={fromId} onChange={setFrom} />
      {lacksModel ? (
        <p className="note-warn" role="alert">
          {t.needsModel} <Link to={`/project/${project}/models`}>{t.importModel}</Link>
        </p>
      ) : null}
      {plain.map(field)}
      <details className="all-settings">
        <summary>
          <ChevronRight size={14} aria-hidden />
          {t.details}
          {changedInside > 0 ? <span className="tag accent">{t.detailsChanged(changedInside)}</span> : null}
        </summary>
        {groups.map((group) => (
          <fieldset key={group} aria-label={group}>
            <h3>{group}</h3>
            {folded.filter(({ path }) => t.groups[groupOf(path) as keyof typeof t.groups] === group).map(field)}
          </fieldset>
        ))}
        {Object.keys(changes).length > 0 ? (
          <Button className="small" onClick={() => setChanges({})}>
            {t.reset}
          </Button>
        ) : null}
      </details>
      <DeviceField label={t.device} hint={t.deviceHint} automatic={t.deviceAuto} value={device} onChange={setDevice} />
      <TextField
        label={t.name}
        hint={t.nameHint}
        placeholder={strings.project.optional}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <footer className="run-start">
        {error ? <p className="field-error">{error.message}</p> : null}
        {measured?.data ? <EstimateView estimate={measured.data} /> : null}
        {measured?.isError ? <ErrorPanel error={measured.error} /> : null}
        {start.isError ? <ErrorPanel error={start.error} /> : null}
        <Button
          type="submit"
          tone="primary"
          disabled={!canRun || (measured?.data !== undefined && !isReady)}
          isBusy={measured?.isPending === true || start.isPending}
        >
          {measured?.isPending ? t.estimating : isReady ? t.start : t.estimate}
        </Button>
        <p className="small dim">{isReady ? t.startAnyway : t.estimateText}</p>
        <Link className="small" to={`/project/${project}/studies`}>
          {t.ablate}
        </Link>
      </footer>
    </form>
  )
}
