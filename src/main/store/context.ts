// What every repository is given.
import type { Connection } from './connection'
import type { IdSource } from './ids'

export interface StoreContext {
  db: Connection
  /** Absolute path of the project folder. */
  root: string
  now: () => Date
  newId: IdSource
}
