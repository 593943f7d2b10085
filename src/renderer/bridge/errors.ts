// Whatever was thrown (oRPC errors, AppErrors, fetch failures) as the one shape that screens show.
import { ORPCError } from '@orpc/client'
import { strings } from '../app/strings'
import { toErrorBody, type ErrorBody, type ErrorCode } from '@shared/errors'

/** Code, sentence and facts of anything caught. */
export function errorBody(error: unknown): ErrorBody {
  if (error instanceof ORPCError) {
    const data: unknown = error.data
    const facts = typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {}
    return { code: String(error.code) as ErrorCode, message: error.message, data: facts }
  }
  const body = toErrorBody(error)
  // The link's own words for a connection that has gone say nothing to anybody.
  return /websocket is not open|websocket closed/i.test(body.message) ? { ...body, message: strings.app.connectionLost } : body
}
