// The help beside whatever is on screen: first steps and the AU atlas. Not modal, so that face and description can be looked at together.
import X from 'lucide-react/icons/x'
import { useEffect, useRef } from 'react'
import { useHelp, type HelpTopic } from '../../app/help'
import { strings } from '../../app/strings'
import { IconButton } from '../../ui/Button'
import { AtlasList } from './AtlasList'
import { AtlasPage } from './AtlasPage'
import { Guide } from './Guide'
import './help.css'
import { useDemoTour } from './useDemoTour'

const t = strings.help
const TOPICS: readonly HelpTopic[] = ['guide', 'atlas']

export default function HelpDrawer() {
  const { topic, au, patch } = useHelp()
  const drawer = useRef<HTMLElement>(null)
  const body = useRef<HTMLDivElement>(null)
  const tour = useDemoTour()
  useEffect(() => {
    const before = document.activeElement
    drawer.current?.focus()
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  useEffect(() => {
    // Not returned: browsers answer with a promise, which is no clean-up.
    void body.current?.scrollTo(0, 0)
  }, [topic, au])
  const close = (): void => patch({ isOpen: false })
  return (
    <aside
      ref={drawer}
      className="help-drawer"
      role="dialog"
      aria-label={t.title}
      tabIndex={-1}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        event.stopPropagation()
        close()
      }}
    >
      <header className="spread">
        <div className="segmented small" role="group" aria-label={t.title}>
          {TOPICS.map((one) => (
            <button key={one} type="button" aria-pressed={topic === one} onClick={() => patch({ topic: one, au: null })}>
              {t.topics[one]}
            </button>
          ))}
        </div>
        <IconButton label={strings.common.close} keys="Esc" className="small" onClick={close}>
          <X size={16} />
        </IconButton>
      </header>
      <div ref={body} className="help-body" tabIndex={0} role="group" aria-label={t.topics[topic]}>
        {topic === 'guide' ? (
          <Guide
            isBusy={tour.isPending}
            onTour={() => {
              close()
              tour.start()
            }}
          />
        ) : au === null ? (
          <AtlasList onShow={(number) => patch({ au: number })} />
        ) : (
          <AtlasPage au={au} onShow={(number) => patch({ au: number })} onBack={() => patch({ au: null })} />
        )}
      </div>
    </aside>
  )
}
