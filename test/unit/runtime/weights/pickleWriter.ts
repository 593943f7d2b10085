// Writes pickles (protocol 2 or 4) from a description of Python values, for tests: also values that torch.save would never write.

export type PyValue =
  | null
  | boolean
  | number
  | string
  | Uint8Array
  | PyValue[]
  | { float: number }
  | { long: bigint }
  | { tuple: PyValue[] }
  | { dict: [PyValue, PyValue][] }
  | { name: [module: string, name: string] }
  | { reduce: PyValue; args: PyValue[] }
  | { newObject: PyValue; args: PyValue[] }
  | { build: PyValue; state: PyValue }
  | { persistentId: PyValue }

/** Pickled bytes. Every value is written out in full; identical description objects are memoised and recalled. */
export function pickle(value: PyValue, protocol: 2 | 4 = 2): Uint8Array {
  const parts: Buffer[] = [Buffer.from([0x80, protocol])]
  const memo = new Map<object, number>()
  const op = (...bytes: number[]) => parts.push(Buffer.from(bytes))
  const u32 = (opcode: number, number: number) => {
    const bytes = Buffer.alloc(5)
    bytes[0] = opcode
    bytes.writeUInt32LE(number, 1)
    parts.push(bytes)
  }
  const text = (string: string) => {
    const bytes = Buffer.from(string, 'utf8')
    u32(0x58, bytes.byteLength)
    parts.push(bytes)
  }
  const double = (number: number) => {
    const bytes = Buffer.alloc(9)
    bytes[0] = 0x47
    bytes.writeDoubleBE(number, 1)
    parts.push(bytes)
  }
  const int = (number: number) => {
    if (number >= 0 && number < 256) op(0x4b, number)
    else if (number >= -(2 ** 31) && number < 2 ** 31) {
      const bytes = Buffer.alloc(5)
      bytes[0] = 0x4a
      bytes.writeInt32LE(number, 1)
      parts.push(bytes)
    } else long(BigInt(number))
  }
  const long = (number: bigint) => {
    const bytes: number[] = []
    let rest = number
    for (;;) {
      bytes.push(Number(rest & 0xffn))
      rest >>= 8n
      const isNegativeByte = ((bytes.at(-1) as number) & 0x80) !== 0
      if ((rest === 0n && !isNegativeByte) || (rest === -1n && isNegativeByte)) break
    }
    op(0x8a, bytes.length, ...bytes)
  }
  const write = (item: PyValue): void => {
    if (item === null) op(0x4e)
    else if (typeof item === 'boolean') op(item ? 0x88 : 0x89)
    else if (typeof item === 'string') text(item)
    else if (typeof item === 'number') (Number.isSafeInteger(item) ? int : double)(item)
    else if (memo.has(item)) u32(0x6a, memo.get(item) as number)
    else {
      writeObject(item)
      memo.set(item, memo.size)
      u32(0x72, memo.size - 1)
    }
  }
  const writeAll = (items: PyValue[]) => {
    op(0x28)
    items.forEach(write)
  }
  const writeObject = (item: Exclude<PyValue, null | boolean | number | string>): void => {
    if (item instanceof Uint8Array) {
      u32(0x42, item.byteLength)
      parts.push(Buffer.from(item))
    } else if (Array.isArray(item)) {
      op(0x5d)
      writeAll(item)
      op(0x65)
    } else if ('float' in item) double(item.float)
    else if ('long' in item) long(item.long)
    else if ('tuple' in item) {
      writeAll(item.tuple)
      op(0x74)
    } else if ('dict' in item) {
      op(0x7d)
      writeAll(item.dict.flat())
      op(0x75)
    } else if ('name' in item) {
      if (protocol === 2) parts.push(Buffer.from(`c${item.name[0]}\n${item.name[1]}\n`))
      else {
        text(item.name[0])
        text(item.name[1])
        op(0x93)
      }
    } else if ('reduce' in item) {
      write(item.reduce)
      write({ tuple: item.args })
      op(0x52)
    } else if ('newObject' in item) {
      write(item.newObject)
      write({ tuple: item.args })
      op(0x81)
    } else if ('build' in item) {
      write(item.build)
      write(item.state)
      op(0x62)
    } else {
      write(item.persistentId)
      op(0x51)
    }
  }
  write(value)
  op(0x2e)
  return Buffer.concat(parts)
}
