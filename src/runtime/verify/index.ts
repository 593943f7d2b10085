// `npm run verify -- DIR [--device D]`: compares this engine with a folder of reference vectors and prints the worst error of each part.
import { stat } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { toErrorBody } from '@shared/errors'
import type { DeviceId } from '../runtime'
import { verifyAugmentation } from './augmentation'
import { verifyForward } from './forward'
import { verifyMetrics, verifyPositions, verifySchedule } from './measures'
import { verifyPretraining } from './pretraining'
import { hasPassed, type PartResult } from './reference'
import { verifyGradients, verifyGroups, verifySteps } from './training'

const DEVICES: readonly DeviceId[] = ['cpu', 'webgpu', 'wasm', 'cuda', 'dml', 'coreml', 'tensorflow-cpu', 'tensorflow-cuda']

interface Part {
  name: string
  isRequired: boolean
  run: (folder: string, device: DeviceId) => Promise<PartResult | null>
}

const PARTS: readonly Part[] = [
  { name: 'forward pass', isRequired: true, run: verifyForward },
  { name: 'positions', isRequired: true, run: verifyPositions },
  { name: 'metrics', isRequired: true, run: verifyMetrics },
  { name: 'schedule', isRequired: false, run: verifySchedule },
  { name: 'gradients', isRequired: false, run: verifyGradients },
  { name: 'groups and rates', isRequired: false, run: verifyGroups },
  { name: 'optimizer steps', isRequired: false, run: verifySteps },
  { name: 'pretraining', isRequired: false, run: verifyPretraining },
  { name: 'augmentation', isRequired: false, run: verifyAugmentation },
]

/** Runs every part and prints one line each; true where all required parts ran and none failed. */
export async function verifyFolder(folder: string, device: DeviceId, print: (line: string) => void): Promise<boolean> {
  let isRight = true
  for (const part of PARTS) {
    const outcome = await part.run(folder, device).catch((error: unknown) => toErrorBody(error))
    if (outcome === null) {
      print(`${part.name.padEnd(17)} not checked (no reference in the folder)${part.isRequired ? ', but required' : ''}`)
      isRight &&= !part.isRequired
    } else if ('code' in outcome) {
      print(`${part.name.padEnd(17)} FAILED: ${outcome.message}`)
      isRight = false
    } else {
      const verdict = hasPassed(outcome) ? 'passed' : 'FAILED'
      print(
        `${part.name.padEnd(17)} ${verdict}  worst error ${outcome.error.toExponential(2)} (${outcome.worst}), tolerance ${outcome.tolerance}`,
      )
      isRight &&= hasPassed(outcome)
    }
  }
  return isRight
}

/** The command. Resolves to the exit code: 0 all right, 1 not, 2 wrong usage. */
export async function verifyCommand(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({ args, options: { device: { type: 'string', default: 'cpu' } }, allowPositionals: true })
  const [folder] = positionals
  const device = values.device as DeviceId
  if (!folder || !DEVICES.includes(device)) {
    process.stderr.write(`Usage: npm run verify -- DIR [--device ${DEVICES.join('|')}]\n`)
    return 2
  }
  if (!(await stat(folder).catch(() => null))?.isDirectory()) {
    process.stderr.write(`There is no folder ${folder}.\n`)
    return 2
  }
  process.stdout.write(`Comparing with ${folder} on ${device}\n`)
  const isRight = await verifyFolder(folder, device, (line) => process.stdout.write(`${line}\n`))
  process.stdout.write(isRight ? 'All that was checked is right.\n' : 'Not right.\n')
  return isRight ? 0 : 1
}
