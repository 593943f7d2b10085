// Serves the page's files and its data under schemes of their own, so that no port is opened and no file URL is needed.
import { protocol, type Session } from 'electron'
import { readFile } from 'node:fs/promises'
import { extname, join, normalize, sep } from 'node:path'
import type { Backend } from '@main/backend/index'
import { APP_ORIGIN, APP_SCHEME, isAppUrl, MEDIA_SCHEME } from './addresses'
import { CONTENT_SECURITY_POLICY } from './security'

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.map': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webp': 'image/webp',
  '.woff': 'font/woff',
  '.woff2': 'font/woff2',
}

/** Declares the schemes. Electron wants it before the application is ready. */
export function registerSchemes(): void {
  const privileges = { standard: true, secure: true, supportFetchAPI: true }
  protocol.registerSchemesAsPrivileged([
    { scheme: APP_SCHEME, privileges: { ...privileges, codeCache: true } },
    // Stream: a media element asks for ranges. CORS: the page has another origin and reads arrays and video pixels.
    { scheme: MEDIA_SCHEME, privileges: { ...privileges, stream: true, corsEnabled: true } },
  ])
}

/** Answers with a file below `rendererDirectory`; never with anything outside of it. */
export async function answerPage(rendererDirectory: string, request: Request): Promise<Response> {
  const headers = {
    'content-security-policy': CONTENT_SECURITY_POLICY,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'no-referrer',
  }
  const refuse = (status: number): Response => new Response('There is nothing here.', { status, headers })
  if (!isAppUrl(request.url)) return refuse(404)
  if (request.method !== 'GET' && request.method !== 'HEAD') return refuse(405)
  let path: string
  try {
    path = decodeURIComponent(new URL(request.url).pathname)
  } catch {
    return refuse(400)
  }
  const file = normalize(join(rendererDirectory, path === '/' ? 'index.html' : path))
  if (!file.startsWith(rendererDirectory + sep) || file.includes('\0')) return refuse(404)
  const content = await readFile(file).catch(() => null)
  if (content === null) return refuse(404)
  return new Response(request.method === 'HEAD' ? null : content, {
    headers: { ...headers, 'content-type': TYPES[extname(file)] ?? 'application/octet-stream', 'content-length': String(content.length) },
  })
}

/** Answers a data request with the backend's response, readable by the application's page alone. */
export async function answerMedia(backend: Pick<Backend, 'handleData'>, request: Request): Promise<Response> {
  const origin = request.headers.get('origin')
  if (origin !== null && origin !== APP_ORIGIN) return new Response(null, { status: 403 })
  // The page's origin is another, so Chromium may ask first whether a request for a range is welcome.
  if (request.method === 'OPTIONS')
    return new Response(null, {
      status: 204,
      headers: {
        'access-control-allow-origin': APP_ORIGIN,
        'access-control-allow-methods': 'GET, HEAD',
        'access-control-allow-headers': 'range',
      },
    })
  if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(null, { status: 405 })
  const answer = await backend.handleData(request)
  const headers = new Headers(answer.headers)
  headers.set('access-control-allow-origin', APP_ORIGIN)
  headers.set('access-control-expose-headers', '*')
  headers.set('x-content-type-options', 'nosniff')
  return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers })
}

/** Puts both answers behind their schemes in this session. */
export function serveSchemes(session: Session, rendererDirectory: string, backend: Pick<Backend, 'handleData'>): void {
  session.protocol.handle(APP_SCHEME, (request) => answerPage(rendererDirectory, request))
  session.protocol.handle(MEDIA_SCHEME, (request) => answerMedia(backend, request))
}
