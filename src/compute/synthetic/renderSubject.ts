// Renders one subject's files: videos or crops, tables of intensities, and last the subject's truth, which says that the rest is finished.
import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as letOthersRun } from 'node:timers/promises'
import type { Random } from '@ml/random'
import { writeFileAtomically } from '@runtime/weights/atomicFile'
import { AppError } from '@shared/errors'
import type { SynthConfig, SynthRecording, SynthSpec, SynthSubject } from '@shared/synth'
import { lipsPart, MEASURED_AU, settleContradictions, type FaceAction } from '@vision/synthetic/actionUnits'
import { happens, pick } from '@vision/synthetic/chance'
import { drawExpression, type Propensities } from '@vision/synthetic/expressions'
import type { FaceModel } from '@vision/synthetic/faceModel'
import { drawOccluder } from '@vision/synthetic/occluder'
import { drawPerson, type Person } from '@vision/synthetic/person'
import { SubjectRenderer } from '@vision/synthetic/renderer'
import { drawScene } from '@vision/synthetic/scene'
import { drawIdle, drawTimeline } from '@vision/synthetic/timeline'
import { jpegEncoder } from '../commands/crops'
import { IntensityTable } from './intensityTable'
import { codeOf, drawPropensities, expressionStyle, fingerprintOf, recordingName, STREAM, subjectStream, traitsOf } from './subjectTruth'
import type { SubjectOrder } from './synthSlots'
import { VideoWriter } from './videoWriter'

const RADIANS = Math.PI / 180
/** What the product's crop adds to the box of the landmarks: see cropRule.ts of src/shared. */
const CROP = { side: 0.05, top: 0.15 }

/** What rendering tells and asks on its way. */
export interface RenderWatch {
  /** Called after each frame. @throws to stop */
  onFrame(): void
}

/** Keeps a renderer from subject to subject. */
export class SubjectMaker {
  private readonly renderer: SubjectRenderer

  constructor(
    private readonly spec: SynthSpec,
    private readonly model: FaceModel,
    private readonly modelHash: string,
  ) {
    this.renderer = new SubjectRenderer(model, spec.output.kind === 'videos' ? spec.config.video.size : spec.config.crops.size)
  }

  /** @throws what `watch` throws, AppError FFMPEG_FAILED, DISK_FULL; unfinished files are then removed */
  async make(order: SubjectOrder, watch: RenderWatch): Promise<SynthSubject> {
    const { spec, renderer } = this
    const { config, output, outDirectory } = spec
    const personal = subjectStream(config, order, STREAM.person)
    const person = drawPerson(personal, config.identity, this.model.identities.length)
    renderer.setPerson(person, personal)
    const propensities = drawPropensities(config, order)
    const recordings: SynthRecording[] = []
    if (output.kind === 'crops') recordings.push(await this.makeCrops(order, person, propensities, watch))
    else {
      for (let recording = 0; recording < config.video.recordings; recording++) {
        recordings.push(await this.makeVideo(order, recording, person, propensities, watch))
      }
    }
    const subject: SynthSubject = {
      code: codeOf(order),
      role: order.role,
      propensities: Object.fromEntries([...propensities].map(([au, factor]) => [au, Number(factor.toFixed(4))])),
      traits: traitsOf(person),
      recordings,
      fingerprint: fingerprintOf(spec, order, this.modelHash),
    }
    await writeText(truthPath(outDirectory, order), `${JSON.stringify(subject, null, 2)}\n`)
    return subject
  }

