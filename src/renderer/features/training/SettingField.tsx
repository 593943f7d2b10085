// One setting of a run: its name, its value, one sentence on what it does, and the way back to the recipe's value.
import RotateCcw from 'lucide-react/icons/rotate-ccw'
import type { CoderPolicy, FoldPlan, TrainingConfig } from '@shared/training'
import type { SettingText } from '@shared/trainingSettings'
import { useId, useState, type ReactNode } from 'react'
import { strings } from '../../app/strings'
import { IconButton } from '../../ui/Button'
import { editorOf, type SettingEditor } from './settingFields'

const t = strings.training
const word = (value: string | number): string => t.choices[String(value) as keyof typeof t.choices]

/** What the composite settings can name. */
export interface SettingNames {
  subjects: readonly string[]
  coders: readonly string[]
}

interface EditorProps {
  id: string
  hintId: string
  value: unknown
  names: SettingNames
  onChange(value: unknown): void
}

function NumberInput({ id, hintId, value, onChange, editor }: EditorProps & { editor: SettingEditor & { kind: 'number' } }) {
  // What is being typed may not be a number yet; it is handed on once it is.
  const [text, setText] = useState<string | null>(null)
  return (
    <input
      id={id}
      className="input"
      type="number"
      min={editor.least}
      max={editor.most}
      step={editor.step}
      aria-describedby={hintId}
      placeholder={editor.canBeEmpty ? strings.common.none : undefined}
      value={text ?? (typeof value === 'number' ? String(value) : '')}
      onChange={(event) => {
        setText(event.target.value)
        if (event.target.value !== '' && Number.isFinite(event.target.valueAsNumber)) onChange(event.target.valueAsNumber)
        else if (event.target.value === '' && editor.canBeEmpty) onChange(null)
      }}
      onBlur={() => setText(null)}
    />
  )
}

function Choice({
  id,
  hintId,
  value,
  values,
  onChange,
}: {
  id: string
  hintId: string
  value: string | number
  values: readonly (string | number)[]
  onChange(value: string | number): void
}) {
  return (
    <select
      id={id}
      className="input"
      aria-describedby={hintId}
      value={String(value)}
      onChange={(event) => onChange(values.find((one) => String(one) === event.target.value) ?? value)}
    >
      {values.map((one) => (
        <option key={one} value={one}>
          {word(one)}
        </option>
      ))}
    </select>
  )
}

function Count({ label, value, least, onChange }: { label: string; value: number; least: number; onChange(value: number): void }) {
  return (
    <label className="row small soft">
      {label}
      <input
        className="input small count"
        type="number"
        min={least}
        max={100}
        value={value}
        onChange={(event) => Number.isInteger(event.target.valueAsNumber) && onChange(event.target.valueAsNumber)}
      />
    </label>
  )
}

function Folds({ id, hintId, value, names, onChange }: EditorProps) {
  const plan = value as FoldPlan
  const start: Record<FoldPlan['kind'], FoldPlan> = {
    loso: { kind: 'loso' },
    kfold: { kind: 'kfold', count: 3 },
    holdout: { kind: 'holdout', subjects: names.subjects.slice(-Math.max(1, Math.floor(names.subjects.length / 4))) },
    published: { kind: 'published', dataset: 'BP4D' },
  }
  const toggle = (subject: string): void => {
    if (plan.kind !== 'holdout') return
    const subjects = names.subjects.filter((one) => (one === subject) !== plan.subjects.includes(one))
    if (subjects.length > 0) onChange({ kind: 'holdout', subjects })
  }
  return (
    <>
      <Choice
        id={id}
        hintId={hintId}
        value={plan.kind}
        values={['kfold', 'holdout', 'loso', 'published']}
        onChange={(kind) => onChange(start[kind as FoldPlan['kind']])}
      />
      {plan.kind === 'kfold' ? (
        <Count label={t.foldCount} value={plan.count} least={2} onChange={(count) => onChange({ kind: 'kfold', count })} />
      ) : null}
      {plan.kind === 'holdout' ? (
        <fieldset className="subject-choice" aria-label={t.heldOut}>
          {names.subjects.map((subject) => (
            <label key={subject}>
              <input type="checkbox" checked={plan.subjects.includes(subject)} onChange={() => toggle(subject)} />
              {subject}
            </label>
          ))}
        </fieldset>
      ) : null}
      {plan.kind === 'published' ? (
        <select
          className="input"
          aria-label={t.dataset}
          value={plan.dataset}
          onChange={(event) => onChange({ kind: 'published', dataset: event.target.value })}
        >
          {['BP4D', 'BP4D+', 'DISFA'].map((dataset) => (
            <option key={dataset}>{dataset}</option>
          ))}
        </select>
      ) : null}
    </>
  )
}

