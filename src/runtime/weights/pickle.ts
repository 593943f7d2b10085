// A restricted unpickler: runs the pickle machine of protocols 2 to 5 far enough for torch.save's files and builds only plain data and tensor
// descriptions. Calling a name is building a value here (pickleBuild.ts); no code of the file's choosing can run. Opcodes: CPython's pickletools.
import { AppError } from '@shared/errors'
import { buildFromName, setState } from './pickleBuild'
import { malformedPickle, PickleBytes } from './pickleBytes'
import { DEFAULT_PICKLE_LIMITS, PickleMemory, type PickleLimits } from './pickleMemory'
import { isKind, lookUpName, type PickledStorage, type PickleValue } from './pickleValues'

export interface UnpickleResult {
  value: PickleValue
  /** Bytes used, so that the pickles of a file that holds several can be read one after another. */
  endOffset: number
}

/**
 * Unpickles plain data and tensor descriptions.
 * @param fileName only for messages
 * @throws AppError MODEL_FILE_UNSAFE (names something that is not on the list), MODEL_FILE_INVALID (malformed or beyond the limits),
 *   MODEL_FILE_TRUNCATED (ends before its STOP)
 */
export function unpickle(bytes: Uint8Array, fileName: string, limits: PickleLimits = DEFAULT_PICKLE_LIMITS): UnpickleResult {
  if (bytes.byteLength > limits.maxBytes) throw malformedPickle(fileName, 'its index is too large')
  return new Machine(bytes, fileName, limits).run()
}

class Machine {
  private readonly input: PickleBytes
  private readonly memory: PickleMemory

  constructor(
    bytes: Uint8Array,
    private readonly fileName: string,
    limits: PickleLimits,
  ) {
    this.input = new PickleBytes(bytes, fileName, limits.maxBytes)
    this.memory = new PickleMemory(fileName, limits)
  }

  run(): UnpickleResult {
    for (;;) {
      const opcode = this.input.u8()
      if (opcode === 0x2e) return { value: this.memory.pop(), endOffset: this.input.position } // STOP
      this.step(opcode)
    }
  }

