// What jobs said while they ran, for people who want to look: the last lines of the last jobs, in memory only. The log file has everything.

const LINES_KEPT = 400
const JOBS_KEPT = 60

export class JobJournal {
  private readonly byJob = new Map<string, string[]>()

  /** Adds a line with its time; a line may hold several. */
  add(jobId: string, text: string): void {
    const lines = this.byJob.get(jobId) ?? []
    const time = new Date().toTimeString().slice(0, 8)
    for (const line of text.split('\n')) lines.push(`${time}  ${line}`)
    if (lines.length > LINES_KEPT) lines.splice(0, lines.length - LINES_KEPT)
    this.byJob.delete(jobId)
    this.byJob.set(jobId, lines)
    if (this.byJob.size > JOBS_KEPT)
      for (const oldest of [...this.byJob.keys()].slice(0, this.byJob.size - JOBS_KEPT)) this.byJob.delete(oldest)
  }

  linesOf(jobId: string): string[] {
    return [...(this.byJob.get(jobId) ?? [])]
  }
}
