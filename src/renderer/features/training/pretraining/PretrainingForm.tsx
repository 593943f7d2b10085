// The form of a pretraining run: from what, on what, how long; the rest folded. What there is to look at is counted as the fields change.
import ChevronRight from 'lucide-react/icons/chevron-right'
import { useMutation, useQuery } from '@tanstack/react-query'
import {
  DEFAULT_PRETRAINING,
  decoderOf,
  parseDecoder,
  PRETRAINING_SIZES,
  type DecoderSize,
  type PretrainingSize,
} from '@shared/pretraining'
import { useState } from 'react'
import { queryClient } from '../../../app/queryClient'
import { startingModels } from '../../../app/startingModels'
import { queries } from '../../../bridge/client'
import { windowApi } from '../../../bridge/windowApi'
import { Button } from '../../../ui/Button'
import { ErrorPanel } from '../../../ui/ErrorPanel'
import { SwitchField, TextField } from '../../../ui/Field'
import { FolderField } from '../../../ui/FolderField'
import { notify } from '../../../ui/notify'
import { DeviceField, ModelField, SizeField } from '../RunFields'
import { pretrainingStrings as t } from './pretrainingStrings'

const decoderText = ({ width, depth, heads }: DecoderSize): string => `${width}x${depth}x${heads}`

/** What was typed as a number, or the default while it is none. */
const numberOr = (text: string, otherwise: number): number => (/^\d+$/.test(text.trim()) ? Number(text) : otherwise)

function decoderOr(text: string): DecoderSize | null {
  try {
    return text.trim() === '' ? null : parseDecoder(text)
  } catch {
    return null
  }
}

interface PretrainingFormProps {
  project: string
  canChange: boolean
  onStarted(runId: string): void
}

export function PretrainingForm({ project, canChange, onStarted }: PretrainingFormProps) {
  const defaults = DEFAULT_PRETRAINING
  const models = useQuery(queries.model.list.queryOptions({ input: { project } }))
  const [from, setFrom] = useState('')
  const [size, setSize] = useState<PretrainingSize>(defaults.network.size)
  const [pixels, setPixels] = useState(String(defaults.network.imageSize))
  const [epochs, setEpochs] = useState(String(defaults.optimisation.epochs))
  const [every, setEvery] = useState(String(defaults.own.every))
  const [leaveOut, setLeaveOut] = useState('')
  const [hasOwn, setOwn] = useState(true)
  const [store, setStore] = useState<string | null>(null)
  const [decoder, setDecoder] = useState('')
  const [batch, setBatch] = useState(String(defaults.optimisation.batch))
  const [device, setDevice] = useState('')
  const warmupEpochs = Math.min(defaults.optimisation.warmupEpochs, numberOr(epochs, defaults.optimisation.epochs) / 10)
  const codes = leaveOut
    .split(',')
    .map((code) => code.trim())
    .filter((code) => code !== '')
  const request = {
    project,
    configuration: {
      network: { size, ...(from === '' ? { imageSize: numberOr(pixels, defaults.network.imageSize) } : {}) },
      decoder: decoderOr(decoder),
      optimisation: {
        epochs: numberOr(epochs, defaults.optimisation.epochs),
        warmupEpochs,
        batch: numberOr(batch, defaults.optimisation.batch),
      },
      own: { every: numberOr(every, defaults.own.every) },
    },
    fromModelId: from === '' ? null : from,
    stores: store === null ? [] : [{ directory: store }],
    ...(hasOwn ? {} : { ownWeight: 0 }),
    leaveOut: codes,
    ...(device === '' ? {} : { device }),
  }
  const data = useQuery(queries.pretraining.data.queryOptions({ input: request, retry: false }))
  const start = useMutation(
    queries.pretraining.start.mutationOptions({
      meta: { showsError: true },
      onSuccess({ runId, job }) {
        notify(t.started(job.title))
        void queryClient.invalidateQueries({ queryKey: queries.pretraining.runs.key() })
        onStarted(runId)
      },
    }),
  )
  const sources = startingModels(models.data)
  return (
    <form
      className="run-form"
      onSubmit={(event) => {
        event.preventDefault()
        start.mutate(request)
      }}
    >
      <ModelField label={t.from} nothing={t.fromNothing} models={sources} value={from} onChange={setFrom} />
      {from === '' ? (
        <>
          <SizeField label={t.size} sizes={PRETRAINING_SIZES} words={t.sizes} value={size} onChange={setSize} />
          <TextField label={t.pixels} inputMode="numeric" value={pixels} onChange={(event) => setPixels(event.target.value)} />
        </>
      ) : null}
      <TextField
        label={t.epochs}
        hint={t.epochsHint}
        inputMode="numeric"
        value={epochs}
        onChange={(event) => setEpochs(event.target.value)}
      />
      <SwitchField label={t.own} isOn={hasOwn} onChange={setOwn} />
      {hasOwn ? (
        <>
          <TextField
            label={t.every}
            hint={t.everyHint}
            inputMode="numeric"
            value={every}
            onChange={(event) => setEvery(event.target.value)}
          />
          <TextField label={t.leaveOut} hint={t.leaveOutHint} value={leaveOut} onChange={(event) => setLeaveOut(event.target.value)} />
        </>
      ) : null}
      <FolderField
        label={t.store}
        hint={t.storeHint}
        pick={async () => (await windowApi()?.pickFolder('images')) ?? null}
        onChange={setStore}
      />
      <details className="all-settings">
        <summary>
          <ChevronRight size={14} aria-hidden />
          {t.details}
        </summary>
        <TextField
          label={t.decoder}
          hint={t.decoderHint}
          placeholder={decoderText(decoderOf({ ...defaults, network: { ...defaults.network, size } }))}
          value={decoder}
          onChange={(event) => setDecoder(event.target.value)}
        />
        <TextField label={t.batch} inputMode="numeric" value={batch} onChange={(event) => setBatch(event.target.value)} />
        <DeviceField label={t.device} automatic={t.deviceAuto} value={device} onChange={setDevice} />
      </details>
      <footer className="run-start">
        {data.data ? <p className="small soft num">{t.data(data.data.frames, data.data.steps)}</p> : null}
        {data.isError ? <ErrorPanel error={data.error} /> : null}
        {start.isError ? <ErrorPanel error={start.error} /> : null}
        <Button type="submit" tone="primary" disabled={!canChange || !data.data} isBusy={start.isPending}>
          {t.start}
        </Button>
      </footer>
    </form>
  )
}
