// From logits to probabilities: the one place where outputs of networks become values of Action Units.

/** 1 / (1 + exp(-x)). */
export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x))

/** Of every value of an array of its kind. */
export const probabilitiesOf = (logits: Float32Array): Float32Array<ArrayBuffer> => logits.map(sigmoid) as Float32Array<ArrayBuffer>
