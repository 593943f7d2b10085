// Fields that the forms of all kinds of runs share: the model to begin with, its size where it begins from nothing, and the device.
import { useQuery } from '@tanstack/react-query'
import type { ModelSummary } from '@shared/model'
import { queries } from '../../bridge/client'
import { ChoiceField } from '../../ui/Field'

interface ChoiceProps {
  label: string
  hint?: string
  value: string
  onChange(value: string): void
}

/** A model by its id; empty where `nothing` is chosen, which is offered where it is named. */
export function ModelField({ models, nothing, onChange, ...field }: ChoiceProps & { models: readonly ModelSummary[]; nothing?: string }) {
  return (
    <ChoiceField {...field} onChange={(event) => onChange(event.target.value)}>
      {nothing === undefined ? null : <option value="">{nothing}</option>}
      {models.map((model) => (
        <option key={model.id} value={model.id}>
          {model.name}
        </option>
      ))}
    </ChoiceField>
  )
}

/** Sizes of a network that starts from nothing, in their words. */
export function SizeField<Size extends string>({
  sizes,
  words,
  value,
  label,
  onChange,
}: {
  label: string
  sizes: readonly Size[]
  words: Readonly<Record<NoInfer<Size>, string>>
  value: NoInfer<Size>
  onChange(size: NoInfer<Size>): void
}) {
  return (
    <ChoiceField label={label} value={value} onChange={(event) => onChange(event.target.value as Size)}>
      {sizes.map((size) => (
        <option key={size} value={size}>
          {words[size]}
        </option>
      ))}
    </ChoiceField>
  )
}

/** Devices that are there; empty leaves the choice to the device check. */
export function DeviceField({ automatic, onChange, ...field }: ChoiceProps & { automatic: string }) {
  const devices = useQuery(queries.device.list.queryOptions())
  return (
    <ChoiceField {...field} onChange={(event) => onChange(event.target.value)}>
      <option value="">{automatic}</option>
      {devices.data
        ?.filter(({ isAvailable }) => isAvailable)
        .map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
    </ChoiceField>
  )
}
