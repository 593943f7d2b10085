// The two schemes a page may use, and what counts as the application's own page. Pure, so that every gate asks the same question.

/** Scheme of the renderer's files. */
export const APP_SCHEME = 'auw-app'
/** Scheme of media and arrays; `auw-media://app/data/...`, see shared/dataUrls.ts. */
export const MEDIA_SCHEME = 'auw-media'
const HOST = 'app'

/** Address of a screen; `route` is a path of the renderer's hash router. */
export const appUrl = (route = '/'): string => `${APP_SCHEME}://${HOST}/#${route}`

/** Origin of the page as CORS headers carry it. */
export const APP_ORIGIN = `${APP_SCHEME}://${HOST}`

function parse(url: string): URL | null {
  try {
    return new URL(url)
  } catch {
    return null
  }
}

/** True for the application's own page. Compared part by part: a prefix test would accept `auw-app://app.example`. */
export function isAppUrl(url: string): boolean {
  const parsed = parse(url)
  return parsed !== null && parsed.protocol === `${APP_SCHEME}:` && parsed.host === HOST && parsed.username === '' && parsed.port === ''
}

const LOCAL_PROTOCOLS = new Set([`${APP_SCHEME}:`, `${MEDIA_SCHEME}:`, 'blob:', 'data:', 'devtools:'])

/** True for requests that stay inside the application; everything else is the network or the file system. */
export function isLocalUrl(url: string): boolean {
  const parsed = parse(url)
  return parsed !== null && LOCAL_PROTOCOLS.has(parsed.protocol)
}
