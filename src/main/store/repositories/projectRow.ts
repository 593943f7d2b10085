// The project itself: name, coded AUs, active model.
import { AppError } from '@shared/errors'
import type { StoreContext } from '../context'

export interface ProjectFacts {
  id: string
  name: string
  /** Ascending. */
  aus: number[]
  activeModelId: string
  createdAt: string
}

interface Row {
  id: string
  name: string
  aus_json: string
  active_model_id: string
  needs_scrub: number
  created_at: string
}

export class ProjectRepository {
  constructor(private readonly context: StoreContext) {}

  get(): ProjectFacts {
    const row = this.row()
    return {
      id: row.id,
      name: row.name,
      aus: JSON.parse(row.aus_json) as number[],
      activeModelId: row.active_model_id,
      createdAt: row.created_at,
    }
  }

  /** Changes what is given. Throws INPUT_INVALID for an empty name or no AUs. */
  update(change: { name?: string; aus?: readonly number[] }): ProjectFacts {
    const { db } = this.context
    return db.transaction(() => {
      if (change.name !== undefined) db.run('UPDATE project SET name = ?', projectName(change.name))
      if (change.aus !== undefined) db.run('UPDATE project SET aus_json = ?', JSON.stringify(ascendingAus(change.aus)))
      return this.get()
    })
  }

  activeModelId(): string {
    return this.row().active_model_id
  }

  /** Chooses the model that is used where none is named. The caller has checked that it exists. */
  setActiveModel(modelId: string): void {
    this.context.db.run('UPDATE project SET active_model_id = ?', modelId)
  }

  /** Whether deleted bytes still have to be overwritten, because an earlier attempt was interrupted or the disk was full. */
  needsScrub(): boolean {
    return this.row().needs_scrub === 1
  }

  setNeedsScrub(isNeeded: boolean): void {
    this.context.db.run('UPDATE project SET needs_scrub = ?', isNeeded)
  }

  private row(): Row {
    const row = this.context.db.get<Row>('SELECT id, name, aus_json, active_model_id, needs_scrub, created_at FROM project')
    if (!row) throw new AppError('PROJECT_CORRUPT', 'The project has lost its own description. Restore it from a backup.')
    return row
  }
}

/** A project's name as stored. Throws INPUT_INVALID when nothing is left of it. */
export function projectName(name: string): string {
  const trimmed = name.trim()
  if (trimmed === '') throw new AppError('INPUT_INVALID', 'A project needs a name.')
  return trimmed
}

/** AUs as stored: ascending, each once. Throws INPUT_INVALID for none, or for a number that is not 1-99. */
export function ascendingAus(aus: readonly number[]): number[] {
  const distinct = [...new Set(aus)].sort((a, b) => a - b)
  const wrong = distinct.find((au) => !Number.isInteger(au) || au < 1 || au > 99)
  if (wrong !== undefined) throw new AppError('INPUT_INVALID', `${wrong} is not the number of an Action Unit; they go from 1 to 99.`)
  if (distinct.length === 0) throw new AppError('INPUT_INVALID', 'A project codes at least one Action Unit.')
  return distinct
}
