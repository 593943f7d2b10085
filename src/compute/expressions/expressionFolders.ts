// Where the images of an expression set lie and what they show: RAF-DB, AffectNet and a lab's own folders. Reads names and lists, no pixels.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { extname, join } from 'node:path'
import { AppError } from '@shared/errors'
import { AFFECTNET_CLASSES, RAF_DB_CLASSES, type ExpressionLayout, type ExpressionSplit } from '@shared/expressions'

export interface ExpressionImage {
  /** Relative to the source, with `/`. */
  path: string
  /** Place in the classes. */
  label: number
  split: ExpressionSplit
  subject: string | null
}

export interface ExpressionListing {
  classes: string[]
  images: ExpressionImage[]
}

const IMAGES = new Set(['.jpg', '.jpeg', '.png', '.webp', '.bmp'])
/** Names by which sets call their parts. */
const TRAIN = /^(train|train_set|train_class|training)$/i
const TEST = /^(test|val|valid|validation|val_set|val_class|test_set)$/i

/** @throws AppError DATASET_INVALID, FILE_NOT_FOUND */
export function listExpressions(source: string, layout: ExpressionLayout): ExpressionListing {
  if (!existsSync(source)) throw new AppError('FILE_NOT_FOUND', `There is no folder ${source}. Check the path.`, { source })
  const listing = layout === 'raf-db' ? rafDb(source) : layout === 'affectnet' ? affectNet(source) : ownFolders(source)
  const used = new Set(listing.images.map(({ label }) => label))
  if (used.size < 2)
    throw new AppError(
      'DATASET_INVALID',
      `${source} has images of ${used.size} ${used.size === 1 ? 'class' : 'classes'} in the layout ${layout}; at least two are needed. docs/expressions.md shows the layouts.`,
      { source, layout },
    )
  return listing
}

/** The list `EmoLabel/list_patition_label.txt` beside `Image/aligned`, or folders `train/1` to `test/7`. */
function rafDb(source: string): ExpressionListing {
  const classes = [...RAF_DB_CLASSES]
  const root = existsSync(join(source, 'basic')) ? 'basic/' : ''
  const list = ['list_patition_label.txt', 'list_partition_label.txt']
    .map((name) => join(source, root, 'EmoLabel', name))
    .find((path) => existsSync(path))
  if (!list)
    return numbered(
      existsSync(join(source, 'DATASET')) ? join(source, 'DATASET') : source,
      classes,
      1,
      existsSync(join(source, 'DATASET')) ? 'DATASET/' : '',
    )
  const aligned = `${root}Image/aligned`
  const images = readFileSync(list, 'utf8')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line, index): ExpressionImage => {
      const [, name = '', number = ''] = /^(\S+)\s+(\d+)\s*$/.exec(line) ?? []
      const label = Number(number) - 1
      if (!(label in classes))
        throw new AppError('DATASET_INVALID', `Line ${index + 1} of ${list} is "${line}", not a file name and a number from 1 to 7.`, {
          list,
        })
      const stem = name.slice(0, name.length - extname(name).length)
      const file = [`${stem}_aligned${extname(name)}`, name].find((each) => existsSync(join(source, aligned, each)))
      return {
        path: `${aligned}/${file ?? `${stem}_aligned${extname(name)}`}`,
        label,
        split: splitOf(name.split('_')[0] ?? ''),
        subject: null,
      }
    })
  return { classes, images }
}

/** `train_set/images` with `annotations/NUMBER_exp.npy`, or folders `train/0` to `val/7`. */
function affectNet(source: string): ExpressionListing {
  const classes = [...AFFECTNET_CLASSES]
  const sets = foldersIn(source).filter((name) => existsSync(join(source, name, 'annotations')))
  if (sets.length === 0) return numbered(source, classes, 0, '')
  const images = sets.flatMap((set) =>
    imagesIn(join(source, set, 'images')).flatMap((name): ExpressionImage[] => {
      const stem = name.slice(0, name.length - extname(name).length)
      const label = npyNumber(join(source, set, 'annotations', `${stem}_exp.npy`))
      return label in classes ? [{ path: `${set}/images/${name}`, label, split: splitOf(set), subject: null }] : []
    }),
  )
  return { classes, images }
}