function Coders({ id, hintId, value, names, onChange }: EditorProps) {
  const policy = value as CoderPolicy
  return (
    <>
      <Choice
        id={id}
        hintId={hintId}
        value={policy.kind}
        values={['refuse', 'majority', 'coder']}
        onChange={(kind) => onChange(kind === 'coder' ? { kind, coder: names.coders[0] ?? '' } : { kind })}
      />
      {policy.kind === 'coder' ? (
        <select
          className="input"
          aria-label={t.coderName}
          value={policy.coder}
          onChange={(event) => onChange({ kind: 'coder', coder: event.target.value })}
        >
          {names.coders.map((coder) => (
            <option key={coder}>{coder}</option>
          ))}
        </select>
      ) : null}
    </>
  )
}

function Trained({ id, hintId, value, onChange }: EditorProps) {
  const trained = value as TrainingConfig['trained']
  return (
    <>
      <Choice
        id={id}
        hintId={hintId}
        value={trained.part}
        values={['all', 'blocks', 'heads']}
        onChange={(part) => onChange(part === 'blocks' ? { part, count: 2 } : { part })}
      />
      {trained.part === 'blocks' ? (
        <Count label={t.blockCount} value={trained.count} least={1} onChange={(count) => onChange({ part: 'blocks', count })} />
      ) : null}
    </>
  )
}

function Share({ value, onChange, name }: { value: unknown; onChange(value: unknown): void; name: string }) {
  const range = value as readonly [number, number] | null
  const put = (place: 0 | 1, text: string): void => {
    if (text === '') return onChange(null)
    const [low, high] = range ?? [0.08, 1]
    onChange(place === 0 ? [Number(text), high] : [low, Number(text)])
  }
  return (
    <span className="row">
      {([0, 1] as const).map((place) => (
        <input
          key={place}
          className="input grow"
          type="number"
          min={0}
          max={1}
          step="any"
          placeholder={strings.common.none}
          aria-label={`${name}, ${place === 0 ? t.smallest : t.largest}`}
          value={range?.[place] ?? ''}
          onChange={(event) => put(place, event.target.value)}
        />
      ))}
    </span>
  )
}

function editorElement(editor: SettingEditor, props: EditorProps, name: string): ReactNode {
  const { id, hintId, value, onChange } = props
  switch (editor.kind) {
    case 'number':
      return <NumberInput {...props} editor={editor} />
    case 'choice':
      return <Choice id={id} hintId={hintId} value={value as string | number} values={editor.values} onChange={onChange} />
    case 'switch':
      return (
        <input
          id={id}
          type="checkbox"
          aria-describedby={hintId}
          checked={value === true}
          onChange={(event) => onChange(event.target.checked)}
        />
      )
    case 'text':
      return (
        <input
          id={id}
          className="input mono"
          spellCheck={false}
          aria-describedby={hintId}
          placeholder={strings.common.none}
          value={(value as string | null) ?? ''}
          onChange={(event) => onChange(event.target.value.trim() === '' ? null : event.target.value.trim())}
        />
      )
    case 'range':
      return <Share value={value} onChange={onChange} name={name} />
    case 'trained':
      return <Trained {...props} />
    case 'coders':
      return <Coders {...props} />
    case 'folds':
      return <Folds {...props} />
  }
}

interface SettingFieldProps {
  setting: SettingText
  value: unknown
  isChanged: boolean
  error: string | null
  names: SettingNames
  onChange(value: unknown): void
  onReset(): void
}

export function SettingField({ setting, value, isChanged, error, names, onChange, onReset }: SettingFieldProps) {
  const id = useId()
  const hintId = `${id}-hint`
  const editor = editorOf(setting.path)
  if (!editor) return null
  return (
    <div className={`field setting ${editor.kind === 'switch' ? 'switched' : ''}`}>
      <span className="spread setting-head">
        <label htmlFor={id}>{setting.label}</label>
        {isChanged ? (
          <IconButton label={t.resetOne(setting.label)} className="small" onClick={onReset}>
            <RotateCcw size={12} />
          </IconButton>
        ) : null}
      </span>
      {editorElement(editor, { id, hintId, value, names, onChange }, setting.label)}
      <p id={hintId} className={error ? 'field-error' : 'field-hint'} role={error ? 'alert' : undefined}>
        {error ?? setting.sentence}
      </p>
    </div>
  )
}
