// `npm test`: sets up, builds, checks types and style, runs every suite, and ends with the line `N passed, N failed, N skipped`.
// Words choose parts: `npm test -- unit`, `npm test -- types lint`, `npm test -- e2e coding` (other words are handed to Vitest as file filters).
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuilt } from './build.mjs'
import { findChromium, obtainChromium } from './chromium.mjs'
import { checkLint } from './lint.mjs'
import { cacheFolder, enterPinnedNode, isStarted, root, runPinned, say } from './pinnedNode.mjs'
import { ensureInstalled } from './setup.mjs'
import { checkTypes } from './typecheck.mjs'

const checks = ['types', 'lint']
const suites = ['unit', 'ml', 'integration', 'e2e']
const reportFile = join(cacheFolder, 'vitest.json')

/** What the words after `--` ask for. */
export function parseWishes(words) {
  const wished = words.filter((word) => checks.includes(word) || suites.includes(word))
  const chosenSuites = wished.filter((word) => suites.includes(word))
  const filters = words.filter((word) => !wished.includes(word))
  const isAll = wished.length === 0 && filters.length === 0
  return {
    checks: isAll ? checks : wished.filter((word) => checks.includes(word)),
    // Filters without a suite search all of them.
    suites: isAll || (filters.length > 0 && chosenSuites.length === 0) ? suites : chosenSuites,
    filters,
  }
}

/**
 * Adds up Vitest's JSON report. A file that could not even be loaded has no tests of its own and counts as one failure.
 * @returns {{ passed: number, failed: number, skipped: number }}
 */
export function countTests(report, exitCode) {
  const brokenFiles = report.testResults.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  )
  const counts = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + brokenFiles.length,
    skipped: report.numPendingTests + report.numTodoTests,
  }
  // An error outside every test fails the run without failing a test.
  if (exitCode !== 0 && counts.failed === 0) counts.failed = 1
  return counts
}

async function runVitest(chosen, filters, chromium) {
  mkdirSync(cacheFolder, { recursive: true })
  rmSync(reportFile, { force: true })
  const vitest = join(root, 'node_modules', 'vitest', 'vitest.mjs')
  const projects = chosen.length === suites.length ? [] : chosen.flatMap((suite) => ['--project', suite])
  const args = [
    'run',
    ...projects,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportFile}`,
    ...filters,
  ]
  const code = await runPinned([vitest, ...args], { stdio: ['ignore', 1, 2], env: chromium === null ? {} : { AUW_CHROMIUM: chromium } })
  try {
    return countTests(JSON.parse(readFileSync(reportFile, 'utf8')), code)
  } catch {
    say(`Vitest ended with ${code} and left no report.`)
    return { passed: 0, failed: 1, skipped: 0 }
  }
}

async function main() {
  if (!(await ensureInstalled())) process.exit(1)
  await enterPinnedNode()
  const wishes = parseWishes(process.argv.slice(2))
  if (wishes.suites.length > 0 && !(await ensureBuilt())) process.exit(1)
  const total = { passed: 0, failed: 0, skipped: 0 }
  const note = (name, isRight) => {
    say(`${name}: ${isRight ? 'right' : 'WRONG'}`)
    total[isRight ? 'passed' : 'failed'] += 1
  }
  // At the same time: ESLint alone takes as long as everything else here, and on one processor only.
  const [wrongTypes, wrongStyle] = await Promise.all([
    wishes.checks.includes('types') ? checkTypes() : null,
    wishes.checks.includes('lint') ? checkLint() : null,
  ])
  if (wrongTypes) note('types', wrongTypes.length === 0)
  if (wrongStyle) note('style and rules', wrongStyle.length === 0)
  let hasBrowser = true
  if (wishes.suites.length > 0) {
    const chromium = wishes.suites.includes('e2e') ? await obtainChromium() : findChromium()
    hasBrowser = chromium !== null || !wishes.suites.includes('e2e')
    if (!hasBrowser) warnOfNoBrowser()
    const counts = await runVitest(wishes.suites, wishes.filters, chromium)
    for (const name of Object.keys(total)) total[name] += counts[name]
  }
  if (!hasBrowser) warnOfNoBrowser()
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`)
  process.exit(total.failed === 0 ? 0 : 1)
}

function warnOfNoBrowser() {
  const line = '='.repeat(100)
  say(
    `\n${line}\nBROWSER TESTS ARE SKIPPED: there is no Chromium here and none could be installed.\nInstall Chromium or Chrome, or set AUW_CHROMIUM to its path, and run \`npm test\` again.\n${line}\n`,
  )
}

if (isStarted(import.meta.url)) await main()
