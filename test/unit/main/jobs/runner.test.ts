// Rows tell the truth about work: order within a lane, cancelling, failing.
import { expect, it } from 'vitest'
import { JobRunner, type JobLedger } from '@main/jobs/runner'
import { AppError } from '@shared/errors'
import type { JobRow } from '@shared/jobs'

function memoryLedger(): JobLedger {
  const rows = new Map<string, JobRow>()
  const get = (id: string): JobRow => {
    const row = rows.get(id)
    if (!row) throw new AppError('JOB_NOT_FOUND', `There is no job with the id ${id} in this project.`)
    return row
  }
  const put = (row: JobRow): JobRow => {
    rows.set(row.id, row)
    return row
  }
  return {
    get,
    create: (job) =>
      put({
        ...job,
        id: `j${rows.size}`,
        status: 'queued',
        progress: null,
        error: null,
        result: null,
        createdAt: new Date().toISOString(),
        startedAt: null,
        finishedAt: null,
      }),
    start: (id) => put({ ...get(id), status: 'running' }),
    setProgress: (id, progress) => void put({ ...get(id), progress }),
    finish: (id, outcome) =>
      put({
        ...get(id),
        status: outcome.status,
        result: outcome.status === 'succeeded' ? outcome.result : null,
        error: outcome.status === 'succeeded' ? null : outcome.error,
      }),
  }
}

function runnerWith(ledger: JobLedger) {
  const waiting = new Map<string, (row: JobRow) => void>()
  const runner = new JobRunner({
    ledger,
    log: () => undefined,
    onChange: (row) => ['succeeded', 'failed', 'cancelled'].includes(row.status) && waiting.get(row.id)?.(row),
  })
  return { runner, end: (id: string) => new Promise<JobRow>((resolve) => waiting.set(id, resolve)) }
}

it('runs one job of a lane at a time, in order, and a failure does not stop the next', async () => {
  const { runner, end } = runnerWith(memoryLedger())
  const seen: string[] = []
  const first = runner.start({
    kind: 'analyse',
    lane: 'compute',
    title: 'a',
    work: async () => {
      seen.push('a+')
      await new Promise((r) => setTimeout(r, 20))
      seen.push('a-')
      throw new AppError('MEDIA_NO_FRAMES', 'No frames.')
    },
  })
  const second = runner.start({
    kind: 'analyse',
    lane: 'compute',
    title: 'b',
    work: () => {
      seen.push('b')
      return Promise.resolve({ n: 1 })
    },
  })
  const [a, b] = await Promise.all([end(first.id), end(second.id)])
  expect(seen).toEqual(['a+', 'a-', 'b'])
  expect(a).toMatchObject({ status: 'failed', error: { code: 'MEDIA_NO_FRAMES' } })
  expect(b).toMatchObject({ status: 'succeeded', result: { n: 1 } })
})

it('cancels running and queued jobs and says so in their rows', async () => {
  const { runner, end } = runnerWith(memoryLedger())
  const first = runner.start({
    kind: 'predict',
    lane: 'compute',
    title: 'a',
    work: ({ signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
  })
  let hasRun = false
  const second = runner.start({
    kind: 'predict',
    lane: 'compute',
    title: 'b',
    work: () => {
      hasRun = true
      return Promise.resolve(null)
    },
  })
  const ends = Promise.all([end(first.id), end(second.id)])
  await new Promise((r) => setTimeout(r, 5))
  runner.cancel(second.id)
  runner.cancel(first.id)
  expect((await ends).map((row) => row.status)).toEqual(['cancelled', 'cancelled'])
  expect(hasRun).toBe(false)
  expect(() => runner.cancel('nobody')).toThrow(/no job/)
})

it('tells the end even where no row can be written, as on a full disk', async () => {
  const ledger = memoryLedger()
  const noRoom = (): never => {
    throw new AppError('DISK_FULL', 'There is no room left.')
  }
  const { runner, end } = runnerWith({ ...ledger, finish: noRoom, setProgress: noRoom })
  const done = runner.start({
    kind: 'analyse',
    lane: 'compute',
    title: 'a',
    work: ({ progress }) => {
      progress({ done: 1, total: 2, unit: 'frames', phase: '' })
      return Promise.resolve({ frames: 2 })
    },
  })
  expect(await end(done.id)).toMatchObject({ status: 'failed', error: { code: 'DISK_FULL' } })
  const failing = runner.start({ kind: 'analyse', lane: 'compute', title: 'b', work: noRoom })
  expect(await end(failing.id)).toMatchObject({ status: 'failed', error: { message: 'There is no room left.' } })
})
