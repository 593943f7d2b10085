// Settings as changes laid over defaults, then checked: how every configuration of a run is read.
import type { z } from 'zod'
import { AppError } from './errors'

export type SettingsTree = Record<string, unknown>

export const isSettingsTree = (value: unknown): value is SettingsTree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A group whose fields depend on its `part` or `kind`. */
const isChoice = (tree: SettingsTree): boolean => 'part' in tree || 'kind' in tree

/** `change` over `base`, group by group; what is undefined changes nothing; arrays, null and choices replace as a whole. */
export function mergeSettings(base: SettingsTree, change: SettingsTree): SettingsTree {
  const result: SettingsTree = { ...base }
  for (const [key, value] of Object.entries(change)) {
    const before = base[key]
    if (isSettingsTree(value) && !isChoice(value)) {
      const inner = mergeSettings(isSettingsTree(before) ? before : {}, value)
      if (isSettingsTree(before) || Object.keys(inner).length > 0) result[key] = inner
    } else if (value !== undefined) result[key] = value
  }
  return result
}

/**
 * Changes laid over each other from the defaults on, later ones winning, then checked.
 * @param what `pretraining`, `synthetic subjects`, for the sentence
 * @throws AppError CONFIG_INVALID, naming the setting
 */
export function layeredSettings<T>(schema: z.ZodType<T>, defaults: T, changes: readonly unknown[], what: string): T {
  let merged = defaults as SettingsTree
  for (const change of changes) {
    if (change === undefined || change === null) continue
    if (!isSettingsTree(change)) throw new AppError('CONFIG_INVALID', `A configuration of ${what} must be a JSON object of settings.`)
    merged = mergeSettings(merged, change)
  }
  const parsed = schema.safeParse(merged)
  if (parsed.success) return parsed.data
  const issue = parsed.error.issues[0]
  throw settingRefused(issue?.path.map(String).join('.') ?? '', issue ? reasonOf(issue) : 'was refused')
}

/** What is wrong with a value in plain words, to go on after the setting's name. */
function reasonOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'too_small':
      return issue.origin === 'array' || issue.origin === 'string'
        ? 'is empty or too short'
        : `must be ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}`
    case 'too_big':
      return issue.origin === 'array' || issue.origin === 'string'
        ? 'is too long'
        : `must be ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}`
    case 'invalid_type':
      return `must be ${issue.expected === 'int' ? 'a whole number' : `of the type ${issue.expected}`}`
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`
    default:
      return `was refused: ${issue.message}`
  }
}

/** `why` goes on after the setting's name, without a full stop. */
export const settingRefused = (path: string, why: string): AppError =>
  new AppError('CONFIG_INVALID', `The setting ${path === '' ? '(top level)' : path} ${why}.`, { path })
