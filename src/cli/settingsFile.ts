// `--config FILE`: settings as JSON, over which options are laid.
import { readFileSync } from 'node:fs'
import { AppError } from '@shared/errors'
import { isSettingsTree, type SettingsTree } from '@shared/layeredSettings'

/** Empty without a file. @throws AppError FILE_NOT_FOUND, CONFIG_INVALID */
export function readSettings(file: string | undefined): SettingsTree {
  if (file === undefined) return {}
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new AppError('FILE_NOT_FOUND', `The configuration ${file} cannot be read.`, { file })
  }
  try {
    const parsed: unknown = JSON.parse(text)
    if (isSettingsTree(parsed)) return parsed
  } catch {
    // said below
  }
  throw new AppError('CONFIG_INVALID', `${file} is no JSON object of settings.`, { file })
}
