// Who is who among the demo subjects: some give labels as if a person had coded them, the others are kept apart to measure against.

/** Subjects whose known labels are taken in for learning. */
export const DEMO_LABELLED_SUBJECTS: readonly string[] = ['S01', 'S02', 'S03', 'S04', 'S05']
/** Subjects that are only measured against. */
export const DEMO_HELD_OUT_SUBJECTS: readonly string[] = ['S06', 'S07', 'S08']
/** Coder codes of the two groups' known labels. */
export const DEMO_KNOWN_CODER = 'known'
export const DEMO_HELD_OUT_CODER = 'held-out'
