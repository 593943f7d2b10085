// `usage`: what this process has used so far, for benchmarks and diagnosis.

/** Peak resident memory and processor time of the compute process; ffmpeg's are not in it. */
export function usage(): Promise<{ peakMemoryBytes: number; processorSeconds: number }> {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage()
  return Promise.resolve({ peakMemoryBytes: maxRSS * 1024, processorSeconds: (userCPUTime + systemCPUTime) / 1e6 })
}
