// What the child processes of the store's tests do; see childProcess.ts.
import { openProject } from '@main/store/index'
import { AppError } from '@shared/errors'
import { DEFAULT_ANALYSIS, type FaceObservation, LANDMARK_COUNT } from '@shared/faces'

const [role, root = '', videoId = ''] = process.argv.slice(2)
const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`)

const face = (frame: number): FaceObservation => ({
  frame,
  track: 0,
  box: { x: 1, y: 2, width: 3, height: 4 },
  score: 0.9,
  flag: 0.9,
  pose: { pitch: 0, yaw: 0, roll: 0 },
  sharpness: 1,
  brightness: 2,
  trust: 'none',
  landmarks: new Float32Array(LANDMARK_COUNT * 3).fill(frame),
})

/** Opens for writing, starts the job that is named in place of a video, and stays until killed. */
function hold(): void {
  const store = openProject(root, { access: 'write' })
  if (videoId !== '') store.jobs.start(store.jobs.requeue(videoId).id)
  say({ isWritable: store.isWritable })
  process.stdin.resume()
}

/** Appends chunks of faces and predictions and edits without end, saying what has been committed. */
function append(): void {
  const store = openProject(root, { access: 'write' })
  const analysis = store.analyses.begin(videoId, DEFAULT_ANALYSIS)
  const prediction = store.predictions.begin({ videoId, modelId: 'starter', aus: [1, 12], settings: {} })
  const step = 8
  for (let chunk = analysis.chunkCount; ; chunk++) {
    const startFrame = chunk * step
    const lane = { au: 12, side: 'both' as const, coder: 'AB', startFrame, endFrame: startFrame + step - 1 }
    const write = [
      {
        ...lane,
        state: 'absent' as const,
        intensity: null,
        apexFrame: null,
        source: 'manual' as const,
        modelId: null,
        wasPredictionVisible: true,
        note: null,
      },
    ]
    store.labels.apply({ videoId, description: `chunk ${chunk}`, coder: 'AB', write })
    // After a restart this chunk may be there already; then it is left alone.
    store.predictions.appendChunk(prediction.id, {
      chunk,
      startFrame,
      frameCount: step,
      probabilities: new Float32Array(step * 2).fill(chunk),
    })
    const faces = Array.from({ length: step }, (_, index) => face(startFrame + index))
    store.analyses.appendChunk(videoId, { chunk, startFrame, frameCount: step, faces, trackerState: { chunk } })
    say({ committed: chunk })
  }
}

/** Reads what there is and tries to write, saying the code of the refusal. */
function read(): void {
  const store = openProject(root)
  let refusal = 'none'
  try {
    store.subjects.findOrCreate('S99')
  } catch (error) {
    refusal = error instanceof AppError ? error.code : String(error)
  }
  const crops = videoId === '' ? 0 : store.crops.count(videoId)
  say({ refusal, isWritable: store.isWritable, subjects: store.subjects.list().map((subject) => subject.code), crops })
  store.close()
}

/** Says when the last frame of a video is shown. */
function times(): void {
  const store = openProject(root)
  say({ last: store.frameTimes.secondsFromFirst(videoId).at(-1) })
  store.close()
}

/** Prints a project's database as SQL. Makes the fixtures of test/fixtures/store when the layout changes. */
function dump(): void {
  const { database } = openProject(root, { access: 'read' }).context.db
  const objects = database
    .prepare("SELECT name, type, sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
    .all() as { name: string; type: string; sql: string }[]
  const lines = [
    'PRAGMA foreign_keys = OFF',
    ...['application_id', 'user_version'].map((pragma) => `PRAGMA ${pragma} = ${String(database.pragma(pragma, { simple: true }))}`),
  ]
  lines.push(...objects.filter((object) => object.type === 'table').map((object) => object.sql))
  for (const { name } of objects.filter((object) => object.type === 'table')) {
    const columns = (database.pragma(`table_info('${name}')`) as { name: string }[]).map((column) => column.name)
    const rows = database
      .prepare(`SELECT ${columns.map((column) => `quote(${column})`).join(` || ', ' || `)} FROM ${name}`)
      .pluck()
      .all()
    lines.push(
      ...rows.map(
        (row) => `INSERT INTO ${name} VALUES (${String(row).replaceAll(/X'(?:00)+'/g, (zeros) => `zeroblob(${(zeros.length - 3) / 2})`)})`,
      ),
    )
  }
  lines.push(...objects.filter((object) => object.type !== 'table').map((object) => object.sql))
  process.stdout.write(lines.map((line) => `${line};\n`).join(''))
}

const roles: Record<string, () => void> = { hold, append, read, times, dump }
roles[role ?? '']?.()
