/** A virtual machine with one CPU, and what it is asked: registrations on its buses, and stores. */
import { exitReasons, ioeventfdFlags, requests, runFields, StructWriter } from './abi.ts';
import { assembleStores, halt, layout, PageTables, type StoreKind } from './guest.ts';
import { errnoName, type Libc, type Mapping, mapAnonymous, mapPrivate, mapShared } from './libc.ts';
import type { Watchdog } from './watchdog.ts';

/** What machines of one kernel have in common: see `Kernel`. */
export type Surroundings = {
  readonly libc: Libc;
  readonly scratch: Mapping;
  readonly watchdog: Watchdog;
  readonly addressEnd: bigint;
  readonly guestMemory: bigint;
  readonly runBytes: number;
  readonly cpuid: Uint8Array;
  succeeded(name: string, call: () => number): number;
};

/** The two buses: of memory, and of ports. */
export type BusName = 'memory' | 'io';

/** What `KVM_IOEVENTFD` is asked. Nothing is checked here: what is wrong is for the kernel to say. */
export type Registration = {
  readonly bus: BusName;
  /** 64 bits. */
  readonly address: bigint;
  /** Bytes: 0, 1, 2, 4 or 8; the kernel refuses others. */
  readonly size: number;
  /** 64 bits; any value matches, if left out. */
  readonly data?: bigint | undefined;
  /** A file descriptor. */
  readonly eventfd: number;
  /** Bits that are set beside those that the rest says. */
  readonly flags?: number;
};

/** A store, or a part of one, that the kernel did not take: it came to user space. `bytes` are in memory order. */
export type Exit = { readonly bus: BusName; readonly address: bigint; readonly bytes: Uint8Array };

/** The guest ran on and was stopped. The machine is of no more use. */
export class GuestRunsOnError extends Error {
  override readonly name = 'GuestRunsOnError';

  constructor() {
    super('the guest does not halt, and was stopped');
  }
}

/** The guest left its program: what KVM_RUN came back with. */
export class GuestFailedError extends Error {
  override readonly name = 'GuestFailedError';
}

const stores = assembleStores();

/** The guest could not map so many far-off pages. */
export class TooManyPagesError extends Error {
  override readonly name = 'TooManyPagesError';
}

export class Machine {
  readonly #kernel: Surroundings;
  readonly #descriptor: number;
  readonly #cpu: number;
  readonly #memory: Mapping;
  readonly #run: Mapping;
  readonly #tables: PageTables;
  /** Memory beside its own. */
  readonly #more: Mapping[] = [];
  readonly #onClose: () => void;
  /** Whether the CPU is about to begin the program of stores. */
  #isAtStores = false;
  #isClosed = false;

