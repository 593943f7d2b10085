// The form of a distillation run: who teaches, what the small model is, on what; the rest folded. What there is to learn from is counted as the fields change.
import ChevronRight from 'lucide-react/icons/chevron-right'
import { useMutation, useQuery } from '@tanstack/react-query'
import { DEFAULT_DISTILLATION, STUDENT_SIZES, type DistillationConfig, type StudentSize } from '@shared/distillation'
import { useState } from 'react'
import { queryClient } from '../../../app/queryClient'
import { queries } from '../../../bridge/client'
import { Button } from '../../../ui/Button'
import { ErrorPanel } from '../../../ui/ErrorPanel'
import { ChoiceField, TextField } from '../../../ui/Field'
import { notify } from '../../../ui/notify'
import { DeviceField, ModelField, SizeField } from '../RunFields'
import { typed } from '../typed'
import { distillationStrings as t } from './distillationStrings'

interface DistillationFormProps {
  project: string
  canChange: boolean
  onStarted(runId: string): void
}

export function DistillationForm({ project, canChange, onStarted }: DistillationFormProps) {
  const defaults = DEFAULT_DISTILLATION
  const models = useQuery(queries.model.list.queryOptions({ input: { project } }))
  const [chosen, setTeacher] = useState<string | null>(null)
  const [student, setStudent] = useState('')
  const [size, setSize] = useState<StudentSize>(defaults.network.size)
  const [pixels, setPixels] = useState(String(defaults.network.imageSize))
  const [epochs, setEpochs] = useState(String(defaults.optimisation.epochs))
  const [every, setEvery] = useState(String(defaults.frames.every))
  const [leaveOut, setLeaveOut] = useState('')
  const [thresholds, setThresholds] = useState<DistillationConfig['thresholds']>(defaults.thresholds)
  const [temperature, setTemperature] = useState(String(defaults.temperature))
  const [featureWeight, setFeatureWeight] = useState(String(defaults.features.weight))
  const [batch, setBatch] = useState(String(defaults.optimisation.batch))
  const [device, setDevice] = useState('')
  const teachers = models.data?.filter(({ kind }) => kind === 'vit') ?? []
  const students = models.data?.filter(({ kind }) => kind === 'vit' || kind === 'backbone') ?? []
  const teacher = chosen ?? teachers.find(({ isActive }) => isActive)?.id ?? teachers[0]?.id ?? ''
  const count = typed(epochs)
  const request = {
    project,
    teacherId: teacher,
    studentId: student === '' ? null : student,
    configuration: {
      ...(student === '' ? { network: { size, imageSize: typed(pixels) } } : {}),
      temperature: typed(temperature),
      features: { weight: typed(featureWeight) },
      optimisation: {
        epochs: count,
        // a short run has no room for the usual warm-up
        ...(typeof count === 'number' ? { warmupEpochs: Math.min(defaults.optimisation.warmupEpochs, count / 10) } : {}),
        batch: typed(batch),
      },
      frames: { every: typed(every) },
      thresholds,
    },
    leaveOut: leaveOut
      .split(',')
      .map((code) => code.trim())
      .filter((code) => code !== ''),
    ...(device === '' ? {} : { device }),
  }
  const data = useQuery(queries.distillation.data.queryOptions({ input: request, retry: false, enabled: teacher !== '' }))
  const start = useMutation(
    queries.distillation.start.mutationOptions({
      meta: { showsError: true },
      onSuccess({ runId, job }) {
        notify(t.started(job.title))
        void queryClient.invalidateQueries({ queryKey: queries.distillation.runs.key() })
        onStarted(runId)
      },
    }),
  )
  if (models.data && teachers.length === 0) return <p className="soft">{t.noTeacher}</p>
  return (
    <form
      className="run-form"
      onSubmit={(event) => {
        event.preventDefault()
        start.mutate(request)
      }}
    >
      <ModelField label={t.teacher} hint={t.teacherHint} models={teachers} value={teacher} onChange={setTeacher} />
      <ModelField label={t.student} nothing={t.fromNothing} models={students} value={student} onChange={setStudent} />
      {student === '' ? (
        <>
          <SizeField label={t.size} sizes={STUDENT_SIZES} words={t.sizes} value={size} onChange={setSize} />
          <TextField
            label={t.pixels}
            hint={t.pixelsHint}
            inputMode="numeric"
            value={pixels}
            onChange={(event) => setPixels(event.target.value)}
          />
        </>
      ) : null}
      <TextField
        label={t.epochs}
        hint={t.epochsHint}
        inputMode="numeric"
        value={epochs}
        onChange={(event) => setEpochs(event.target.value)}
      />
      <TextField label={t.every} hint={t.everyHint} inputMode="numeric" value={every} onChange={(event) => setEvery(event.target.value)} />
      <TextField label={t.leaveOut} hint={t.leaveOutHint} value={leaveOut} onChange={(event) => setLeaveOut(event.target.value)} />
      <ChoiceField
        label={t.thresholds}
        value={thresholds}
        onChange={(event) => setThresholds(event.target.value as DistillationConfig['thresholds'])}
      >
        <option value="teacher">{t.thresholdsOf.teacher}</option>
        <option value="labels">{t.thresholdsOf.labels}</option>
      </ChoiceField>
      <details className="all-settings">
        <summary>
          <ChevronRight size={14} aria-hidden />
          {t.details}
        </summary>
        <TextField
          label={t.temperature}
          hint={t.temperatureHint}
          inputMode="decimal"
          value={temperature}
          onChange={(event) => setTemperature(event.target.value)}
        />
        <TextField
          label={t.featureWeight}
          hint={t.featureWeightHint}
          inputMode="decimal"
          value={featureWeight}
          onChange={(event) => setFeatureWeight(event.target.value)}
        />
        <TextField label={t.batch} inputMode="numeric" value={batch} onChange={(event) => setBatch(event.target.value)} />
        <DeviceField label={t.device} automatic={t.deviceAuto} value={device} onChange={setDevice} />
      </details>
      <footer className="run-start">
        {data.data ? (
          <>
            <p className="small soft num">{t.data(data.data.frames, data.data.steps, data.data.teacherFrames)}</p>
            <p className="small soft num">{t.labelled(data.data.labelled.leftOut, data.data.labelled.seen)}</p>
          </>
        ) : null}
        {data.isError ? <ErrorPanel error={data.error} /> : null}
        {start.isError ? <ErrorPanel error={start.error} /> : null}
        <Button type="submit" tone="primary" disabled={!canChange || !data.data} isBusy={start.isPending}>
          {t.start}
        </Button>
      </footer>
    </form>
  )
}