/** One number in NumPy's format, written as text or as a number, as AffectNet's annotations are. @throws AppError DATASET_INVALID */
export function npyNumber(path: string): number {
  let bytes: Buffer
  try {
    bytes = readFileSync(path)
  } catch (cause) {
    throw new AppError('DATASET_INVALID', `The annotation ${path} is missing.`, { path }, { cause })
  }
  const isNumpy = bytes.length > 10 && bytes.toString('latin1', 1, 6) === 'NUMPY'
  const headerLength = isNumpy ? (bytes[6] === 1 ? bytes.readUInt16LE(8) : bytes.readUInt32LE(8)) : 0
  const start = (bytes[6] === 1 ? 10 : 12) + headerLength
  const kind = /'descr':\s*'[<>|=]?([a-zA-Z])(\d+)'/.exec(bytes.toString('latin1', 10, start))
  const body = bytes.subarray(start)
  const value =
    kind?.[1] === 'U'
      ? Number(body.toString('utf16le').replaceAll('\0', ''))
      : kind?.[1] === 'S'
        ? Number(body.toString('latin1').replaceAll('\0', ''))
        : kind?.[1] === 'i' && body.length >= Number(kind[2])
          ? body.readIntLE(0, Math.min(6, Number(kind[2])))
          : Number.NaN
  if (Number.isInteger(value)) return value
  throw new AppError('DATASET_INVALID', `${path} is no annotation with one number.`, { path })
}

/** Folders named by numbers (`1`, `class001`) or by the classes' names, within train and test. */
function numbered(root: string, classes: string[], first: number, prefix: string): ExpressionListing {
  const labelOf = (name: string): number => {
    const named = classes.findIndex((each) => each.toLowerCase() === name.toLowerCase())
    const digits = /(\d+)$/.exec(name)
    return named >= 0 ? named : digits ? Number(digits[1]) - first : -1
  }
  const images = foldersIn(root)
    .filter((part) => splitOf(part) !== 'open')
    .flatMap((part) =>
      foldersIn(join(root, part)).flatMap((folder) => {
        const label = labelOf(folder)
        if (!(label in classes)) return []
        return imagesIn(join(root, part, folder)).map((name): ExpressionImage => ({
          path: `${prefix}${part}/${folder}/${name}`,
          label,
          split: splitOf(part),
          subject: null,
        }))
      }),
    )
  return { classes, images }
}

/** A folder a class, within train and test or not; folders within a class are subjects. */
function ownFolders(source: string): ExpressionListing {
  const top = foldersIn(source)
  const parts = top.length > 0 && top.every((name) => splitOf(name) !== 'open') ? top : ['']
  const names = [...new Set(parts.flatMap((part) => foldersIn(join(source, part))))].sort()
  const images = parts.flatMap((part) =>
    foldersIn(join(source, part)).flatMap((folder): ExpressionImage[] => {
      const base = part === '' ? folder : `${part}/${folder}`
      const of = (path: string, subject: string | null): ExpressionImage => ({
        path,
        label: names.indexOf(folder),
        split: part === '' ? 'open' : splitOf(part),
        subject,
      })
      return [
        ...imagesIn(join(source, base)).map((name) => of(`${base}/${name}`, null)),
        ...foldersIn(join(source, base)).flatMap((subject) =>
          imagesIn(join(source, base, subject)).map((name) => of(`${base}/${subject}/${name}`, subject)),
        ),
      ]
    }),
  )
  return { classes: names, images }
}

const splitOf = (name: string): ExpressionSplit => (TRAIN.test(name) ? 'train' : TEST.test(name) ? 'test' : 'open')

function entriesIn(folder: string) {
  if (!existsSync(folder)) return []
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
}
const foldersIn = (folder: string): string[] =>
  entriesIn(folder)
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
const imagesIn = (folder: string): string[] =>
  entriesIn(folder)
    .filter((entry) => !entry.isDirectory() && IMAGES.has(extname(entry.name).toLowerCase()))
    .map(({ name }) => name)
