// The builder that every handler file uses: the contract, implemented, with errors turned to their wire form in one place.
import { implement, ORPCError, ValidationError } from '@orpc/server'
import { contract } from '@shared/contract/index'
import { toErrorBody } from '@shared/errors'

/** What is wrong with an input, as one sentence: `startFrame: expected a number`. */
function describeIssues(error: ValidationError): string {
  const first = error.issues[0]
  if (!first) return 'The request was not understood.'
  const path = (first.path ?? []).map((step) => String(typeof step === 'object' ? step.key : step)).join('.')
  return `The request was refused: ${path === '' ? '' : `${path}: `}${first.message}.`
}

/** Any error as the wire carries it: code, message, data. */
export function toWireError(error: unknown): ORPCError<string, unknown> {
  if (error instanceof ORPCError) {
    if (error.cause instanceof ValidationError)
      return new ORPCError('INPUT_INVALID', { message: describeIssues(error.cause), data: {}, cause: error })
    return error as ORPCError<string, unknown>
  }
  const body = toErrorBody(error)
  return new ORPCError(body.code, { message: body.message, data: body.data, cause: error })
}

export const os = implement(contract).use(async ({ next }) => {
  try {
    return await next()
  } catch (error) {
    throw toWireError(error)
  }
})
