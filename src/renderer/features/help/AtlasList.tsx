// All Action Units by region, found by number, name, muscle or what moves.
import ImageIcon from 'lucide-react/icons/image'
import { ATLAS } from '@shared/atlas'
import { auLabel, auName, auRegion } from '@shared/facs'
import { useState } from 'react'
import { strings } from '../../app/strings'
import { atlasPicture } from './atlasPictures'

const t = strings.help
const REGIONS = ['upper', 'lower', 'other'] as const

/** Entries that hold every word of `text` somewhere. */
function search(text: string): typeof ATLAS {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean)
  return ATLAS.filter((entry) => {
    const haystack = `au${entry.au} au ${entry.au} ${auLabel(entry.au)} ${auName(entry.au)} ${entry.muscle} ${entry.looks}`.toLowerCase()
    return words.every((word) => haystack.includes(word))
  })
}

export function AtlasList({ onShow }: { onShow(au: number): void }) {
  const [text, setText] = useState('')
  const found = search(text)
  return (
    <>
      <input
        className="input"
        type="search"
        placeholder={t.search}
        aria-label={t.search}
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
      {found.length === 0 ? <p className="soft">{t.nothingFound}</p> : null}
      {REGIONS.map((region) => {
        const entries = found.filter((entry) => auRegion(entry.au) === region)
        if (entries.length === 0) return null
        return (
          <section key={region} aria-label={t.regions[region]}>
            <h3 className="dim small">{t.regions[region]}</h3>
            <ul className="atlas-list">
              {entries.map(({ au }) => (
                <li key={au}>
                  <button type="button" onClick={() => onShow(au)}>
                    <span className="mono">{auLabel(au)}</span>
                    <span className="grow truncate">{auName(au)}</span>
                    {atlasPicture(au) ? (
                      <span className="dim">
                        <ImageIcon size={13} aria-hidden />
                        <span className="visually-hidden">{t.hasPicture}</span>
                      </span>
                    ) : null}
                  </button>
                </li>
              ))}
            </ul>
          </section>
        )
      })}
      <p className="small dim">{t.disclaimer}</p>
    </>
  )
}
