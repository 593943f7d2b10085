// The training screen: training, and the other ways to a model, one at a time; which one stands in the address.
import { Link, useParams, useSearchParams } from 'react-router'
import { ProjectCrumbs } from '../../app/Crumbs'
import { useProjectInfo } from '../../app/projectState'
import { strings } from '../../app/strings'
import { ExpressionsPart } from './expressions/ExpressionsPart'
import { expressionStrings } from './expressions/expressionStrings'
import { DistillationPart } from './distillation/DistillationPart'
import { distillationStrings } from './distillation/distillationStrings'
import { PretrainingPart } from './pretraining/PretrainingPart'
import { pretrainingStrings } from './pretraining/pretrainingStrings'
import { TrainingPart } from './TrainingPart'
import './training.css'

const t = strings.training

/** The first is shown where the address names none; `link` is what leads to a part from the others. */
const PARTS = [
  { id: '', link: t.backToTraining, Part: TrainingPart },
  { id: 'pretraining', link: pretrainingStrings.toPretraining, Part: PretrainingPart },
  { id: 'expressions', link: expressionStrings.toExpressions, Part: ExpressionsPart },
  { id: 'distillation', link: distillationStrings.toDistillation, Part: DistillationPart },
] as const

export default function TrainingScreen() {
  const { projectId = '' } = useParams()
  const [search] = useSearchParams()
  const info = useProjectInfo(projectId)
  const { id: shown, Part } = PARTS.find(({ id }) => id === search.get('part')) ?? PARTS[0]
  return (
    <div className="training">
      <ProjectCrumbs project={projectId} here={t.title}>
        {PARTS.filter(({ id }) => id !== shown).map(({ id, link }) => (
          <Link key={id} className="button plain small" to={id === '' ? '.' : `?part=${id}`}>
            {link}
          </Link>
        ))}
      </ProjectCrumbs>
      <Part project={projectId} canChange={info.data?.isWritable === true} />
    </div>
  )
}
