// Where one is, in the bar at the top of the window: the places above as links, then the place itself, then what a screen adds.
import { Fragment, type ReactNode } from 'react'
import { Link } from 'react-router'
import { BarSlot } from './BarSlot'
import { useProjectInfo } from './projectState'

interface Place {
  to: string
  name: string | undefined
}

interface CrumbsProps {
  above: readonly Place[]
  here: string | undefined
  children?: ReactNode
}

export function Crumbs({ above, here, children }: CrumbsProps) {
  return (
    <div className="crumbs">
      {above.map(({ to, name }, index) => (
        <Fragment key={to}>
          <Link to={to}>{name}</Link>
          {here || index < above.length - 1 ? <span aria-hidden>›</span> : null}
        </Fragment>
      ))}
      <strong className="truncate">{here}</strong>
      {children}
    </div>
  )
}

/** The bar of a screen that lies directly below its project. */
export function ProjectCrumbs({ project, here, children }: { project: string } & Pick<CrumbsProps, 'here' | 'children'>) {
  const info = useProjectInfo(project)
  return (
    <BarSlot>
      <Crumbs above={[{ to: `/project/${project}`, name: info.data?.name }]} here={here}>
        {children}
      </Crumbs>
    </BarSlot>
  )
}
