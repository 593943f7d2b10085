// A confusion matrix as a table: counts with their share of the row, shaded by it; the diagonal is marked by weight too, so that colour is not the only sign.
import type { CSSProperties } from 'react'
import { expressionStrings as t } from './expressionStrings'

/** Share of the accent in a cell that holds its whole row, in percent: text stays readable on it in light and dark. */
const DARKEST = 50

interface ConfusionProps {
  /** Classes in the order of rows and columns. */
  names: readonly string[]
  /** Rows are the true classes, columns the predicted ones. */
  confusion: readonly (readonly number[])[]
}

export function ConfusionTable({ names, confusion }: ConfusionProps) {
  return (
    <div className="confusion-scroll" tabIndex={0} role="region" aria-label={t.confusion}>
      <table className="confusion">
        <caption>
          <strong>{t.confusion}</strong> <span className="small soft">{t.confusionText}</span>
        </caption>
        <thead>
          <tr>
            <td className="small dim">{t.corner}</td>
            {names.map((name) => (
              <th key={name} scope="col" title={name}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {confusion.map((row, truth) => {
            const total = row.reduce((sum, count) => sum + count, 0)
            return (
              <tr key={names[truth]}>
                <th scope="row">{names[truth]}</th>
                {row.map((count, said) => {
                  const share = total === 0 ? 0 : count / total
                  return (
                    <td
                      key={names[said]}
                      className={truth === said ? 'right-one' : undefined}
                      style={{ '--share': `${Math.round(share * DARKEST)}%` } as CSSProperties}
                      title={t.cell(count, names[truth] ?? '', names[said] ?? '')}
                    >
                      <span className="num">{count}</span>
                      <span className="share num">{count === 0 ? '' : `${Math.round(100 * share)} %`}</span>
                    </td>
                  )
                })}
              </tr>
            )
          })}
        </tbody>
      </table>
    </div>
  )
}
