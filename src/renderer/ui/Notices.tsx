// Draws the messages of notices.ts.
import CircleCheck from 'lucide-react/icons/circle-check'
import Info from 'lucide-react/icons/info'
import TriangleAlert from 'lucide-react/icons/triangle-alert'
import X from 'lucide-react/icons/x'
import { strings } from '../app/strings'
import { Button, IconButton } from './Button'
import { CopyDetails } from './ErrorPanel'
import { useNotices } from './notices'
import './notices.css'

const ICONS = { good: CircleCheck, info: Info, bad: TriangleAlert }

export function Notices() {
  const { notices, dismiss } = useNotices()
  return (
    <div className="notices" role="region" aria-label={strings.app.messages}>
      {notices.map((notice) => {
        const Icon = ICONS[notice.tone]
        return (
          <div key={notice.id} className={`notice ${notice.tone}`} role={notice.tone === 'bad' ? 'alert' : 'status'}>
            <Icon size={15} aria-hidden />
            <div className="grow">
              <p>{notice.text}</p>
              {notice.error !== undefined ? <CopyDetails error={notice.error} /> : null}
            </div>
            {notice.action ? (
              <Button
                className="small"
                onClick={() => {
                  notice.action?.run()
                  dismiss(notice.id)
                }}
              >
                {notice.action.label}
              </Button>
            ) : null}
            <IconButton label={strings.common.dismiss} className="small" onClick={() => dismiss(notice.id)}>
              <X size={14} />
            </IconButton>
          </div>
        )
      })}
    </div>
  )
}
