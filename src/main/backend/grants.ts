// File tokens: windows never see or send paths, so a file that a person dropped or chose is granted here and named by a token.
import { randomBytes } from 'node:crypto'
import { isAbsolute, resolve } from 'node:path'
import { AppError } from '@shared/errors'

const PREFIX = 'grant:'

/** Paths by token, for the life of the backend. */
export class Grants {
  private readonly paths = new Map<string, string>()

  /** @param allowsPaths whether a plain path is accepted as well: true for the command line and the loopback host, whose users own the file system. */
  constructor(private readonly allowsPaths: boolean) {}

  /** A token for a path; granting a path twice gives the same token. */
  grant(path: string): string {
    const absolute = resolve(path)
    for (const [token, known] of this.paths) if (known === absolute) return token
    const token = PREFIX + randomBytes(16).toString('base64url')
    this.paths.set(token, absolute)
    return token
  }

  /** @throws AppError INPUT_INVALID for a token that was never given. */
  resolve(token: string): string {
    const path = this.paths.get(token)
    if (path !== undefined) return path
    if (this.allowsPaths && !token.startsWith(PREFIX)) {
      if (token.includes('\0'))
        throw new AppError('INPUT_INVALID', 'That path holds a character that no file name can have; choose another.')
      return isAbsolute(token) ? token : resolve(token)
    }
    throw new AppError('INPUT_INVALID', 'That file is no longer known to this window; choose or drop it again.')
  }
}
