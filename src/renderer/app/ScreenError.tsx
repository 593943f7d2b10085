// What is shown when a screen itself fails: the sentence, its details, and the way back.
import { useRouteError } from 'react-router'
import { ErrorPanel } from '../ui/ErrorPanel'
import { Button } from '../ui/Button'
import { strings } from './strings'

/** Whether a part of the page could not be fetched: it was built anew while this window was open, and the old part is gone. */
const isOutdated = (error: unknown): boolean =>
  error instanceof Error && /dynamically imported module|module script failed|Unable to preload CSS/i.test(error.message)

export function ScreenError() {
  const error = useRouteError()
  if (isOutdated(error))
    return (
      <div style={{ padding: 24, maxWidth: 720 }} className="stack" role="alert">
        <h2>{strings.app.outdated}</h2>
        <p className="soft">{strings.app.outdatedText}</p>
        <div>
          <Button tone="primary" onClick={() => location.reload()}>
            {strings.app.reload}
          </Button>
        </div>
      </div>
    )
  return (
    <div style={{ padding: 24, maxWidth: 720 }} className="stack">
      <h2>{strings.app.crashed}</h2>
      <ErrorPanel error={error}>
        <Button className="small" onClick={() => location.reload()}>
          {strings.app.reload}
        </Button>
        <a href="#/projects">{strings.nav.home}</a>
      </ErrorPanel>
    </div>
  )
}
