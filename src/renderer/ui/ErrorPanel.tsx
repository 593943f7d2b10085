// What went wrong, in its own sentence, with a way out and details that can be copied.
import Copy from 'lucide-react/icons/copy'
import TriangleAlert from 'lucide-react/icons/triangle-alert'
import { useState, type ReactNode } from 'react'
import { strings } from '../app/strings'
import { errorBody } from '../bridge/errors'
import { Button } from './Button'
import './errorPanel.css'

/** Everything a person could paste into a report. Holds no file contents. */
export function errorDetails(error: unknown): string {
  const body = errorBody(error)
  return JSON.stringify({ ...body, at: new Date().toISOString(), screen: location.hash }, null, 2)
}

export function CopyDetails({ error }: { error: unknown }) {
  const [isCopied, setCopied] = useState(false)
  return (
    <Button
      tone="quiet"
      className="small"
      icon={<Copy size={13} />}
      onClick={() => void navigator.clipboard.writeText(errorDetails(error)).then(() => setCopied(true))}
    >
      {isCopied ? strings.common.copied : strings.common.copyDetails}
    </Button>
  )
}

export function ErrorPanel({ error, onRetry, children }: { error: unknown; onRetry?: () => void; children?: ReactNode }) {
  const body = errorBody(error)
  return (
    <div className="error-panel" role="alert">
      <TriangleAlert size={16} aria-hidden />
      <div className="grow">
        <p>{body.message}</p>
        <div className="row wrap error-actions">
          {children}
          {onRetry ? (
            <Button className="small" onClick={onRetry}>
              {strings.common.tryAgain}
            </Button>
          ) : null}
          <CopyDetails error={error} />
          <span className="dim small mono">{body.code}</span>
        </div>
      </div>
    </div>
  )
}
