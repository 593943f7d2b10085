// What is shown when a screen itself fails: the sentence, its details, and the way back.
import { useRouteError } from 'react-router'
import { ErrorPanel } from '../ui/ErrorPanel'
import { Button } from '../ui/Button'
import { strings } from './strings'

export function ScreenError() {
  const error = useRouteError()
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
