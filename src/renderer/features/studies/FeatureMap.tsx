// Features on a plane, before and after training: pointing at a frame shows its picture and person; the list below says the same without a pointer.
import { useMutation, useQuery } from '@tanstack/react-query'
import type { EmbeddedFrame, Embedding, EmbeddingLayout } from '@shared/studies'
import { pictureUrl } from '@shared/dataUrls'
import { useMemo, useState } from 'react'
import { Link } from 'react-router'
import { isActive, useJobs } from '../../app/projectState'
import { dataUrl } from '../../bridge/dataUrl'
import { queries } from '../../bridge/client'
import { queryClient } from '../../app/queryClient'
import { startingModels } from '../../app/startingModels'
import { strings } from '../../app/strings'
import { Button } from '../../ui/Button'
import { ErrorPanel } from '../../ui/ErrorPanel'
import { ChoiceField } from '../../ui/Field'
import { Progress } from '../../ui/Progress'
import { studyStrings as t } from './studyStrings'

const SIDE = 400
const MARGIN = 14

const colourOf = (subject: number, count: number): string =>
  `hsl(${((360 * subject) / count).toFixed(0)} 62% ${subject % 2 === 0 ? 45 : 62}%)`

interface MapProps {
  title: string
  layout: EmbeddingLayout
  embedding: Embedding
  chosen: number | null
  /** Place of a subject; others are faint. */
  person: number | null
  onChoose: (frame: number) => void
}

function Scatter({ title, layout, embedding, chosen, person, onChoose }: MapProps) {
  const { frames, subjects, heldOut } = embedding
  const places = useMemo(() => {
    const left = Math.min(...layout.points.map(([x]) => x))
    const top = Math.min(...layout.points.map(([, y]) => y))
    const span = Math.max(...layout.points.map(([x]) => x - left), ...layout.points.map(([, y]) => y - top), 1e-9)
    const at = (value: number, from: number): number => MARGIN + ((value - from) / span) * (SIDE - 2 * MARGIN)
    return layout.points.map(([x, y]) => ({ x: at(x, left), y: at(y, top) }))
  }, [layout])
  /** The nearest frame to the pointer, so that small points need no aim. */
  const pointAt = (event: React.PointerEvent<SVGSVGElement>): void => {
    const box = event.currentTarget.getBoundingClientRect()
    const x = ((event.clientX - box.left) / box.width) * SIDE
    const y = ((event.clientY - box.top) / box.height) * SIDE
    let best = -1
    let least = 14 ** 2
    places.forEach((place, index) => {
      const distance = (place.x - x) ** 2 + (place.y - y) ** 2
      if (distance < least) {
        least = distance
        best = index
      }
    })
    if (best >= 0) onChoose(best)
  }
  return (
    <figure className="feature-map">
      <figcaption>{title}</figcaption>
      <svg
        viewBox={`0 0 ${SIDE} ${SIDE}`}
        role="img"
        aria-label={`${title}. ${t.layoutText(layout.sameNeighbour, layout.perplexity)}`}
        onPointerMove={pointAt}
      >
        {places.map(({ x, y }, index) => {
          const subject = frames[index]?.subject ?? 0
          const colour = colourOf(subject, subjects.length)
          const isRing = heldOut.includes(subjects[subject] ?? '')
          return (
            <circle
              key={index}
              cx={x}
              cy={y}
              r={index === chosen ? 6 : 3}
              fill={isRing ? 'none' : colour}
              stroke={index === chosen ? 'currentColor' : colour}
              strokeWidth={index === chosen ? 2 : 1.3}
              opacity={person === null || person === subject ? 1 : 0.15}
            />
          )
        })}
      </svg>
      <p className="small soft">{t.layoutText(layout.sameNeighbour, layout.perplexity)}</p>
    </figure>
  )
}

function Chosen({ project, frame, subject }: { project: string; frame: EmbeddedFrame; subject: string }) {
  return (
    <figure className="feature-chosen" aria-live="polite">
      <img
        src={dataUrl(pictureUrl(project, frame.videoId, frame.frame, 'crop', 160))}
        alt={t.frame(subject, frame.frame)}
        width={120}
        height={120}
      />
      <figcaption className="small">
        <strong>{subject}</strong>
        <span className="soft">{`frame ${frame.frame}`}</span>
        <Link to={`/project/${project}/video/${frame.videoId}?frame=${frame.frame}`}>{t.openFrame}</Link>
      </figcaption>
    </figure>
  )
}

