// The form of a new study: what is changed, with what values, and what all runs share.
import Play from 'lucide-react/icons/play'
import { useMutation, useQuery } from '@tanstack/react-query'
import { STUDY_KINDS } from '@shared/studies'
import { useState } from 'react'
import { queryClient } from '../../app/queryClient'
import { defaultStart, startingModels } from '../../app/startingModels'
import { queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { ChoiceField, SwitchField, TextField } from '../../ui/Field'
import { armsOf, codersChosen, EMPTY_FORM, seedsOf, sharedConfiguration, type StudyForm } from './studyForm'
import { studyStrings as t } from './studyStrings'

const SIZES = ['tiny', 'small', 'base', 'large']

function Ticks({
  label,
  options,
  chosen,
  onChange,
}: {
  label: string
  options: readonly { id: string; name: string }[]
  chosen: readonly string[]
  onChange: (chosen: string[]) => void
}) {
  return (
    <fieldset className="study-ticks">
      <legend>{label}</legend>
      {options.map(({ id, name }) => (
        <label key={id} className="row">
          <input
            type="checkbox"
            checked={chosen.includes(id)}
            onChange={(event) => onChange(event.target.checked ? [...chosen, id] : chosen.filter((one) => one !== id))}
          />
          <span className="truncate">{name}</span>
        </label>
      ))}
    </fieldset>
  )
}

export function NewStudy({ project, canChange, onStarted }: { project: string; canChange: boolean; onStarted: (studyId: string) => void }) {
  const [form, setForm] = useState<StudyForm>(EMPTY_FORM)
  const presets = useQuery(queries.training.presets.queryOptions())
  const models = useQuery(queries.model.list.queryOptions({ input: { project } }))
  const coders = useQuery(queries.training.data.queryOptions({ input: { project }, retry: false })).data?.coders
  const sources = startingModels(models.data)
  const fromModelId = form.fromModelId ?? defaultStart(models.data)
  const set = (change: Partial<StudyForm>): void => setForm({ ...form, ...change })
  const start = useMutation(
    queries.study.start.mutationOptions({
      // The form shows it.
      meta: { showsError: true },
      onSuccess({ studyId }) {
        void queryClient.invalidateQueries({ queryKey: queries.study.key() })
        onStarted(studyId)
      },
    }),
  )
  const { arms, problem } = armsOf(form, (id) => sources.find((model) => model.id === id)?.name ?? id)
  const seeds = seedsOf(form.seeds) ?? []
  const chosenCoders = codersChosen(form.coders, coders)
  const begin = useMutation({
    meta: { showsError: true },
    mutationFn: () =>
      start.mutateAsync({
        project,
        kind: form.kind,
        arms,
        seeds,
        presetId: form.presetId === '' ? undefined : form.presetId,
        configuration: sharedConfiguration({ ...form, coders: chosenCoders }),
        fromModelId: fromModelId === '' ? null : fromModelId,
      }),
  })
  return (
    <div className="stack study-form">
      <div className="field">
        <span id="study-kind">{t.kind}</span>
        <div className="segmented" role="group" aria-labelledby="study-kind">
          {STUDY_KINDS.map((kind) => (
            <button key={kind} type="button" aria-pressed={form.kind === kind} onClick={() => set({ kind })}>
              {t.kinds[kind]}
            </button>
          ))}
        </div>
        <p className="field-hint">{t.kindText[form.kind]}</p>
      </div>
      {form.kind === 'lambda' ? (
        <TextField label={t.lambdas} hint={t.listHint} value={form.lambdas} onChange={(event) => set({ lambdas: event.target.value })} />
      ) : null}
      {form.kind === 'identity-head' ? (
        <TextField label={t.layers} hint={t.listHint} value={form.layers} onChange={(event) => set({ layers: event.target.value })} />
      ) : null}
      {form.kind === 'start' ? (
        <>
          {sources.length === 0 ? (
            <p className="small soft">{t.noModels}</p>
          ) : (
            <Ticks label={t.models} options={sources} chosen={form.models} onChange={(chosen) => set({ models: chosen })} />
          )}
          <Ticks
            label={t.sizes}
            options={SIZES.map((size) => ({ id: size, name: `ViT-${size}` }))}
            chosen={form.sizes}
            onChange={(chosen) => set({ sizes: chosen })}
          />
        </>
      ) : (
        <ChoiceField label={t.from} value={fromModelId} onChange={(event) => set({ fromModelId: event.target.value })}>
          <option value="">{t.nothing}</option>
          {sources.map((model) => (
            <option key={model.id} value={model.id}>
              {model.name}
            </option>
          ))}
        </ChoiceField>
      )}
      <ChoiceField label={t.recipe} value={form.presetId} onChange={(event) => set({ presetId: event.target.value })}>
        <option value="">{t.noRecipe}</option>
        {presets.data?.presets.map((preset) => (
          <option key={preset.id} value={preset.id}>
            {preset.name}
          </option>
        ))}
      </ChoiceField>
      <TextField label={t.seeds} hint={t.seedsHint} value={form.seeds} onChange={(event) => set({ seeds: event.target.value })} />
      <TextField label={t.folds} hint={t.foldsHint} value={form.folds} onChange={(event) => set({ folds: event.target.value })} />
      {coders && coders.contradictions > 0 ? (
        <ChoiceField
          label={t.coders}
          hint={t.codersHint(coders.contradictions)}
          value={chosenCoders}
          onChange={(event) => set({ coders: event.target.value })}
        >
          <option value="">{t.codersRefuse}</option>
          <option value="majority">{t.codersMajority}</option>
          {coders.names.map((coder) => (
            <option key={coder} value={`coder:${coder}`}>
              {t.codersOne(coder)}
            </option>
          ))}
        </ChoiceField>
      ) : null}
      <SwitchField label={t.probe} hint={t.probeHint} isOn={form.hasEpochProbe} onChange={(hasEpochProbe) => set({ hasEpochProbe })} />
      {begin.isError ? <ErrorPanel error={begin.error} /> : null}
      <p className="small soft">{problem ?? (seeds.length === 0 ? t.badList(form.seeds) : t.count(arms.length, seeds.length))}</p>
      <div>
        <Button
          tone="primary"
          icon={<Play size={14} />}
          disabled={!canChange || problem !== null || seeds.length === 0}
          isBusy={begin.isPending}
          onClick={() => begin.mutate()}
        >
          {t.start}
        </Button>
      </div>
    </div>
  )
}
