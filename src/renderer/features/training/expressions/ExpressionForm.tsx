// The form of a run on expressions: on which images, from which model, how long; the rest folded.
import ChevronRight from 'lucide-react/icons/chevron-right'
import { useMutation, useQuery } from '@tanstack/react-query'
import type { ExpressionSetSummary } from '@shared/contract/expressions'
import { PRETRAINING_SIZES, type PretrainingSize } from '@shared/pretraining'
import { useState } from 'react'
import { queryClient } from '../../../app/queryClient'
import { startingModels } from '../../../app/startingModels'
import { strings } from '../../../app/strings'
import { queries } from '../../../bridge/client'
import { Button } from '../../../ui/Button'
import { ErrorPanel } from '../../../ui/ErrorPanel'
import { ChoiceField, TextField } from '../../../ui/Field'
import { notify } from '../../../ui/notify'
import { expressionStrings as t } from './expressionStrings'

/** As `auw expressions train` has them. */
const DEFAULTS = { epochs: '20', batch: '32' }

/** What was typed as a number above 0, or nothing while it is none. */
const numberIn = (text: string): number | undefined => (Number(text) > 0 ? Number(text) : undefined)

interface FormProps {
  project: string
  sets: readonly ExpressionSetSummary[]
  set: ExpressionSetSummary
  onSet(name: string): void
  canChange: boolean
  onStarted(runId: string): void
}

export function ExpressionForm({ project, sets, set, onSet, canChange, onStarted }: FormProps) {
  const models = useQuery(queries.model.list.queryOptions({ input: { project } }))
  const devices = useQuery(queries.device.list.queryOptions())
  const [from, setFrom] = useState('')
  const [size, setSize] = useState<PretrainingSize>('tiny')
  const [epochs, setEpochs] = useState(DEFAULTS.epochs)
  const [batch, setBatch] = useState(DEFAULTS.batch)
  const [rate, setRate] = useState('')
  const [device, setDevice] = useState('')
  const [name, setName] = useState('')
  const start = useMutation(
    queries.expressions.train.mutationOptions({
      meta: { showsError: true },
      onSuccess({ runId, job }) {
        notify(t.started(job.title))
        void queryClient.invalidateQueries({ queryKey: queries.expressions.runs.key() })
        onStarted(runId)
      },
    }),
  )
  const count = numberIn(epochs)
  const baseRate = numberIn(rate)
  const request = {
    project,
    set: set.name,
    fromModelId: from === '' ? null : from,
    configuration: {
      ...(from === '' ? { network: { size } } : {}),
      optimisation: {
        ...(count === undefined ? {} : { epochs: count, warmupEpochs: Math.min(2, count / 10) }),
        batch: numberIn(batch),
        ...(baseRate === undefined ? {} : { baseRate }),
      },
    },
    ...(device === '' ? {} : { device }),
    ...(name.trim() === '' ? {} : { name: name.trim() }),
  }
  return (
    <form
      className="run-form"
      onSubmit={(event) => {
        event.preventDefault()
        start.mutate(request)
      }}
    >
      <ChoiceField label={t.set} value={set.name} onChange={(event) => onSet(event.target.value)}>
        {sets.map((one) => (
          <option key={one.name} value={one.name}>
            {one.name}
          </option>
        ))}
      </ChoiceField>
      <ChoiceField label={t.from} hint={t.fromHint} value={from} onChange={(event) => setFrom(event.target.value)}>
        <option value="">{t.fromNothing}</option>
        {startingModels(models.data).map((model) => (
          <option key={model.id} value={model.id}>
            {model.name}
          </option>
        ))}
      </ChoiceField>
      {from === '' ? (
        <ChoiceField label={t.size} value={size} onChange={(event) => setSize(event.target.value as PretrainingSize)}>
          {PRETRAINING_SIZES.map((one) => (
            <option key={one} value={one}>
              {t.sizes[one]}
            </option>
          ))}
        </ChoiceField>
      ) : null}
      <TextField
        label={t.epochs}
        hint={t.epochsHint}
        inputMode="numeric"
        value={epochs}
        onChange={(event) => setEpochs(event.target.value)}
      />
      <details className="all-settings">
        <summary>
          <ChevronRight size={14} aria-hidden />
          {t.details}
        </summary>
        <TextField label={t.batch} inputMode="numeric" value={batch} onChange={(event) => setBatch(event.target.value)} />
        <TextField
          label={t.rate}
          hint={t.rateHint}
          inputMode="decimal"
          placeholder={strings.project.optional}
          value={rate}
          onChange={(event) => setRate(event.target.value)}
        />
        <ChoiceField label={t.device} value={device} onChange={(event) => setDevice(event.target.value)}>
          <option value="">{t.deviceAuto}</option>
          {devices.data
            ?.filter((one) => one.isAvailable)
            .map((one) => (
              <option key={one.id} value={one.id}>
                {one.name}
              </option>
            ))}
        </ChoiceField>
      </details>
      <TextField
        label={t.runName}
        hint={t.runNameHint}
        placeholder={strings.project.optional}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <footer className="run-start">
        {start.isError ? <ErrorPanel error={start.error} /> : null}
        <Button type="submit" tone="primary" disabled={!canChange || count === undefined} isBusy={start.isPending}>
          {t.start}
        </Button>
      </footer>
    </form>
  )
}
