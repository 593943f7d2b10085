// The sets of sorted images that the project has taken in, the one that is shown by its classes, and the way to take another in.
import { useMutation, type UseQueryResult } from '@tanstack/react-query'
import type { ExpressionSetSummary } from '@shared/contract/expressions'
import { useState } from 'react'
import { queryClient } from '../../../app/queryClient'
import { strings } from '../../../app/strings'
import { queries } from '../../../bridge/client'
import { Button } from '../../../ui/Button'
import { Dialog } from '../../../ui/Dialog'
import { Loading } from '../../../ui/EmptyState'
import { ErrorPanel } from '../../../ui/ErrorPanel'
import { notify } from '../../../ui/notify'
import { expressionStrings as t } from './expressionStrings'
import { TakeImagesIn } from './TakeImagesIn'

interface SetsProps {
  project: string
  sets: UseQueryResult<ExpressionSetSummary[]>
  shown: ExpressionSetSummary | null
  onShow(name: string): void
  canChange: boolean
}

export function ExpressionSets({ project, sets, shown, onShow, canChange }: SetsProps) {
  const list = sets.data ?? []
  return (
    <>
      <h2>{t.sets}</h2>
      {sets.isPending ? <Loading label={strings.app.loading} /> : null}
      {sets.isError ? <ErrorPanel error={sets.error} onRetry={() => void sets.refetch()} /> : null}
      {sets.data?.length === 0 ? <p className="soft">{t.noSets}</p> : null}
      {list.length > 1 ? (
        <ul className="run-list">
          {list.map((set) => (
            <li key={set.name}>
              <button type="button" className="run-item" aria-current={set.name === shown?.name} onClick={() => onShow(set.name)}>
                <span className="grow truncate">{set.name}</span>
                <span className="num small">{t.setFacts(set.images, set.pixels)}</span>
              </button>
            </li>
          ))}
        </ul>
      ) : null}
      {shown ? <SetCard key={shown.name} project={project} set={shown} canChange={canChange} /> : null}
      <details className="take-images" open={sets.data?.length === 0}>
        <summary>
          <h2>{t.take}</h2>
        </summary>
        <TakeImagesIn project={project} taken={list.map(({ name }) => name)} canChange={canChange} onTaken={onShow} />
      </details>
    </>
  )
}

function SetCard({ project, set, canChange }: { project: string; set: ExpressionSetSummary; canChange: boolean }) {
  const [isRemoving, setRemoving] = useState(false)
  const remove = useMutation(
    queries.expressions.removeSet.mutationOptions({
      meta: { showsError: true },
      onSuccess() {
        notify(t.removedSet(set.name))
        setRemoving(false)
        void queryClient.invalidateQueries({ queryKey: queries.expressions.sets.key() })
      },
    }),
  )
  return (
    <div className="expression-set">
      <header className="spread">
        <h3>{set.name}</h3>
        <Button className="small" tone="quiet" aria-label={t.removeSet(set.name)} disabled={!canChange} onClick={() => setRemoving(true)}>
          {t.remove}
        </Button>
      </header>
      <p className="small soft">
        {t.layouts[set.layout]} · {t.setFacts(set.images, set.pixels)}. {t.setSubjects(set.subjects)} {t.setParts(set.hasTestPart)}{' '}
        {set.unreadable > 0 ? t.unreadable(set.unreadable) : ''}
      </p>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t.class}</th>
            <th scope="col" className="right">
              {t.images}
            </th>
          </tr>
        </thead>
        <tbody>
          {set.classes.map(({ name, images }) => (
            <tr key={name}>
              <td>{name}</td>
              <td className="right num">{images}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Dialog
        title={t.removeSetTitle(set.name)}
        description={t.removeSetText}
        isOpen={isRemoving}
        onClose={() => setRemoving(false)}
        footer={
          <>
            <Button onClick={() => setRemoving(false)}>{strings.common.cancel}</Button>
            <Button tone="danger" isBusy={remove.isPending} onClick={() => remove.mutate({ project, name: set.name })}>
              {strings.common.remove}
            </Button>
          </>
        }
      >
        {remove.isError ? <ErrorPanel error={remove.error} /> : null}
      </Dialog>
    </div>
  )
}