  private async makeVideo(
    order: SubjectOrder,
    recording: number,
    person: Person,
    propensities: Propensities,
    watch: RenderWatch,
  ): Promise<SynthRecording> {
    const { spec, renderer } = this
    const { config, output, outDirectory } = spec
    if (output.kind !== 'videos') throw new AppError('INTERNAL', 'A video was asked of a rendering of crops.')
    const { seconds, framesPerSecond, size, recordings, faceHeight } = config.video
    const random = subjectStream(config, order, STREAM.recording + recording)
    renderer.setScene(drawScene(random, config.picture))
    const timeline = drawTimeline(random, timelineStyle(config), propensities, person.skin)
    const framing = {
      kind: 'camera' as const,
      faceHeight: random.uniform(faceHeight.from, faceHeight.to) * size,
      x: (0.5 + random.uniform(-0.06, 0.06)) * size,
      y: (0.5 + random.uniform(-0.03, 0.06)) * size,
    }
    const restingGap = renderer.lipGap(new Map())
    const name = recordingName(order, recording, recordings)
    const table = new IntensityTable(config.labels.threshold)
    const writer = new VideoWriter(join(outDirectory, `${name}.mp4`), size, framesPerSecond, output.encoding)
    try {
      const frames = Math.max(1, Math.round(seconds * framesPerSecond))
      for (let frame = 0; frame < frames; frame++) {
        const { action, idle, pose, occluder } = timeline.at(frame / framesPerSecond)
        const { data } = renderer.render({ action, idle, pose, framing, occluder, noiseStart: random.integer(1 << 16) })
        table.add(measured(action, renderer, restingGap))
        await writer.add(data)
        watch.onFrame()
      }
      await writer.finish()
    } catch (error) {
      await writer.abandon()
      throw error
    }
    return await this.writeTables(name, `${name}.mp4`, table)
  }

  private async makeCrops(order: SubjectOrder, person: Person, propensities: Propensities, watch: RenderWatch): Promise<SynthRecording> {
    const { spec } = this
    const { config, outDirectory } = spec
    const { perSubject, size, layout } = config.crops
    const random = subjectStream(config, order, STREAM.recording)
    const restingGap = this.renderer.lipGap(new Map())
    const code = codeOf(order)
    const table = new IntensityTable(config.labels.threshold, true)
    const isFolder = layout === 'folder'
    const encode = isFolder ? jpegEncoder(size) : null
    const packed = isFolder ? null : new Uint8Array(perSubject * size * size * 3)
    const partial = join(outDirectory, `${code}.partial`)
    await rm(partial, { recursive: true, force: true })
    if (isFolder) await mkdir(partial)
    try {
      for (let crop = 0; crop < perSubject; crop++) {
        const { action, data } = this.drawCrop(random, person, propensities)
        const file = `${String(crop).padStart(5, '0')}.jpg`
        if (encode) await writeFile(join(partial, file), await encode(data))
        else packed?.set(data, crop * size * size * 3)
        table.add(measured(action, this.renderer, restingGap), isFolder ? `${code}/${file}` : `${code}.rgb#${crop}`)
        watch.onFrame()
        if (crop % 8 === 0) await letOthersRun()
      }
      if (isFolder) {
        await rm(join(outDirectory, code), { recursive: true, force: true })
        await rename(partial, join(outDirectory, code))
      } else if (packed) await writeFileAtomically(join(outDirectory, `${code}.rgb`), (write) => write(packed))
    } catch (error) {
      await rm(partial, { recursive: true, force: true })
      throw error
    }
    return await this.writeTables(code, isFolder ? code : `${code}.rgb`, table)
  }

