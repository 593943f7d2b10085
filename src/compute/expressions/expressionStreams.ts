// Separate streams of random numbers of a run on expressions.

export const STREAM = { weights: 31, splits: 32, order: 33, images: 34, branches: 35, interval: 36 } as const
