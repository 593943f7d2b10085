// Files that a person dropped or chose, made into tokens that the backend understands: by path in Electron, by upload on the loopback host.
import { AppError, type ErrorBody } from '@shared/errors'
import { windowApi } from './windowApi'

export interface UploadProgress {
  fileName: string
  /** Bytes sent of this file. */
  sentBytes: number
  totalBytes: number
  /** Position in the list, from 0. */
  index: number
  count: number
}

/** Sends one file; XMLHttpRequest because fetch reports no upload progress. */
function upload(project: string, file: File, onProgress: (sentBytes: number) => void, signal: AbortSignal | undefined): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `/upload?project=${encodeURIComponent(project)}&name=${encodeURIComponent(file.name)}`)
    request.responseType = 'json'
    request.upload.addEventListener('progress', (event) => onProgress(event.loaded))
    request.addEventListener('load', () => {
      const body = request.response as ({ token?: string } & Partial<ErrorBody>) | null
      if (request.status < 300 && body?.token) resolve(body.token)
      else
        reject(
          new AppError(
            body?.code ?? 'INTERNAL',
            body?.message ?? `"${file.name}" could not be sent (${request.status}).`,
            body?.data ?? {},
          ),
        )
    })
    request.addEventListener('error', () =>
      reject(new AppError('INTERNAL', `"${file.name}" could not be sent: the connection broke. Try again.`)),
    )
    request.addEventListener('abort', () => reject(new AppError('CANCELLED', 'Sending was cancelled.')))
    signal?.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}

/** Tokens of files, in the order given. Uploads go one after the other, so that progress means something. */
export async function grantFiles(
  project: string,
  files: readonly File[],
  onProgress?: (progress: UploadProgress) => void,
  signal?: AbortSignal,
): Promise<string[]> {
  const api = windowApi()
  if (api) return api.grantFiles([...files])
  const tokens: string[] = []
  for (const [index, file] of files.entries()) {
    const report = (sentBytes: number): void =>
      onProgress?.({ fileName: file.name, sentBytes, totalBytes: file.size, index, count: files.length })
    report(0)
    tokens.push(await upload(project, file, report, signal))
  }
  return tokens
}
