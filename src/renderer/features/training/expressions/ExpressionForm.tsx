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
import { DeviceField, ModelField, SizeField } from '../RunFields'
import { typed } from '../typed'
import { expressionStrings as t } from './expressionStrings'

/** As `auw expressions train` has them. */
const DEFAULTS = { epochs: '20', batch: '32' }

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
  const count = typed(epochs)
  const request = {
    project,
    set: set.name,
    fromModelId: from === '' ? null : from,
    configuration: {
      ...(from === '' ? { network: { size } } : {}),
      optimisation: {
        epochs: count,
        ...(typeof count === 'number' ? { warmupEpochs: Math.min(2, count / 10) } : {}),
        batch: typed(batch),
        ...(rate.trim() === '' ? {} : { baseRate: typed(rate) }),
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
      <ModelField
        label={t.from}
        hint={t.fromHint}
        nothing={t.fromNothing}
        models={startingModels(models.data)}
        value={from}
        onChange={setFrom}
      />
      {from === '' ? <SizeField label={t.size} sizes={PRETRAINING_SIZES} words={t.sizes} value={size} onChange={setSize} /> : null}
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
        <DeviceField label={t.device} automatic={t.deviceAuto} value={device} onChange={setDevice} />
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
        <Button type="submit" tone="primary" disabled={!canChange} isBusy={start.isPending}>
          {t.start}
        </Button>
      </footer>
    </form>
  )
}