  private step(opcode: number): void {
    switch (opcode) {
      case 0x80: {
        const protocol = this.input.u8() // PROTO
        if (protocol < 2 || protocol > 5) throw this.fail(`pickle protocol ${protocol}`)
        return
      }
      case 0x95: // FRAME: only a hint about buffering
        this.input.length8()
        return
      // constants and numbers
      case 0x4e: // NONE
        return this.memory.push(null)
      case 0x88: // NEWTRUE
        return this.memory.push(true)
      case 0x89: // NEWFALSE
        return this.memory.push(false)
      case 0x4a: // BININT
        return this.memory.push(this.input.int32())
      case 0x4b: // BININT1
        return this.memory.push(this.input.u8())
      case 0x4d: // BININT2
        return this.memory.push(this.input.uint16())
      case 0x8a: // LONG1
        return this.memory.push(this.input.long(this.input.u8()))
      case 0x8b: // LONG4
        return this.memory.push(this.input.long(this.input.length4()))
      case 0x47: // BINFLOAT, big-endian
        return this.memory.push(this.input.float64())
      // text and bytes
      case 0x8c: // SHORT_BINUNICODE
        return this.memory.push(this.input.string(this.input.u8()))
      case 0x58: // BINUNICODE
        return this.memory.push(this.input.string(this.input.length4()))
      case 0x8d: // BINUNICODE8
        return this.memory.push(this.input.string(this.input.length8()))
      case 0x43: // SHORT_BINBYTES
        return this.memory.push(this.input.slice(this.input.u8()))
      case 0x42: // BINBYTES
        return this.memory.push(this.input.slice(this.input.length4()))
      case 0x8e: // BINBYTES8
      case 0x96: // BYTEARRAY8
        return this.memory.push(this.input.slice(this.input.length8()))
      case 0x55: // SHORT_BINSTRING, Python 2's str
        return this.memory.push(latin1(this.input.slice(this.input.u8())))
      case 0x54: // BINSTRING
        return this.memory.push(latin1(this.input.slice(this.input.length4())))
      // containers
      case 0x28: // MARK
        return this.memory.mark()
      case 0x5d: // EMPTY_LIST
      case 0x29: // EMPTY_TUPLE
        return this.memory.push([])
      case 0x7d: // EMPTY_DICT
        return this.memory.push(new Map())
      case 0x8f: // EMPTY_SET
        return this.memory.push(new Set())
      case 0x74: // TUPLE
      case 0x6c: // LIST
        return this.memory.push(this.memory.popMark())
      case 0x85: // TUPLE1
        return this.memory.push(this.memory.popMany(1))
      case 0x86: // TUPLE2
        return this.memory.push(this.memory.popMany(2))
      case 0x87: // TUPLE3
        return this.memory.push(this.memory.popMany(3))
      case 0x64: {
        const items = this.memory.popMark() // DICT
        const dict = new Map<PickleValue, PickleValue>()
        this.memory.setItems(dict, items)
        return this.memory.push(dict)
      }
      case 0x91: // FROZENSET
        return this.memory.push(new Set(this.memory.popMark()))
      case 0x61: {
        const item = this.memory.pop() // APPEND
        this.memory.appendTo(this.memory.top(), [item])
        return
      }
      case 0x65: {
        const items = this.memory.popMark() // APPENDS
        this.memory.appendTo(this.memory.top(), items)
        return
      }
      case 0x90: {
        const items = this.memory.popMark() // ADDITEMS
        const set = this.memory.top()
        if (!(set instanceof Set)) throw this.fail('it adds to something that is no set')
        for (const item of items) set.add(item)
        return
      }
      case 0x73: {
        const items = this.memory.popMany(2) // SETITEM
        this.memory.setItems(this.memory.top(), items)
        return
      }
      case 0x75: {
        const items = this.memory.popMark() // SETITEMS
        this.memory.setItems(this.memory.top(), items)
        return
      }
      // stack and memo
      case 0x30: // POP
        return this.memory.drop()
      case 0x31: // POP_MARK
        this.memory.popMark()
        return
      case 0x32: // DUP
        return this.memory.push(this.memory.top())
      case 0x71: // BINPUT
        return this.memory.memoise(this.input.u8())
      case 0x72: // LONG_BINPUT
        return this.memory.memoise(this.input.length4())
      case 0x94: // MEMOIZE
        return this.memory.memoise(this.memory.memoSize)
      case 0x68: // BINGET
        return this.memory.recall(this.input.u8())
      case 0x6a: // LONG_BINGET
        return this.memory.recall(this.input.length4())
      // names and what is made of them
      case 0x63: {
        const module = this.input.line() // GLOBAL
        return this.name(module, this.input.line())
      }
      case 0x93: {
        const [module, name] = this.memory.popMany(2) // STACK_GLOBAL
        if (typeof module !== 'string' || typeof name !== 'string') throw this.fail('it names something with a value that is no text')
        return this.name(module, name)
      }
      case 0x69: // INST: an old spelling of a name and a call
        this.name(this.input.line(), this.input.line())
        throw this.fail('it uses the pickle opcode INST')
      case 0x82: // EXT1
      case 0x83: // EXT2
      case 0x84: // EXT4
        throw this.unsafe('an entry of the extension registry')
      case 0x52: // REDUCE
      case 0x81: {
        const [callee, args] = this.memory.popMany(2) // NEWOBJ
        return this.call(callee, args, null)
      }
      case 0x92: {
        const [callee, args, keywords] = this.memory.popMany(3) // NEWOBJ_EX
        return this.call(callee, args, keywords ?? null)
      }
      case 0x62: {
        const state = this.memory.pop() // BUILD
        if (!setState(this.memory.top(), state)) throw this.fail('it sets attributes on a plain value')
        return
      }
      case 0x51: // BINPERSID
        return this.memory.push(this.storage(this.memory.pop()))
      default:
        throw this.fail(`it uses the pickle opcode 0x${opcode.toString(16).padStart(2, '0')}`)
    }
  }

  private name(module: string, name: string): void {
    const found = lookUpName(module, name)
    if (!found) throw this.unsafe(`"${module}.${name}"`.slice(0, 200))
    this.memory.push(found)
  }

  private call(callee: PickleValue | undefined, args: PickleValue | undefined, keywords: PickleValue): void {
    if (!isKind(callee, 'name') || !Array.isArray(args)) throw this.fail('it calls something that is no name')
    if (keywords !== null && !(keywords instanceof Map && keywords.size === 0)) throw this.fail(`it calls ${callee.name} with keywords`)
    const built = buildFromName(callee, args)
    if (built === undefined) throw this.fail(`it calls ${callee.name} with arguments that do not fit`)
    if (built instanceof Map || built instanceof Set) this.memory.count(built.size)
    else if (Array.isArray(built)) this.memory.count(built.length)
    this.memory.push(built)
  }

  /** ('storage', type, key, location, element count), torch.save's only persistent id. */
  private storage(id: PickleValue): PickledStorage {
    if (Array.isArray(id)) {
      const [tag, type, key, , elementCount] = id
      const isCount = typeof elementCount === 'number' && Number.isSafeInteger(elementCount) && elementCount >= 0
      if (tag === 'storage' && isKind(type, 'name') && type.role.as === 'storageType' && typeof key === 'string' && isCount) {
        return { kind: 'storage', key, dtype: type.role.dtype, elementCount }
      }
    }
    throw this.fail('it refers to a storage in a way PyTorch does not')
  }

  private fail(problem: string): AppError {
    return malformedPickle(this.fileName, problem)
  }

  private unsafe(name: string): AppError {
    return new AppError(
      'MODEL_FILE_UNSAFE',
      `"${this.fileName}" asks to run ${name}, which a weights file has no need of; nothing of it was run. ` +
        'Do not use this file unless you trust its author; if you do, have them save the state_dict alone, or as safetensors.',
      { file: this.fileName, name },
    )
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1')
}
