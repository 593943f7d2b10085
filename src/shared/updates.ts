// How many updates a run without folds makes of its frames.

/** Updates an epoch and in all; `steps` of a whole run goes before epochs. */
export function updatesOf(
  { batch, microBatches, epochs, steps }: { batch: number; microBatches: number; epochs: number; steps: number | null },
  frames: number,
): { stepsPerEpoch: number; steps: number } {
  const stepsPerEpoch = Math.max(1, Math.floor(frames / (batch * microBatches)))
  return { stepsPerEpoch, steps: steps ?? epochs * stepsPerEpoch }
}
