// Columns of expression classes at the end of the product's own table: the likeliest class of a frame, and the probability of each. There only where an
// expression model has predicted.
import { csvField, fixed } from './csvFields'

/** Columns for the classes of a model, none for none. */
export function expressionColumns(classes: readonly string[]): string[] {
  return classes.length === 0 ? [] : ['expression', ...classes.map((name) => `expression_${columnPart(name)}_prob`)]
}

/** Values of one frame; empty where nothing is known. @param probabilities in the order of the classes */
export function expressionFields(classes: readonly string[], probabilities: readonly (number | null)[] | null): string[] {
  if (classes.length === 0) return []
  const values = classes.map((_, place) => probabilities?.[place] ?? null)
  const known = values.map((value) => (value === null || Number.isNaN(value) ? -1 : value))
  const largest = Math.max(...known)
  return [largest < 0 ? '' : csvField(classes[known.indexOf(largest)] ?? ''), ...values.map((value) => fixed(value, 6))]
}

/** Class names come from folders and may hold anything; columns hold letters, digits and lines. */
const columnPart = (name: string): string => name.replace(/[^\p{L}\p{N}]+/gu, '_').replace(/^_|_$/g, '')
