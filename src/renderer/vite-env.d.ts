// What the build understands and the compiler does not: style sheets, and files gathered by pattern.
declare module '*.css'

interface ImportMeta {
  /** Modules or addresses of the files that match, by path; the pattern is read at build time and must be a literal. */
  glob<T>(pattern: string, options: { eager: true; query: string; import: 'default' }): Record<string, T>
}
