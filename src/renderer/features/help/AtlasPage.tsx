// One Action Unit: what it looks like in words and on a demo subject beside the same face at rest.
import ArrowLeft from 'lucide-react/icons/arrow-left'
import ChevronLeft from 'lucide-react/icons/chevron-left'
import ChevronRight from 'lucide-react/icons/chevron-right'
import { ATLAS, atlasEntry, INTENSITY_SCALE } from '@shared/atlas'
import { auLabel, auName, INTENSITIES } from '@shared/facs'
import { strings } from '../../app/strings'
import { Button, IconButton } from '../../ui/Button'
import { atlasPicture } from './atlasPictures'

const t = strings.help

function Pictures({ au }: { au: number }) {
  const picture = atlasPicture(au)
  if (!picture) return <p className="atlas-nothing small soft">{t.noPicture}</p>
  const percent = (share: number): number => Math.round(share * 100)
  const also = picture.also.map((one) => `${auLabel(one.au)} ${percent(one.intensity)} %`).join(', ')
  return (
    <figure className="atlas-pictures">
      <div>
        <img src={picture.neutralUrl} alt={t.restOf(picture.subject)} />
        <span className="small dim">{t.neutral}</span>
      </div>
      <div>
        <img src={picture.url} alt={t.pictureOf(auLabel(au), picture.subject)} />
        <span className="small dim">{auLabel(au)}</span>
      </div>
      <figcaption className="small dim">
        {t.shown(picture.subject, picture.frame, percent(picture.intensity))}. {also === '' ? '' : t.also(also)} {t.synthetic}
      </figcaption>
    </figure>
  )
}

export function AtlasPage({ au, onShow, onBack }: { au: number; onShow(au: number): void; onBack(): void }) {
  const entry = atlasEntry(au)
  const index = ATLAS.findIndex((other) => other.au === au)
  const before = ATLAS[index - 1]
  const after = index < 0 ? undefined : ATLAS[index + 1]
  return (
    <article className="atlas-page">
      <div className="spread">
        <Button tone="quiet" className="small" icon={<ArrowLeft size={14} />} onClick={onBack}>
          {t.back}
        </Button>
        <span className="row">
          <IconButton label={t.previous} className="small" disabled={!before} onClick={() => before && onShow(before.au)}>
            <ChevronLeft size={16} />
          </IconButton>
          <IconButton label={t.next} className="small" disabled={!after} onClick={() => after && onShow(after.au)}>
            <ChevronRight size={16} />
          </IconButton>
        </span>
      </div>
      <h2>
        <span className="mono atlas-number">{auLabel(au)}</span> {auName(au)}
      </h2>
      {entry ? (
        <>
          <Pictures au={au} />
          <dl>
            <dt>{t.looks}</dt>
            <dd>{entry.looks}</dd>
            {entry.muscle ? (
              <>
                <dt>{t.muscle}</dt>
                <dd>{entry.muscle}</dd>
              </>
            ) : null}
            {entry.unlike ? (
              <>
                <dt>{t.unlike}</dt>
                <dd>{entry.unlike}</dd>
              </>
            ) : null}
            {entry.intensity ? (
              <>
                <dt>{t.intensity}</dt>
                <dd>{entry.intensity}</dd>
              </>
            ) : null}
            <dt>{t.scale}</dt>
            <dd>
              <ul className="atlas-scale">
                {INTENSITIES.map((letter) => (
                  <li key={letter}>
                    <strong>{letter}</strong> {INTENSITY_SCALE[letter]}
                  </li>
                ))}
              </ul>
              <p className="small dim">{t.scaleText}</p>
            </dd>
          </dl>
        </>
      ) : (
        <p className="soft">{t.nothingFound}</p>
      )}
      <p className="small dim">{t.disclaimer}</p>
    </article>
  )
}
