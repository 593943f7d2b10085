// The form of a pretraining run: from what, on what, how long; the rest folded. What there is to look at is counted as the fields change.
import ChevronRight from 'lucide-react/icons/chevron-right'
import { useMutation, useQuery } from '@tanstack/react-query'
import { toErrorBody } from '@shared/errors'
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
import { typed } from '../typed'
import { pretrainingStrings as t } from './pretrainingStrings'

const decoderText = ({ width, depth, heads }: DecoderSize): string => `${width}x${depth}x${heads}`

/** A decoder as it was typed, null where none was; or why it cannot be read. */
function decoderIn(text: string): { decoder: DecoderSize | null; problem: string | null } {
  try {
    return { decoder: text.trim() === '' ? null : parseDecoder(text), problem: null }
  } catch (error) {
    return { decoder: null, problem: toErrorBody(error).message }
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
  const [decoderTyped, setDecoder] = useState('')
  const [batch, setBatch] = useState(String(defaults.optimisation.batch))
  const [device, setDevice] = useState('')
  const count = typed(epochs)
  const { decoder, problem } = decoderIn(decoderTyped)
  const codes = leaveOut
    .split(',')
    .map((code) => code.trim())
    .filter((code) => code !== '')
  const request = {
    project,
    configuration: {
      network: { size, ...(from === '' ? { imageSize: typed(pixels) } : {}) },
      decoder,
      optimisation: {
        epochs: count,
        // a short run has no room for the usual warm-up
        ...(typeof count === 'number' ? { warmupEpochs: Math.min(defaults.optimisation.warmupEpochs, count / 10) } : {}),
        batch: typed(batch),
      },
      own: { every: typed(every) },
    },
    fromModelId: from === '' ? null : from,
    stores: store === null ? [] : [{ directory: store }],
    ...(hasOwn ? {} : { ownWeight: 0 }),
    leaveOut: codes,
    ...(device === '' ? {} : { device }),
  }
  const data = useQuery(queries.pretraining.data.queryOptions({ input: request, retry: false, enabled: problem === null }))
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
          error={problem}
          value={decoderTyped}
          onChange={(event) => setDecoder(event.target.value)}
        />
        <TextField label={t.batch} inputMode="numeric" value={batch} onChange={(event) => setBatch(event.target.value)} />
        <DeviceField label={t.device} automatic={t.deviceAuto} value={device} onChange={setDevice} />
      </details>
      <footer className="run-start">
        {data.data ? <p className="small soft num">{t.data(data.data.frames, data.data.steps)}</p> : null}
        {data.isError ? <ErrorPanel error={data.error} /> : null}
        {start.isError ? <ErrorPanel error={start.error} /> : null}
        <Button type="submit" tone="primary" disabled={!canChange || !data.data || problem !== null} isBusy={start.isPending}>
          {t.start}
        </Button>
      </footer>
    </form>
  )
}
