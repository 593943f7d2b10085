// The address of the help, `#/help` or `#/help/12`: opens the panel and goes on to where the window was, so that a menu or a link can show an AU.
import { useEffect } from 'react'
import { Navigate, useParams } from 'react-router'
import { useHelp } from './help'

export function HelpRoute() {
  const { au } = useParams()
  useEffect(() => {
    const number = Number(au)
    const isKnown = Number.isInteger(number) && number > 0
    useHelp.getState().patch({ isOpen: true, topic: au === undefined ? 'guide' : 'atlas', au: isKnown ? number : null })
  }, [au])
  return <Navigate to="/" replace />
}
