// What ffmpeg's messages mean, as one error with a sentence that says what to do. Pure; the raw lines travel in `data` for the log.
import { AppError, type ErrorCode } from '@shared/errors'

interface Meaning {
  pattern: RegExp
  code: ErrorCode
  sentence: (name: string) => string
}

/** First match wins: a full disk also ends in "conversion failed", a cut file also in "invalid data". */
const MEANINGS: readonly Meaning[] = [
  {
    pattern: /No space left on device|Disk quota exceeded|There is not enough space on the disk/i,
    code: 'DISK_FULL',
    sentence: () => 'The disk is full; free some space, then try again.',
  },
  {
    pattern: /Permission denied/i,
    code: 'FILE_UNREADABLE',
    sentence: (name) => `“${name}” cannot be read (permission denied); check its permissions.`,
  },
  {
    // bound to the demuxer that says it, so that a file named after such a sentence means nothing
    pattern:
      /\] (?:\[error\] )?(?:stream \d+, offset 0x[0-9a-f]+: partial file|File ended prematurely)|\[matroska[^\]]*\] (?:\[error\] )?Read error/i,
    code: 'MEDIA_TRUNCATED',
    sentence: truncatedSentence,
  },
  {
    pattern: /matches no streams|does not contain any stream/i,
    code: 'MEDIA_NOT_VIDEO',
    sentence: (name) => `“${name}” holds no video, only sound or other data; choose a video file.`,
  },
  {
    pattern: /Decoder .*not found|Unknown decoder|no decoder found|Decoding requested, but no decoder/i,
    code: 'MEDIA_DECODE_FAILED',
    sentence: (name) => `This ffmpeg has no decoder for “${name}”; convert the video to H.264, or choose another ffmpeg in the settings.`,
  },
  {
    pattern: /Input\/output error/i,
    code: 'FILE_UNREADABLE',
    sentence: (name) => `Reading “${name}” failed (input/output error); check the drive and its connection.`,
  },
  {
    pattern: /Invalid data found when processing input|could not find codec parameters|Protocol .* not on whitelist/i,
    code: 'MEDIA_NOT_VIDEO',
    sentence: (name) => `“${name}” is not a video that can be read; choose a video file, or convert it to MP4 first.`,
  },
]

/** The sentence for a file that stops before its end. */
export function truncatedSentence(name: string): string {
  return `“${name}” ends too early: part of the recording is missing; copy it again from the camera or its source.`
}

/** What a line says about the file being cut short, or null. */
export function isTruncationLine(line: string): boolean {
  return MEANINGS.some(({ code, pattern }) => code === 'MEDIA_TRUNCATED' && pattern.test(line))
}

/**
 * The error for an ffmpeg run that did not give what was asked.
 * @param name the file's name as shown to people
 * @param messages lines of standard error
 * @param fallback code and sentence when no message is understood
 */
export function failureFrom(name: string, messages: readonly string[], fallback: { code: ErrorCode; message: string }): AppError {
  const text = messages.join('\n')
  const meaning = MEANINGS.find(({ pattern }) => pattern.test(text))
  const data = { file: name, messages: messages.slice(-8) }
  return meaning ? new AppError(meaning.code, meaning.sentence(name), data) : new AppError(fallback.code, fallback.message, data)
}
