// Import names of the rooms, one list for the builds, the tests and the start scripts. tsconfig.base.json repeats it for the compiler.
import { fileURLToPath } from 'node:url'

const room = (path: string): string => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

export const aliases: Record<string, string> = {
  '@shared': room('shared'),
  '@ml': room('ml'),
  '@runtime': room('runtime'),
  '@vision': room('vision'),
  '@compute': room('compute'),
  '@main': room('main'),
  '@web': room('web'),
  '@cli': room('cli'),
  '@renderer': room('renderer'),
}
