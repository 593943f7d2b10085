// Which project a start asks for: from the command line, a second start, or the system's open-file event.
import { existsSync, statSync } from 'node:fs'
import { basename, dirname, extname, resolve } from 'node:path'

const isProjectFolder = (path: string): boolean =>
  existsSync(path) && statSync(path).isDirectory() && existsSync(resolve(path, 'project.sqlite'))

/**
 * The project folder that a path means: the folder itself, or the one whose project.sqlite was opened, or the file that every project has for opening it by a
 * double click (store/projectFolder.ts). Null when it is none.
 */
export function projectFolderOf(path: string, workingDirectory: string): string | null {
  const absolute = resolve(workingDirectory, path)
  if (isProjectFolder(absolute)) return absolute
  const isOfProject = basename(absolute) === 'project.sqlite' || extname(absolute).toLowerCase() === '.auproj'
  return isOfProject && existsSync(absolute) && isProjectFolder(dirname(absolute)) ? dirname(absolute) : null
}

/** The first argument that names a project. `argv` is the whole command line; switches are passed over. */
export function projectInArguments(argv: readonly string[], workingDirectory: string): string | null {
  for (const argument of argv.slice(1)) {
    if (argument.startsWith('-')) continue
    const folder = projectFolderOf(argument, workingDirectory)
    if (folder !== null) return folder
  }
  return null
}
