// What a project takes on disk, by what it holds.
import { formatBytes } from '@shared/formatBytes'
import type { StorageUse } from '@shared/project'
import { strings } from '../app/strings'
import './storageBars.css'

const PARTS = ['database', 'crops', 'models', 'runs', 'proxies', 'videos', 'exports'] as const

export function StorageBars({ use }: { use: StorageUse }) {
  return (
    <dl className="storage">
      {PARTS.filter((part) => use[part] > 0).map((part) => (
        <div key={part}>
          <dt>{strings.storage[part]}</dt>
          <dd className="num">{formatBytes(use[part])}</dd>
          <div className="storage-bar" aria-hidden>
            <div style={{ width: `${(100 * use[part]) / Math.max(1, use.total)}%` }} />
          </div>
        </div>
      ))}
      <div className="storage-total">
        <dt>{strings.storage.total}</dt>
        <dd className="num">{formatBytes(use.total)}</dd>
      </div>
    </dl>
  )
}
