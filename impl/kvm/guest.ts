/**
 * What the guest's CPU runs: one program, which makes a store, halts, and begins again when it is run again. What to store is read from a
 * block of parameters, so that no registers need to be set from outside.
 *
 *     begin ──> load rsi, rax, rdx, rcx ──> jump to the store ──> hlt ──> begin
 */

/** A store: to memory by `mov`, to a port by `out`, or to a port several times by `rep outs`. */
export type StoreKind =
  | 'memory 1'
  | 'memory 2'
  | 'memory 4'
  | 'memory 8'
  | 'port 1'
  | 'port 2'
  | 'port 4'
  | 'ports 1'
  | 'ports 2'
  | 'ports 4';

/** The instruction of each: rsi is the address in memory, rax the value, dx the port, rcx how often. */
const instructions: Readonly<Record<StoreKind, readonly number[]>> = {
  'memory 1': [0x88, 0x06],
  'memory 2': [0x66, 0x89, 0x06],
  'memory 4': [0x89, 0x06],
  'memory 8': [0x48, 0x89, 0x06],
  'port 1': [0xee],
  'port 2': [0x66, 0xef],
  'port 4': [0xef],
  'ports 1': [0xf3, 0x6e],
  'ports 2': [0xf3, 0x66, 0x6f],
  'ports 4': [0xf3, 0x6f],
};

export const halt = 0xf4;

/** Where things lie in the guest's memory, in bytes from its beginning. */
export const layout = {
  code: 0,
  /** What rsi, rax, rdx and rcx are to hold, and the address of the instruction: 8 bytes each. */
  parameters: 0x800,
  /** No concern of the guest's: what another thread asks the kernel to take out of this machine. */
  deassigned: 0x900,
  /** What `rep outs` reads. */
  data: 0x1000,
  /** Code of somebody else's. */
  otherCode: 0x2000,
  /** The first table, and all that it leads to. */
  tables: 0x3000,
  size: 0x10_0000,
} as const;

/** Machine code, a byte after the other. */
class Assembler {
  readonly code: number[] = [];

  emit(...bytes: readonly number[]): void {
    this.code.push(...bytes);
  }

  /** An instruction that ends with the distance, 4 bytes, from its end to `target`. */
  emitRelative(bytes: readonly number[], target: number): void {
    this.emit(...bytes);
    const distance = target - (this.code.length + 4);
    for (let at = 0; at < 4; at++) this.emit((distance >> (8 * at)) & 0xff);
  }
}

/** The program, and where in it each store begins. */
export function assembleStores(): {
  readonly code: Uint8Array;
  readonly entries: Readonly<Record<StoreKind, number>>;
} {
  const assembler = new Assembler();
  const { parameters } = layout;
  // mov rsi, rax, rdx, rcx from the parameters; jmp to the fifth.
  assembler.emitRelative([0x48, 0x8b, 0x35], parameters);
  assembler.emitRelative([0x48, 0x8b, 0x05], parameters + 8);
  assembler.emitRelative([0x48, 0x8b, 0x15], parameters + 16);
  assembler.emitRelative([0x48, 0x8b, 0x0d], parameters + 24);
  assembler.emitRelative([0xff, 0x25], parameters + 32);
  const entries = Object.entries(instructions).map(([kind, instruction]) => {
    const at = assembler.code.length;
    assembler.emit(...instruction, halt);
    assembler.emitRelative([0xe9], layout.code);
    return [kind, at] as const;
  });
  return {
    code: Uint8Array.from(assembler.code),
    entries: Object.fromEntries(entries) as Record<StoreKind, number>,
  };
}

const present = 0x1n;
const writable = 0x2n;
const largePage = 0x80n;
const addressMask = 0xf_ffff_ffff_f000n;
const tableBytes = 4096;

/**
 * The guest's page tables: each address stands for itself, in pages of 2 MiB, which are entered when they are first asked for. An entry
 * that is there is never changed: the kernel need not be told of any.
 */
export class PageTables {
  readonly #view: DataView;
  readonly #base: bigint;
  readonly #known = new Set<bigint>();
  #next: number = layout.tables + tableBytes;

  /** @param base the guest's address of the memory in which the tables are */
  constructor(view: DataView, base: bigint) {
    this.#view = view;
    this.#base = base;
  }

  /** The guest's address of the first table (CR3). */
  get root(): bigint {
    return this.#base + BigInt(layout.tables);
  }

  /** Whether the page at an address is, or could be, entered: there is room for some hundred far-off pages. */
  enter(address: bigint): boolean {
    const page = address >> 21n;
    if (this.#known.has(page)) return true;
    if (this.#next + 2 * tableBytes > layout.size) return false;
    const upper = this.#below(layout.tables, address >> 39n);
    const middle = this.#below(upper, address >> 30n);
    this.#view.setBigUint64(middle + index(page), (page << 21n) | largePage | writable | present, true);
    this.#known.add(page);
    return true;
  }

  /** The table that an entry leads to: where it is in the memory. */
  #below(table: number, number: bigint): number {
    const at = table + index(number);
    const entry = this.#view.getBigUint64(at, true);
    if (entry !== 0n) return Number((entry & addressMask) - this.#base);
    const made = this.#next;
    this.#next += tableBytes;
    this.#view.setBigUint64(at, (this.#base + BigInt(made)) | writable | present, true);
    return made;
  }
}

/** Bytes from a table's beginning to its entry. */
function index(number: bigint): number {
  return 8 * Number(number & 511n);
}
