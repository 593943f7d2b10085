// Makes the WebGPU provider run in tests on machines without a GPU: Chromium's software Vulkan driver, SwiftShader, from beside the browser.
import { existsSync, readdirSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const ICD = 'vk_swiftshader_icd.json'

/** Folders that hold a Chromium: the one the tests were told of, Debian's, and Playwright's own. */
function chromiumFolders(): string[] {
  const playwright = process.env['PLAYWRIGHT_BROWSERS_PATH'] ?? join(homedir(), '.cache', 'ms-playwright')
  const downloaded = existsSync(playwright) ? readdirSync(playwright).filter((name) => name.startsWith('chromium')) : []
  return [
    ...(process.env['AUW_CHROMIUM'] ? [dirname(process.env['AUW_CHROMIUM'])] : []),
    '/usr/lib/chromium',
    '/usr/lib/chromium-browser',
    '/opt/google/chrome',
    ...downloaded.flatMap((name) => readdirSync(join(playwright, name)).map((inner) => join(playwright, name, inner))),
  ]
}

/** Points Vulkan at SwiftShader. Call before the first session; false where no Chromium has it, after saying so. */
export function useEmulatedGpu(): boolean {
  const icd = chromiumFolders()
    .map((folder) => join(folder, ICD))
    .find((file) => existsSync(file))
  if (process.platform !== 'linux' || !icd) {
    process.stderr.write(`WebGPU tests are skipped: no ${ICD} beside a Chromium on this machine.\n`)
    return false
  }
  process.env['VK_ICD_FILENAMES'] = icd
  process.env['XDG_RUNTIME_DIR'] ??= tmpdir()
  return true
}
