// `importExpressions` and `trainExpressions`: labelled sets of expression images, and training on them.
import type { ExpressionResult, ExpressionSet, ImportExpressionsSpec, TrainExpressionsSpec } from '@shared/expressions'
import type { CommandContext } from '../command'

export async function importExpressions(
  spec: ImportExpressionsSpec,
  _payload: Uint8Array,
  context: CommandContext,
): Promise<ExpressionSet> {
  const { importSet } = await import('../expressions/importSet')
  return importSet(spec, context)
}

/** The trainer is loaded when it is first needed. */
export async function trainExpressions(
  spec: TrainExpressionsSpec,
  _payload: Uint8Array,
  context: CommandContext,
): Promise<ExpressionResult> {
  const { expressionRun } = await import('../expressions/expressionRun')
  return expressionRun(spec, context)
}
