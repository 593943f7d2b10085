// Says something in the corner of the window, from anywhere.
import { errorBody } from '../bridge/errors'
import { useNotices, type Notice } from './notices'

export function notify(text: string, action?: Notice['action'], tone: 'info' | 'good' = 'good'): void {
  useNotices.getState().add({ tone, text, ...(action ? { action } : {}) })
}

/** Shows an error; being cancelled is none. */
export function notifyError(error: unknown): void {
  const body = errorBody(error)
  if (body.code === 'CANCELLED') return
  useNotices.getState().add({ tone: 'bad', text: body.message, error })
}
