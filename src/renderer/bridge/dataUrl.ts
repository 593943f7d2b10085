// Turns a path of shared/dataUrls.ts into what this window can fetch, and reads arrays from it.
import { AppError, type ErrorBody } from '@shared/errors'
import { windowApi } from './windowApi'

/** Absolute URL of a data path: the app's own scheme in Electron, the same origin on the loopback host. */
export function dataUrl(path: string): string {
  return windowApi() ? `auw-media://app${path}` : path
}

/** Fetches a data path. Throws AppError with the host's code and sentence. */
export async function fetchData(path: string, signal?: AbortSignal): Promise<Response> {
  const response = await fetch(dataUrl(path), { signal: signal ?? null })
  if (response.ok) return response
  const body = (await response.json().catch(() => null)) as Partial<ErrorBody> | null
  throw new AppError(body?.code ?? 'INTERNAL', body?.message ?? `The data could not be read (${response.status} ${response.statusText}).`, {
    ...body?.data,
    status: response.status,
    path,
  })
}
