// The built renderer's files, with the headers that keep the page from loading anything from elsewhere.
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { ServerResponse } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.json': 'application/json',
  '.map': 'application/json',
}

/** Sent with every answer. Nothing remote can be loaded, framed, or told where the page came from. */
export const SECURITY_HEADERS: Record<string, string> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
}

/** Answers with a file below `root`; unknown paths without an extension get index.html, since routes live in the page. */
export async function serveStatic(root: string, path: string, response: ServerResponse): Promise<void> {
  const wanted = normalize(join(root, decodeURIComponent(path)))
  const isInside = wanted === root || wanted.startsWith(root + sep)
  const file = isInside && extname(wanted) !== '' ? wanted : join(root, 'index.html')
  const facts = await stat(file).catch(() => null)
  if (!isInside || !facts?.isFile()) {
    response.writeHead(404, { ...SECURITY_HEADERS, 'content-type': 'text/plain' }).end('There is nothing here.')
    return
  }
  const isHashed = file.includes(`${sep}assets${sep}`)
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'content-length': facts.size,
    'cache-control': isHashed ? 'public, max-age=31536000, immutable' : 'no-cache',
  })
  createReadStream(file).pipe(response)
}
