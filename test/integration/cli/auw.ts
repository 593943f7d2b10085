// Runs the built command line as a person would: a process of its own, its exit code, its two streams.
import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll } from 'vitest'

export const root = resolve(import.meta.dirname, '../../..')
export const demoClip = (subject: string): string => join(root, 'resources/demo', `synthetic_${subject}.mp4`)

export interface Outcome {
  code: number
  stdout: string
  stderr: string
  /** The JSON document on standard output. */
  json<T>(): T
}

/** A folder that goes when the test file ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'auw-test-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

export interface RunOptions {
  settings: string
  /** Called with the child, for signals. */
  onStart?: (child: ReturnType<typeof spawn>) => void
  cwd?: string
  /** Another user to run as, for tests that run as root. */
  uid?: number
}

/** `auw ...args`. Settings go to a folder of the test's own. */
export function auw(options: RunOptions, ...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [join(root, 'out/main/cli.js'), ...args], {
    env: { ...process.env, AUW_SETTINGS: options.settings },
    stdio: ['ignore', 'pipe', 'pipe'],
    cwd: options.cwd,
    uid: options.uid,
  })
  options.onStart?.(child)
  let stdout = ''
  let stderr = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((done, fail) => {
    child.on('error', fail)
    child.on('close', (code, signal) => done({ code: code ?? (signal ? 128 : 1), stdout, stderr, json: <T>() => JSON.parse(stdout) as T }))
  })
}