  /** One picture with its own scene, pose and expression, framed as the product's crop rule would cut it. */
  private drawCrop(random: Random, person: Person, propensities: Propensities): { action: FaceAction; data: Uint8Array } {
    const { renderer, spec } = this
    const { crops, expression, pose, picture, occlusion } = spec.config
    renderer.setScene(drawScene(random, picture))
    const action: FaceAction = happens(random, crops.neutralShare)
      ? (new Map() as FaceAction)
      : drawExpression(random, expressionStyle(spec.config), propensities)
    settleContradictions(action)
    const width = crops.size / (1 + 2 * CROP.side)
    const height = crops.size / (1 + CROP.top)
    const scale = (): number => 1 + random.normal(0, crops.jitter)
    const { data } = renderer.render({
      action,
      idle: drawIdle(random, expression.idleMovement),
      pose: {
        yaw: random.normal(0, pose.yaw * RADIANS),
        pitch: random.normal(0, pose.pitch * RADIANS),
        roll: random.normal(0, pose.roll * RADIANS),
      },
      framing: {
        kind: 'face',
        x: CROP.side * width + random.normal(0, crops.jitter) * width,
        y: CROP.top * height + random.normal(0, crops.jitter) * height,
        width: width * scale(),
        height: height * scale(),
      },
      occluder: happens(random, occlusion.share)
        ? { shape: drawOccluder(random, pick(random, occlusion.kinds), person.skin), shift: 0 }
        : null,
      noiseStart: random.integer(1 << 16),
    })
    return { action, data }
  }

  private async writeTables(name: string, file: string, table: IntensityTable): Promise<SynthRecording> {
    const { config, outDirectory } = this.spec
    const sides = config.labels.hasSides ? `${name}.sides.csv` : null
    await writeText(join(outDirectory, `${name}.csv`), table.text())
    if (sides) await writeText(join(outDirectory, sides), table.sidesText())
    return { file, labels: `${name}.csv`, sides, frames: table.frameCount, baseRates: table.baseRates() }
  }
}

/** The action with what is measured on the face that was rendered last instead of told. */
function measured(action: FaceAction, renderer: SubjectRenderer, restingGap: number): FaceAction {
  const parted = lipsPart(renderer.presentLipGap(), restingGap)
  return new Map(action).set(MEASURED_AU, { left: parted, right: parted })
}

const timelineStyle = (config: SynthConfig) => ({
  seconds: config.video.seconds,
  expression: expressionStyle(config),
  eventsPerMinute: config.expression.eventsPerMinute,
  blinksPerMinute: config.expression.blinksPerMinute,
  idleMovement: config.expression.idleMovement,
  pose: {
    yaw: config.pose.yaw * RADIANS,
    pitch: config.pose.pitch * RADIANS,
    roll: config.pose.roll * RADIANS,
    drift: config.pose.drift * RADIANS,
  },
  occlusionsPerMinute: config.occlusion.perMinute,
  occluderKinds: config.occlusion.kinds,
})

const writeText = (path: string, text: string): Promise<void> => writeFileAtomically(path, (write) => write(Buffer.from(text, 'utf8')))

const truthPath = (directory: string, order: SubjectOrder): string => join(directory, `${codeOf(order)}.json`)

/**
 * The subject's truth where it was rendered before and all its files are there; null where it is to be rendered.
 * @throws AppError FILE_EXISTS where the folder holds this subject by another configuration
 */
export async function finishedSubject(spec: SynthSpec, order: SubjectOrder, modelHash: string): Promise<SynthSubject | null> {
  let subject: SynthSubject
  try {
    subject = JSON.parse(await readFile(truthPath(spec.outDirectory, order), 'utf8')) as SynthSubject
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw new AppError(
      'FILE_EXISTS',
      `${codeOf(order)}.json in ${spec.outDirectory} is not a synthetic subject's; choose another folder.`,
      {},
      { cause: error },
    )
  }
  if (subject.fingerprint !== fingerprintOf(spec, order, modelHash)) {
    throw new AppError(
      'FILE_EXISTS',
      `${spec.outDirectory} holds subject ${codeOf(order)} of another configuration or face model; choose another folder.`,
      {
        directory: spec.outDirectory,
        subject: codeOf(order),
      },
    )
  }
  const files = subject.recordings.flatMap(({ file, labels, sides }) => [file, labels, ...(sides === null ? [] : [sides])])
  const present = await Promise.all(
    files.map((file) =>
      stat(join(spec.outDirectory, file)).then(
        () => true,
        () => false,
      ),
    ),
  )
  return present.every(Boolean) ? subject : null
}
