// Choices that belong to a project, by name, as JSON: the state of windows, coding presets, export options.
import type { StoreContext } from '../context'

export class SettingRepository {
  constructor(private readonly context: StoreContext) {}

  /** The stored value, undefined when there is none. The caller checks its shape: an older version may have written it. */
  get(key: string): unknown {
    const row = this.context.db.get<{ value_json: string }>('SELECT value_json FROM setting WHERE key = ?', key)
    return row === undefined ? undefined : (JSON.parse(row.value_json) as unknown)
  }

  set(key: string, value: unknown): void {
    this.context.db.run('INSERT OR REPLACE INTO setting (key, value_json) VALUES (?, ?)', key, JSON.stringify(value ?? null))
  }

  remove(key: string): void {
    this.context.db.run('DELETE FROM setting WHERE key = ?', key)
  }

  all(): Record<string, unknown> {
    const rows = this.context.db.all<{ key: string; value_json: string }>('SELECT key, value_json FROM setting ORDER BY key')
    return Object.fromEntries(rows.map((row) => [row.key, JSON.parse(row.value_json) as unknown]))
  }
}
