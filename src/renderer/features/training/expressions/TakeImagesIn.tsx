// Takes a folder of sorted images in: what its names promise is shown first, then a job reads, resizes and stores them.
import { keepPreviousData, useMutation, useQuery } from '@tanstack/react-query'
import { EXPRESSION_LAYOUTS, type ExpressionLayout, type ExpressionLook } from '@shared/expressions'
import { useEffect, useState } from 'react'
import { isActive, useJobs } from '../../../app/projectState'
import { queryClient } from '../../../app/queryClient'
import { queries } from '../../../bridge/client'
import { windowApi } from '../../../bridge/windowApi'
import { Button } from '../../../ui/Button'
import { Loading } from '../../../ui/EmptyState'
import { ErrorPanel } from '../../../ui/ErrorPanel'
import { ChoiceField, TextField } from '../../../ui/Field'
import { FolderField } from '../../../ui/FolderField'
import { JobFailure } from '../../../ui/JobFailure'
import { expressionStrings as t } from './expressionStrings'

const DEFAULT_PIXELS = 112
/** As `expressions.import` takes them. */
const PIXELS = { least: 16, most: 1024 }

/** The side in pixels, or null for what is no whole number in range. */
function pixelsOf(text: string): number | null {
  const side = /^\d+$/.test(text.trim()) ? Number(text) : 0
  return side >= PIXELS.least && side <= PIXELS.most ? side : null
}

/** The layout's name, numbered where there is such a set already. */
function freeName(layout: ExpressionLayout, taken: readonly string[]): string {
  for (let number = 1; ; number++) {
    const name = number === 1 ? layout : `${layout}-${number}`
    if (!taken.includes(name)) return name
  }
}

interface TakeProps {
  project: string
  taken: readonly string[]
  canChange: boolean
  onTaken(name: string): void
}

export function TakeImagesIn({ project, taken, canChange, onTaken }: TakeProps) {
  const [source, setSource] = useState<string | null>(null)
  const [layout, setLayout] = useState<ExpressionLayout>('folders')
  const [name, setName] = useState('')
  const [pixels, setPixels] = useState(String(DEFAULT_PIXELS))
  const look = useQuery({
    ...queries.expressions.look.queryOptions({ input: { source: source ?? '', layout }, enabled: source !== null, retry: false }),
    placeholderData: keepPreviousData,
    // A folder of the user's changes without a word, so what was found is found again each time it is chosen.
    staleTime: 0,
    gcTime: 0,
  })
  const add = useMutation(queries.expressions.import.mutationOptions({ meta: { showsError: true } }))
  const job = useJobs(({ jobs }) => (add.data ? (jobs.get(add.data.id) ?? add.data) : null))
  const isImporting = job !== null && isActive(job)
  const finalName = name.trim() === '' ? freeName(layout, taken) : name.trim()
  const side = pixelsOf(pixels)
  const importedName = add.variables?.name
  const hasArrived = job?.status === 'succeeded'
  useEffect(() => {
    if (!hasArrived || importedName === undefined) return
    void queryClient.invalidateQueries({ queryKey: queries.expressions.sets.key() })
    onTaken(importedName)
    // onTaken only names the set that is shown; a new function is no reason to name it again
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [hasArrived, importedName])
  return (
    <form
      className="run-form"
      onSubmit={(event) => {
        event.preventDefault()
        if (source !== null && side !== null) add.mutate({ project, source, name: finalName, layout, pixels: side })
      }}
    >
      <FolderField
        label={t.folder}
        hint={t.folderHint}
        pick={async () => (await windowApi()?.pickFolder('images')) ?? null}
        onChange={setSource}
      />
      <ChoiceField
        label={t.layout}
        hint={t.layoutHints[layout]}
        value={layout}
        onChange={(event) => setLayout(event.target.value as ExpressionLayout)}
      >
        {[...EXPRESSION_LAYOUTS].reverse().map((one) => (
          <option key={one} value={one}>
            {t.layouts[one]}
          </option>
        ))}
      </ChoiceField>
      {source !== null && look.isPending ? <Loading label={t.looking} /> : null}
      {source !== null && look.isError ? <ErrorPanel error={look.error} /> : null}
      {source !== null && look.data && !look.isError ? <Found look={look.data} /> : null}
      <TextField
        label={t.name}
        hint={t.nameHint}
        placeholder={freeName(layout, taken)}
        value={name}
        onChange={(event) => setName(event.target.value)}
      />
      <TextField
        label={t.pixels}
        hint={t.pixelsHint}
        error={side === null ? t.badPixels(PIXELS.least, PIXELS.most) : null}
        inputMode="numeric"
        value={pixels}
        onChange={(event) => setPixels(event.target.value)}
      />
      {add.isError ? <ErrorPanel error={add.error} /> : null}
      <JobFailure job={job} />
      <Button
        type="submit"
        tone="primary"
        disabled={!canChange || !look.data || look.isError || side === null}
        isBusy={add.isPending || isImporting}
      >
        {isImporting ? t.importing(job.progress?.done ?? 0, job.progress?.total ?? null) : t.import}
      </Button>
    </form>
  )
}

function Found({ look }: { look: ExpressionLook }) {
  const parts = (['train', 'test', 'open'] as const).filter((part) => look.classes.some((one) => one[part] > 0))
  return (
    <div role="status" className="stack">
      <p className="small">
        {t.found(look.images, look.classes.length)} {t.setSubjects(look.subjects)} {t.setParts(look.hasTestPart)}
      </p>
      <table className="table">
        <thead>
          <tr>
            <th scope="col">{t.class}</th>
            {parts.map((part) => (
              <th key={part} scope="col" className="right">
                {t.parts[part]}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {look.classes.map((one) => (
            <tr key={one.name}>
              <td>{one.name}</td>
              {parts.map((part) => (
                <td key={part} className="right num">
                  {one[part]}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
