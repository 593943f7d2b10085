// Short random names of rows.
import { randomBytes } from 'node:crypto'

/** Makes a new id; tests pass their own. */
export type IdSource = () => string

const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz'

/** Twelve letters and digits without i, l, o, u: 60 random bits, safe in file names and URLs. */
export const randomId: IdSource = () => Array.from(randomBytes(12), (byte) => LETTERS[byte & 31]).join('')