  /** By `Kernel.machine()`. @param descriptor of the virtual machine, which belongs to this from now on */
  constructor(kernel: Surroundings, descriptor: number, onClose: () => void) {
    this.#kernel = kernel;
    this.#descriptor = descriptor;
    this.#onClose = onClose;
    const { libc } = kernel;
    const undo: (() => void)[] = [() => libc.close(descriptor)];
    try {
      this.#memory = libc.map(layout.size, mapPrivate | mapAnonymous, -1);
      undo.push(() => this.#memory.unmap());
      this.#setMemory(0, kernel.guestMemory, this.#memory);
      this.#cpu = kernel.succeeded('KVM_CREATE_VCPU', () => libc.ioctl(descriptor, requests.createVcpu, 0));
      undo.push(() => libc.close(this.#cpu));
      this.#run = libc.map(kernel.runBytes, mapShared, this.#cpu);
      undo.push(() => this.#run.unmap());
      this.#tables = new PageTables(this.#memory.view, kernel.guestMemory);
      this.#setUpCpu();
    } catch (error) {
      for (const step of undo.reverse()) step();
      onClose();
      throw error;
    }
  }

  /** Registers an eventfd. Nothing, or the name of the error. */
  assign(registration: Registration): string | undefined {
    const struct = this.#ioeventfd(registration, 0);
    return this.#answerOf(this.#kernel.libc.ioctl(this.#descriptor, requests.ioeventfd, struct));
  }

  /** Takes a registration back. Right after an `assign` the kernel sleeps for some milliseconds: see `deassignLater`. */
  deassign(registration: Registration): string | undefined {
    const struct = this.#ioeventfd(registration, ioeventfdFlags.deassign);
    return this.#answerOf(this.#kernel.libc.ioctl(this.#descriptor, requests.ioeventfd, struct));
  }

  /** The same while this thread goes on. One at a time. */
  async deassignLater(registration: Registration): Promise<string | undefined> {
    const { libc, scratch } = this.#kernel;
    this.#ioeventfd(registration, ioeventfdFlags.deassign);
    // What the other thread reads stays as it is while this one goes on.
    this.#memory.bytes.set(scratch.bytes.subarray(0, 64), layout.deassigned);
    const argument = this.#memory.address + layout.deassigned;
    const result = await libc.ioctlLater(this.#descriptor, requests.ioeventfd, argument);
    // Its error number stayed in the other thread. What failed has changed nothing, and fails again, without sleeping.
    return result >= 0 ? undefined : this.deassign(registration);
  }

  /**
   * Gives the guest memory of its own: stores to it stay there, and never come to a bus.
   *
   * @param address and `bytes` in whole pages of 4 KiB
   * @returns what is stored in it
   * @throws SystemCallError where the kernel has it otherwise, as where other memory is there
   */
  addMemory(address: bigint, bytes: number): Uint8Array {
    const memory = this.#kernel.libc.map(bytes, mapPrivate | mapAnonymous, -1);
    try {
      this.#setMemory(1 + this.#more.length, address, memory);
    } catch (error) {
      memory.unmap();
      throw error;
    }
    this.#more.push(memory);
    return memory.bytes;
  }

  /** Puts a device of another kind on a bus: a zone whose writes are collected. It takes a place there, as any does. */
  addOtherDevice(bus: BusName, address: bigint, size: number): string | undefined {
    const { address: struct, view } = this.#kernel.scratch;
    new StructWriter(view).u64(address).u32(size, bus === 'io' ? 1 : 0);
    return this.#answerOf(this.#kernel.libc.ioctl(this.#descriptor, requests.registerCoalesced, struct));
  }

  /**
   * Whether the guest can make a store: its address and all its bytes are ones that it has, and not those of its own memory.
   */
  canStore(bus: BusName, address: bigint, size: number): boolean {
    if (bus === 'io') return address <= 0xffffn && size <= 4;
    const { addressEnd, guestMemory } = this.#kernel;
    const end = address + BigInt(size);
    return end <= addressEnd && (end <= guestMemory || address >= guestMemory + BigInt(layout.size));
  }

  /**
   * Lets the CPU make a store.
   *
   * @returns what the kernel did not take, in the order in which it came out
   * @throws TooManyPagesError where the guest's page tables are full: a new machine has empty ones
   */
  store(bus: BusName, address: bigint, size: 1 | 2 | 4 | 8, data: bigint): Exit[] {
    if (!this.canStore(bus, address, size)) throw new RangeError(`no guest can store ${size} bytes there`);
    if (bus === 'memory') {
      this.#enter(address, size);
      return this.#storeBy(`memory ${size}`, address, data, 0n, 1);
    }
    // A port has no 8 bytes: canStore says so.
    return this.#storeBy(`port ${size as 1 | 2 | 4}`, 0n, data, address, 1);
  }

  /** Lets the CPU store to a port several times by one instruction (`rep outs`); at most 4 KiB. */
  storeAll(port: number, size: 1 | 2 | 4, bytes: Uint8Array): Exit[] {
    if (bytes.length > 4096 || bytes.length % size !== 0) throw new RangeError('expected at most 4096 bytes');
    this.#memory.bytes.set(bytes, layout.data);
    const source = this.#kernel.guestMemory + BigInt(layout.data);
    return this.#storeBy(`ports ${size}`, source, 0n, BigInt(port), bytes.length / size);
  }

  /** Runs machine code (64-bit, at most 4 KiB; a halt is put after it) until it halts. */
  runCode(code: Uint8Array): Exit[] {
    this.#memory.bytes.set([...code, halt], layout.otherCode);
    this.#isAtStores = false;
    this.#setInstruction(layout.otherCode);
    return this.#untilHalt();
  }

  /** Closes it, while this thread goes on: the kernel may sleep. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { libc } = this.#kernel;
    this.#run.unmap();
    libc.close(this.#cpu);
    await libc.closeLater(this.#descriptor);
    for (const memory of [this.#memory, ...this.#more]) memory.unmap();
    this.#onClose();
  }

  #setMemory(slot: number, at: bigint, { address, bytes }: Mapping): void {
    this.#ioctl('KVM_SET_USER_MEMORY_REGION', requests.setUserMemoryRegion, (struct) =>
      struct.u32(slot, 0).u64(at, BigInt(bytes.length), BigInt(address)),
    );
  }

  #storeBy(kind: StoreKind, rsi: bigint, rax: bigint, rdx: bigint, rcx: number): Exit[] {
    const instruction = this.#kernel.guestMemory + BigInt(stores.entries[kind]);
    new StructWriter(this.#memory.view, layout.parameters).u64(rsi, rax, rdx, BigInt(rcx), instruction);
    if (!this.#isAtStores) this.#setInstruction(layout.code);
    this.#isAtStores = false;
    const exits = this.#untilHalt();
    this.#isAtStores = true;
    return exits;
  }

  #enter(address: bigint, size: number): void {
    const isEntered = this.#tables.enter(address) && this.#tables.enter(address + BigInt(size - 1));
    if (!isEntered) throw new TooManyPagesError("the guest's page tables are full");
  }

  #untilHalt(): Exit[] {
    const { libc, watchdog } = this.#kernel;
    const exits: Exit[] = [];
    watchdog.start();
    for (;;) {
      if (libc.ioctl(this.#cpu, requests.run, 0) < 0) {
        const code = errnoName(libc.errno());
        if (code !== 'EINTR') throw new GuestFailedError(`KVM_RUN: ${code}`);
        if (watchdog.isUp()) throw new GuestRunsOnError();
        continue;
      }
      const reason = this.#run.view.getUint32(runFields.exitReason, true);
      if (reason === exitReasons.hlt) return exits;
      if (reason === exitReasons.mmio) exits.push(this.#memoryExit());
      else if (reason === exitReasons.io) exits.push(...this.#portExits());
      else throw new GuestFailedError(`KVM_RUN came back for exit reason ${reason}`);
    }
  }

  #memoryExit(): Exit {
    const { view, bytes } = this.#run;
    if (view.getUint8(runFields.mmioIsWrite) === 0) throw new GuestFailedError('the guest reads a device');
    const length = view.getUint32(runFields.mmioLength, true);
    return {
      bus: 'memory',
      address: view.getBigUint64(runFields.mmioAddress, true),
      bytes: bytes.slice(runFields.mmioData, runFields.mmioData + length),
    };
  }

  #portExits(): Exit[] {
    const { view, bytes } = this.#run;
    if (view.getUint8(runFields.ioDirection) === 0) throw new GuestFailedError('the guest reads a port');
    const size = view.getUint8(runFields.ioSize);
    const address = BigInt(view.getUint16(runFields.ioPort, true));
    const from = Number(view.getBigUint64(runFields.ioDataOffset, true));
    return Array.from({ length: view.getUint32(runFields.ioCount, true) }, (_, index) => ({
      bus: 'io',
      address,
      bytes: bytes.slice(from + index * size, from + (index + 1) * size),
    }));
  }

  #ioeventfd({ bus, address, size, data, eventfd, flags = 0 }: Registration, more: number): number {
    const own = (data === undefined ? 0 : ioeventfdFlags.datamatch) | (bus === 'io' ? ioeventfdFlags.pio : 0);
    const { address: struct, view, bytes } = this.#kernel.scratch;
    bytes.fill(0, 0, 64);
    new StructWriter(view).u64(data ?? 0n, address).u32(size, eventfd, own | flags | more);
    return struct;
  }

  #answerOf(result: number): string | undefined {
    return result < 0 ? errnoName(this.#kernel.libc.errno()) : undefined;
  }

  #ioctl(
    call: string,
    request: number,
    write: (struct: StructWriter) => void,
    descriptor = this.#descriptor,
  ): void {
    const { address, view, bytes } = this.#kernel.scratch;
    bytes.fill(0, 0, 320);
    write(new StructWriter(view));
    this.#kernel.succeeded(call, () => this.#kernel.libc.ioctl(descriptor, request, address));
  }

  /** 64-bit mode, with paging, in ring 0, with flat segments. */
  #setUpCpu(): void {
    const { libc, scratch, cpuid, guestMemory } = this.#kernel;
    this.#memory.bytes.set(stores.code, layout.code);
    this.#tables.enter(guestMemory);
    scratch.bytes.set(cpuid);
    this.#kernel.succeeded('KVM_SET_CPUID2', () =>
      libc.ioctl(this.#cpu, requests.setCpuid2, scratch.address),
    );
    this.#kernel.succeeded('KVM_GET_SREGS', () => libc.ioctl(this.#cpu, requests.getSregs, scratch.address));
    const struct = new StructWriter(scratch.view);
    // Code, then five of data: base, limit, selector, type, present, dpl, db, s, l, g, avl, unusable, padding.
    struct.u64(0n).u32(0xffff_ffff).u16(0x08).u8(0xb, 1, 0, 0, 1, 1, 1, 0, 0, 0);
    for (let left = 5; left > 0; left--) {
      struct.u64(0n).u32(0xffff_ffff).u16(0x10).u8(0x3, 1, 0, 1, 1, 0, 1, 0, 0, 0);
    }
    // The task register, the local descriptor table, and the other two tables stay. CR0, CR2, CR3, CR4, CR8, EFER.
    new StructWriter(scratch.view, 224).u64(0x8000_0033n, 0n, this.#tables.root, 0x20n, 0n, 0x500n);
    this.#kernel.succeeded('KVM_SET_SREGS', () => libc.ioctl(this.#cpu, requests.setSregs, scratch.address));
  }

  /** All registers are 0, but for the instruction pointer and the bit of RFLAGS that is always 1. */
  #setInstruction(offset: number): void {
    const rip = this.#kernel.guestMemory + BigInt(offset);
    const noRegisters = Array.from({ length: 16 }, () => 0n);
    this.#ioctl(
      'KVM_SET_REGS',
      requests.setRegs,
      (struct) => struct.u64(...noRegisters, rip, 0x2n),
      this.#cpu,
    );
  }
}
