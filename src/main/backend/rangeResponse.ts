// A file as a fetch Response with byte ranges, as media elements ask for them. Leaves out who may ask for which file.
import { open } from 'node:fs/promises'

const CHUNK = 256 * 1024

/** One range of a Range header, or null where the whole is meant. Suffix ranges (`bytes=-500`) are understood; several ranges are not (the first counts). */
export function parseRange(header: string | null, size: number): { start: number; end: number } | 'unsatisfiable' | null {
  const match = /^bytes=(\d*)-(\d*)/.exec(header ?? '')
  if (!match || (match[1] === '' && match[2] === '')) return null
  const start = match[1] === '' ? Math.max(0, size - Number(match[2])) : Number(match[1])
  const end = match[1] === '' || match[2] === '' ? size - 1 : Math.min(Number(match[2]), size - 1)
  return start > end || start >= size ? 'unsatisfiable' : { start, end }
}

/** Streams a file; 206 with `content-range` for a range, 416 when it lies outside, 404 when the file is gone. */
export async function fileResponse(
  path: string,
  contentType: string,
  request: Request,
  extra: Record<string, string> = {},
): Promise<Response> {
  const handle = await open(path, 'r').catch(() => null)
  if (!handle) return new Response('The file is not where it was.', { status: 404 })
  const { size, mtimeMs } = await handle.stat()
  const range = parseRange(request.headers.get('range'), size)
  const headers: Record<string, string> = {
    'content-type': contentType,
    'accept-ranges': 'bytes',
    etag: `"${size}-${Math.round(mtimeMs)}"`,
    'cache-control': 'no-cache',
    ...extra,
  }
  if (range === 'unsatisfiable') {
    await handle.close()
    return new Response(null, { status: 416, headers: { ...headers, 'content-range': `bytes */${size}` } })
  }
  const start = range?.start ?? 0
  const end = range?.end ?? size - 1
  let at = start
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const length = Math.min(CHUNK, end - at + 1)
        const { bytesRead, buffer } = length > 0 ? await handle.read(Buffer.alloc(length), 0, length, at) : { bytesRead: 0, buffer: null }
        at += bytesRead
        if (buffer && bytesRead > 0) controller.enqueue(buffer.subarray(0, bytesRead))
        if (bytesRead > 0 && at <= end) return
        // With the last byte and not when one more is asked for, which a reader that has counted never does.
        await handle.close()
        controller.close()
      } catch (error) {
        await handle.close()
        controller.error(error)
      }
    },
    cancel: () => handle.close(),
  })
  if (request.method === 'HEAD') {
    await handle.close()
    return new Response(null, { status: range ? 206 : 200, headers: { ...headers, 'content-length': String(end - start + 1) } })
  }
  return new Response(body, {
    status: range ? 206 : 200,
    headers: {
      ...headers,
      'content-length': String(end - start + 1),
      ...(range ? { 'content-range': `bytes ${start}-${end}/${size}` } : {}),
    },
  })
}
