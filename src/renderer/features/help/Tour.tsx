// The guided tour: a ring around a real control and a card with two sentences. Never in the way: Esc ends it and nothing is changed.
import { useQuery } from '@tanstack/react-query'
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react'
import { useNavigate } from 'react-router'
import { strings } from '../../app/strings'
import { useTour } from '../../app/tour'
import { queries } from '../../bridge/client'
import { Button } from '../../ui/Button'
import './tour.css'
import { placeCard, TOUR_STEPS, type Box } from './tourSteps'

const t = strings.tour
const CARD_WIDTH = 330
/** Until the card has been measured. */
const FIRST_HEIGHT = 220
/** How often the control is looked for and measured: screens load and panels move while the card stands. */
const MEASURE_MS = 200
/** Room between a control and its ring, pixels. */
const RING = 3

function useTargetBox(selector: string): Box | null {
  const [box, setBox] = useState<Box | null>(null)
  useEffect(() => {
    const measure = (): void => {
      const found = document.querySelector(selector)?.getBoundingClientRect()
      setBox((before) => {
        if (!found || found.width === 0) return null
        const { left, top, width, height } = found
        const isSame = before && before.left === left && before.top === top && before.width === width && before.height === height
        return isSame ? before : { left, top, width, height }
      })
    }
    measure()
    const timer = setInterval(measure, MEASURE_MS)
    return () => clearInterval(timer)
  }, [selector])
  return box
}

export default function Tour({ project }: { project: string }) {
  const titleId = useId()
  const navigate = useNavigate()
  const index = useTour((state) => state.step) ?? 0
  const { goTo, end } = useTour.getState()
  const card = useRef<HTMLDivElement>(null)
  const step = TOUR_STEPS[Math.min(index, TOUR_STEPS.length - 1)] as (typeof TOUR_STEPS)[number]
  const videos = useQuery(queries.video.list.queryOptions({ input: { project } }))
  const video = videos.data?.find((one) => one.prediction === 'done') ?? videos.data?.[0]
  const base = `/project/${project}`
  const route = {
    videos: base,
    coding: video ? `${base}/video/${video.id}` : base,
    training: `${base}/training`,
    export: `${base}/export`,
  }[step.screen]
  const box = useTargetBox(step.target)
  const [height, setHeight] = useState(FIRST_HEIGHT)
  useLayoutEffect(() => setHeight(card.current?.offsetHeight ?? FIRST_HEIGHT), [index])

  // Which video is first may change while predictions come in; a coding step stays with the one it began with.
  const goneTo = useRef<string | null>(null)
  useEffect(() => {
    if (goneTo.current === step.screen || (step.screen === 'coding' && !video)) return
    goneTo.current = step.screen
    void navigate(route)
  }, [navigate, route, step.screen, video])
  const isPlaced = box !== null
  useEffect(() => {
    card.current?.querySelector<HTMLElement>('.button.primary')?.focus()
  }, [index, isPlaced])

  const isLast = index === TOUR_STEPS.length - 1
  const next = (): void => (isLast ? end() : goTo(index + 1))
  const back = (): void => goTo(Math.max(0, index - 1))
  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'ArrowRight') next()
    else if (event.key === 'ArrowLeft') back()
    else if (event.key === 'Escape') end()
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const view = { width: window.innerWidth, height: window.innerHeight }
  const place = box
    ? placeCard(box, { width: CARD_WIDTH, height }, view)
    : { left: (view.width - CARD_WIDTH) / 2, top: (view.height - height) / 2 }
  return (
    <>
      {box ? (
        <div
          className="tour-ring"
          aria-hidden
          style={{ left: box.left - RING, top: box.top - RING, width: box.width + 2 * RING, height: box.height + 2 * RING }}
        />
      ) : null}
      <div
        ref={card}
        className="tour-card"
        role="dialog"
        aria-labelledby={titleId}
        style={{ ...place, width: CARD_WIDTH }}
        onKeyDown={onKey}
      >
        <div className="spread small dim">
          <span>{t.title}</span>
          <span className="num">{t.step(index + 1, TOUR_STEPS.length)}</span>
        </div>
        <h2 id={titleId}>{step.title}</h2>
        <p className="soft">{step.text}</p>
        <p className="small dim">{t.keys}</p>
        <div className="row">
          {isLast ? null : (
            <Button tone="quiet" onClick={end}>
              {t.skip}
            </Button>
          )}
          <span className="grow" />
          <Button disabled={index === 0} onClick={back}>
            {t.back}
          </Button>
          <Button tone="primary" onClick={next}>
            {isLast ? t.finish : t.next}
          </Button>
        </div>
      </div>
    </>
  )
}
