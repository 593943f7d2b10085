// What calling a permitted name of a pickle builds, and plain objects from the result. Pure data in, pure data out.
import { isKind, type PickledName, type PickledTensor, type PickleValue } from './pickleValues'

/** @returns the built value, or undefined where the arguments do not fit the name */
export function buildFromName(callee: PickledName, args: PickleValue[]): PickleValue | undefined {
  const [first, second] = args
  const { role } = callee
  switch (role.as) {
    case 'tensor':
      return buildTensor(args, role.version)
    case 'parameter':
      return isKind(first, 'tensor') ? first : undefined
    case 'dict':
      return buildDict(args)
    case 'list':
      return args.length === 0 ? [] : Array.isArray(first) ? [...first] : first instanceof Set ? [...first] : undefined
    case 'set':
      return args.length === 0 ? new Set() : Array.isArray(first) || first instanceof Set ? new Set(first) : undefined
    case 'record':
      return args.length === 0 ? { kind: 'record', className: callee.name, attributes: new Map() } : undefined
    case 'opaque':
      return { kind: 'record', className: callee.name, attributes: new Map() }
    case 'path':
      return args.every((part) => typeof part === 'string') ? joinPath(args, role.separator) : undefined
    case 'text':
      return typeof first === 'string' ? (typeof second === 'number' ? `${first}:${second}` : first) : undefined
    case 'encode':
      return typeof first === 'string' && (second === undefined || second === 'latin1' || second === 'latin-1')
        ? Buffer.from(first, 'latin1')
        : undefined
    case 'numpyDtype':
      return typeof first === 'string' && first.length <= 8 ? { kind: 'numpyDtype', code: first } : undefined
    case 'numpyScalar':
      return isKind(first, 'numpyDtype') && second instanceof Uint8Array ? readNumpyScalar(first.code, second) : undefined
    case 'storageType':
    case 'dtype':
    case 'token':
      return undefined
  }
}

/** Applies BUILD. Attributes by name are kept for records; all else is dropped: a state dict's `_metadata`, the contents of numpy arrays and types. */
export function setState(target: PickleValue, state: PickleValue): boolean {
  if (isKind(target, 'record')) {
    if (state instanceof Map) for (const [key, value] of state) target.attributes.set(key, value)
    return true
  }
  return target instanceof Map || isKind(target, 'numpyDtype') || isKind(target, 'tensor')
}

/** (storage, offset, shape, strides, requires_grad, hooks[, dtype]), as PyTorch's _rebuild_tensor functions take them. */
function buildTensor(args: PickleValue[], version: 1 | 2 | 3): PickledTensor | undefined {
  const [storage, storageOffset, shape, strides] = args
  if (!isKind(storage, 'storage') || !isIndex(storageOffset) || !isIndexList(shape) || !isIndexList(strides)) return undefined
  if (shape.length !== strides.length || shape.length > 16) return undefined
  if (version !== 3) return { kind: 'tensor', storage, dtype: storage.dtype, storageOffset, shape, strides }
  const type = args[6]
  if (!isKind(type, 'name') || type.role.as !== 'dtype') return undefined
  return { kind: 'tensor', storage, dtype: type.role.dtype, storageOffset, shape, strides }
}

/** OrderedDict(), dict(), OrderedDict([[key, value], ...]), defaultdict(type). */
function buildDict(args: PickleValue[]): Map<PickleValue, PickleValue> | undefined {
  const [first] = args
  if (first === undefined || first === null || isKind(first, 'name')) return new Map()
  if (first instanceof Map) return new Map(first)
  if (!Array.isArray(first)) return undefined
  const dict = new Map<PickleValue, PickleValue>()
  for (const pair of first) {
    if (!Array.isArray(pair) || pair.length !== 2) return undefined
    dict.set(pair[0] as PickleValue, pair[1] as PickleValue)
  }
  return dict
}

/** Path('/', 'data', 'x') is pickled as its parts; kept as text only. */
function joinPath(parts: string[], separator: string): string {
  const [root = '', ...rest] = parts
  return rest.length === 0 || root.endsWith(separator) ? root + rest.join(separator) : [root, ...rest].join(separator)
}

function readNumpyScalar(code: string, bytes: Uint8Array): number | boolean | string | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const readers: Record<string, [number, () => number | boolean]> = {
    f8: [8, () => view.getFloat64(0, true)],
    f4: [4, () => view.getFloat32(0, true)],
    i8: [8, () => Number(view.getBigInt64(0, true))],
    u8: [8, () => Number(view.getBigUint64(0, true))],
    i4: [4, () => view.getInt32(0, true)],
    u4: [4, () => view.getUint32(0, true)],
    i2: [2, () => view.getInt16(0, true)],
    u2: [2, () => view.getUint16(0, true)],
    i1: [1, () => view.getInt8(0)],
    u1: [1, () => view.getUint8(0)],
    b1: [1, () => view.getUint8(0) !== 0],
  }
  const reader = Object.hasOwn(readers, code) ? readers[code] : undefined
  return reader && bytes.byteLength === reader[0] ? reader[1]() : undefined
}

/** Values and nesting that a plain copy may hold; what is beyond is cut, so that a small pickle cannot unfold into a huge object. */
const PLAIN_LIMITS = { values: 10_000, depth: 32 }

/** A JSON-able copy of pickled data: dictionaries and records become objects, tensors a short description, bytes their count. */
export function toPlain(value: PickleValue): unknown {
  let left = PLAIN_LIMITS.values
  const copy = (item: PickleValue, depth: number): unknown => {
    if (--left < 0 || depth > PLAIN_LIMITS.depth) return '…'
    if (item === null || typeof item === 'boolean' || typeof item === 'string') return item
    if (typeof item === 'number') return Number.isFinite(item) ? item : String(item)
    if (typeof item === 'bigint') return item.toString()
    if (item instanceof Uint8Array) return `${item.byteLength} bytes`
    if (Array.isArray(item)) return item.slice(0, left + 1).map((element) => copy(element, depth + 1))
    if (item instanceof Set) return [...item].slice(0, left + 1).map((element) => copy(element, depth + 1))
    if (item instanceof Map) return copyEntries(item, depth)
    if (item.kind === 'record') return copyEntries(item.attributes, depth)
    if (item.kind === 'tensor') return `tensor ${item.dtype} [${item.shape.join(', ')}]`
    if (item.kind === 'storage') return `storage ${item.dtype} of ${item.elementCount}`
    return item.kind === 'name' ? item.name : item.code
  }
  const copyEntries = (entries: Map<PickleValue, PickleValue>, depth: number): unknown => {
    const out: [string, unknown][] = []
    for (const [key, element] of entries) {
      if (left < 0) break
      if (typeof key === 'string' || typeof key === 'number' || typeof key === 'boolean') out.push([String(key), copy(element, depth + 1)])
    }
    // fromEntries defines own properties, so a key like __proto__ stays an ordinary key
    return Object.fromEntries(out)
  }
  return copy(value, 0)
}

function isIndex(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function isIndexList(value: PickleValue | undefined): value is number[] {
  return Array.isArray(value) && value.every(isIndex)
}
