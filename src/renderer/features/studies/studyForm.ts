// From what the form holds to what `study.start` is asked. Pure; the backend checks again.
import { parseCoders, parseFolds } from '@shared/training'
import type { StudyArm, StudyKind } from '@shared/studies'
import { studyStrings as t } from './studyStrings'

export interface StudyForm {
  kind: StudyKind
  lambdas: string
  layers: string
  /** Ids of models. */
  models: readonly string[]
  /** Sizes of networks that start from nothing. */
  sizes: readonly string[]
  seeds: string
  presetId: string
  /** Empty for nothing; null until somebody chooses. */
  fromModelId: string | null
  folds: string
  /** What happens where coders differ, as `parseCoders` reads it; empty as the recipe has it. */
  coders: string
  hasEpochProbe: boolean
}

export const EMPTY_FORM: StudyForm = {
  kind: 'lambda',
  lambdas: '0, 0.5, 1, 2',
  layers: '1, 2, 3',
  models: [],
  sizes: [],
  seeds: '0',
  presetId: '',
  fromModelId: null,
  folds: '',
  coders: '',
  hasEpochProbe: true,
}

/** Numbers of a list such as `0, 0.5, 1`; null for anything else. */
export function numbersOf(text: string): number[] | null {
  const parts = text
    .split(/[,;\s]+/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const numbers = parts.map(Number)
  return parts.length > 0 && numbers.every((value) => Number.isFinite(value) && value >= 0) ? [...new Set(numbers)] : null
}

/** Seeds as whole numbers; null for anything else. */
export function seedsOf(text: string): number[] | null {
  const seeds = numbersOf(text)
  return seeds?.every(Number.isInteger) ? seeds : null
}

/** The choice of coders that the form shows: none while coders do not contradict each other, and only of people who are there. */
export const codersChosen = (chosen: string, coders: { names: readonly string[]; contradictions: number } | undefined): string =>
  coders && coders.contradictions > 0 && (chosen === 'majority' || coders.names.some((name) => chosen === `coder:${name}`)) ? chosen : ''

/** The arms, or why there are none. @param nameOf a model's name */
export function armsOf(form: StudyForm, nameOf: (id: string) => string): { arms: StudyArm[]; problem: string | null } {
  const fail = (problem: string): { arms: StudyArm[]; problem: string } => ({ arms: [], problem })
  let arms: StudyArm[]
  if (form.kind === 'start') {
    arms = [
      ...form.models.map((id): StudyArm => ({ label: nameOf(id).slice(0, 100), configuration: {}, fromModelId: id })),
      ...form.sizes.map((size): StudyArm => ({
        label: `ViT-${size} from nothing`,
        configuration: { network: { size } },
        fromModelId: null,
      })),
    ]
  } else {
    const text = form.kind === 'lambda' ? form.lambdas : form.layers
    const values = numbersOf(text)
    if (!values) return fail(t.badList(text))
    arms = values.map((value): StudyArm =>
      form.kind === 'lambda'
        ? { label: `lambda ${value}`, configuration: { identity: { lambda: value } } }
        : { label: `${value} ${value === 1 ? 'layer' : 'layers'}`, configuration: { identity: { layers: value } } },
    )
  }
  return arms.length < 2 ? { arms, problem: t.twoArms } : { arms, problem: null }
}

/** Settings that all arms share. @throws AppError CONFIG_INVALID for folds that cannot be read */
export function sharedConfiguration({ folds, coders, hasEpochProbe }: StudyForm): Record<string, unknown> {
  return {
    ...(coders === '' ? {} : { data: { coders: parseCoders(coders) } }),
    evaluation: {
      hasProbe: true,
      hasEpochProbe,
      hasPublishedProtocol: true,
      ...(folds.trim() === '' ? {} : { folds: parseFolds(folds.trim()) }),
    },
  }
}
