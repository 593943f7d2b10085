// `lookAtExpressions`, `importExpressions` and `trainExpressions`: labelled sets of expression images, and training on them.
import type {
  ExpressionLook,
  ExpressionResult,
  ExpressionSet,
  ExpressionSplit,
  ImportExpressionsSpec,
  LookAtExpressionsSpec,
  TrainExpressionsSpec,
} from '@shared/expressions'
import type { CommandContext } from '../command'

export async function lookAtExpressions({ source, layout }: LookAtExpressionsSpec): Promise<ExpressionLook> {
  const { listExpressions } = await import('../expressions/expressionFolders')
  const { classes, images } = listExpressions(source, layout)
  const isKnown = images.every(({ subject }) => subject !== null)
  return {
    classes: classes.map((name, place) => {
      const own = images.filter(({ label }) => label === place)
      const count = (part: ExpressionSplit): number => own.filter(({ split }) => split === part).length
      return { name, train: count('train'), test: count('test'), open: count('open') }
    }),
    images: images.length,
    hasTestPart: images.some(({ split }) => split === 'test'),
    subjects: isKnown ? new Set(images.map(({ subject }) => subject)).size : null,
  }
}

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