function Maps({ project, embedding }: { project: string; embedding: Embedding }) {
  const [chosen, setChosen] = useState<number | null>(null)
  const [person, setPerson] = useState<number | null>(null)
  const { before, after, frames, subjects } = embedding
  const shared = { embedding, chosen, person, onChoose: setChosen }
  const frame = chosen === null ? undefined : frames[chosen]
  return (
    <>
      <div className="feature-maps">
        {before ? <Scatter title={t.before} layout={before} {...shared} /> : <p className="small soft only-after">{t.onlyAfter}</p>}
        <Scatter title={t.after} layout={after} {...shared} />
        <div className="stack">
          {frame ? (
            <Chosen project={project} frame={frame} subject={subjects[frame.subject] ?? ''} />
          ) : (
            <p className="small soft">{t.hoverHint}</p>
          )}
          <ChoiceField
            label={t.person}
            value={person === null ? '' : String(person)}
            onChange={(event) => setPerson(event.target.value === '' ? null : Number(event.target.value))}
          >
            <option value="">{t.everybody}</option>
            {subjects.map((code, place) => (
              <option key={code} value={place}>
                {code}
              </option>
            ))}
          </ChoiceField>
          {person !== null ? (
            <ul className="feature-list" aria-label={t.frames(subjects[person] ?? '')}>
              {frames.map((one, index) =>
                one.subject === person ? (
                  <li key={index}>
                    <button type="button" aria-pressed={index === chosen} onClick={() => setChosen(index)} onFocus={() => setChosen(index)}>
                      {t.frame(subjects[person] ?? '', one.frame)}
                    </button>
                  </li>
                ) : null,
              )}
            </ul>
          ) : null}
          <p className="small dim">{t.ring}</p>
        </div>
      </div>
    </>
  )
}

/** Chooses a model, places its frames, shows them. */
export function FeatureMap({
  project,
  modelId,
  canChange,
  onModel,
}: {
  project: string
  modelId: string | null
  canChange: boolean
  onModel: (id: string) => void
}) {
  const models = useQuery(queries.model.list.queryOptions({ input: { project } }))
  const options = startingModels(models.data)
  const shown = options.find(({ id }) => id === modelId)?.id ?? options.find(({ canPredict }) => canPredict)?.id ?? options[0]?.id ?? null
  const embedding = useQuery(queries.study.embedding.queryOptions({ input: { project, modelId: shown ?? '' }, enabled: shown !== null }))
  const place = useMutation(queries.study.embed.mutationOptions())
  const job = useJobs((state) => (place.data ? (state.jobs.get(place.data.id) ?? place.data) : null))
  const isPlacing = job !== null && isActive(job)
  const jobId = job?.id ?? null
  const [seen, setSeen] = useState<string | null>(null)
  if (jobId !== null && !isPlacing && seen !== jobId) {
    setSeen(jobId)
    void queryClient.invalidateQueries({ queryKey: queries.study.embedding.key() })
  }
  return (
    <section className="stack" aria-label={t.features}>
      <h2>{t.features}</h2>
      <p className="small soft">{t.featuresText}</p>
      {shown === null ? (
        <p className="soft">{models.isPending ? strings.app.loading : t.noFeatures}</p>
      ) : (
        <div className="row wrap feature-choice">
          <ChoiceField label={t.model} value={shown} onChange={(event) => onModel(event.target.value)}>
            {options.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </ChoiceField>
          <Button disabled={!canChange} isBusy={place.isPending || isPlacing} onClick={() => place.mutate({ project, modelId: shown })}>
            {embedding.data ? t.placeAgain : t.place}
          </Button>
        </div>
      )}
      {isPlacing ? <Progress value={job.progress?.total ? job.progress.done / job.progress.total : null} label={job.title} /> : null}
      {place.isError ? <ErrorPanel error={place.error} /> : null}
      {job?.error ? <ErrorPanel error={job.error} /> : null}
      {embedding.isError ? <ErrorPanel error={embedding.error} /> : null}
      {shown !== null && embedding.data === null && !isPlacing ? <p className="soft">{t.notPlaced}</p> : null}
      {embedding.data ? <Maps key={embedding.data.createdAt} project={project} embedding={embedding.data} /> : null}
    </section>
  )
}
