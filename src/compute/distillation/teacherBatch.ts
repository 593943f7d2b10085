// How many images a teacher looks at at a time; apart, so that planning needs no runtime.

/** The same in a resumed run, whose values are then the same to the bit. */
export const TEACHER_BATCH = 8
