// CSV text by RFC 4180 with line feeds: one field, one number, and lines gathered into pieces worth writing. Reading is csv-parse's work.

/** Characters per yielded piece, about. */
const PIECE_CHARACTERS = 1 << 16

/** Quoted only where it must be; a quote inside is doubled. Leading and trailing blanks are quoted too, since many readers trim. */
export function csvField(text: string): string {
  return /[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** Fixed digits, a decimal point whatever the locale, no negative zero; empty where the number is not known. */
export function fixed(value: number | null, digits: number): string {
  if (value === null || !Number.isFinite(value)) return ''
  const text = value.toFixed(digits)
  return text.startsWith('-') && Number(text) === 0 ? text.slice(1) : text
}

/** 1, 0, or empty where not known. */
export function flag(value: boolean | null): string {
  return value === null ? '' : value ? '1' : '0'
}

/** Ends each line with a line feed and joins lines into pieces, so that a writer is not called per line. */
export async function* joinLines(header: string, lines: AsyncIterable<string>): AsyncGenerator<string> {
  let piece = `${header}\n`
  for await (const line of lines) {
    piece += `${line}\n`
    if (piece.length >= PIECE_CHARACTERS) {
      yield piece
      piece = ''
    }
  }
  if (piece !== '') yield piece
}
