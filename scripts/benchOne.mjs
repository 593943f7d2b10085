// Runs one built benchmark, named by its file, and prints what it measured. A file of its own rather than text given to `node -e`: worker threads inherit the
// options of their process, and those that go with text are refused where a worker starts a file.
import { pathToFileURL } from 'node:url'

const { run } = await import(pathToFileURL(process.argv[2]).href)
const { name, lines } = await run()
process.stdout.write('\n' + name + '\n' + lines.map((line) => '  ' + line + '\n').join(''))
process.exit(0)
