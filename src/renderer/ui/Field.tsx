// Labelled inputs: text, choice and switch, each with a line that says what it does.
import { Switch } from 'radix-ui'
import { useId, type InputHTMLAttributes, type ReactNode, type SelectHTMLAttributes } from 'react'
import './field.css'

interface FieldProps {
  label: string
  hint?: ReactNode
  error?: string | null
}

export function TextField({ label, hint, error, ...rest }: FieldProps & InputHTMLAttributes<HTMLInputElement>) {
  const id = useId()
  const hintId = `${id}-hint`
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        className="input"
        aria-invalid={error ? true : undefined}
        aria-describedby={hint || error ? hintId : undefined}
        {...rest}
      />
      {error || hint ? (
        <p id={hintId} className={error ? 'field-error' : 'field-hint'}>
          {error ?? hint}
        </p>
      ) : null}
    </div>
  )
}

export function ChoiceField({ label, hint, error, children, ...rest }: FieldProps & SelectHTMLAttributes<HTMLSelectElement>) {
  const id = useId()
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <select id={id} className="input" {...rest}>
        {children}
      </select>
      {error || hint ? <p className={error ? 'field-error' : 'field-hint'}>{error ?? hint}</p> : null}
    </div>
  )
}

export function SwitchField({
  label,
  hint,
  isOn,
  onChange,
  isDisabled,
}: FieldProps & { isOn: boolean; onChange(isOn: boolean): void; isDisabled?: boolean }) {
  const id = useId()
  return (
    <div className="switch-field">
      <Switch.Root id={id} className="switch" checked={isOn} onCheckedChange={onChange} disabled={isDisabled}>
        <Switch.Thumb className="switch-thumb" />
      </Switch.Root>
      <div>
        <label htmlFor={id}>{label}</label>
        {hint ? <p className="field-hint">{hint}</p> : null}
      </div>
    </div>
  )
}
