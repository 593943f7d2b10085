// Entry of the bundle that scripts/verify.mjs builds; all the work is in index.ts.
import { verifyCommand } from './index'

process.exitCode = await verifyCommand(process.argv.slice(2))
