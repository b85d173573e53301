/** The numbers and layouts of the kernel's interface (include/uapi/linux/kvm.h, linux/eventpoll.h), for x86-64. All little-endian. */

const toKernel = 1;
const fromKernel = 2;

/** `_IOC`: the direction, the argument's size in bytes, and the number of a request of KVM's. */
function request(direction: number, size: number, number: number): number {
  return ((direction << 30) | (size << 16) | (0xae << 8) | number) >>> 0;
}

export const requests = {
  getApiVersion: request(0, 0, 0x00),
  createVm: request(0, 0, 0x01),
  checkExtension: request(0, 0, 0x03),
  getVcpuMmapSize: request(0, 0, 0x04),
  getSupportedCpuid: request(toKernel | fromKernel, 8, 0x05),
  createVcpu: request(0, 0, 0x41),
  setUserMemoryRegion: request(toKernel, 32, 0x46),
  registerCoalesced: request(toKernel, 16, 0x67),
  ioeventfd: request(toKernel, 64, 0x79),
  run: request(0, 0, 0x80),
  setRegs: request(toKernel, 144, 0x82),
  getSregs: request(fromKernel, 312, 0x83),
  setSregs: request(toKernel, 312, 0x84),
  setCpuid2: request(toKernel, 8, 0x90),
} as const;

export const apiVersion = 12;
/** `KVM_CAP_IOEVENTFD`. */
export const capabilityIoeventfd = 36;

/** `struct kvm_ioeventfd`. */
export const ioeventfdFlags = { datamatch: 1, pio: 2, deassign: 4 } as const;

/** Why KVM_RUN came back (`exit_reason`). */
export const exitReasons = { io: 2, hlt: 5, mmio: 6 } as const;

/** Where the fields of `struct kvm_run` are. */
export const runFields = {
  immediateExit: 1,
  exitReason: 8,
  ioDirection: 32,
  ioSize: 33,
  ioPort: 34,
  ioCount: 36,
  ioDataOffset: 40,
  mmioAddress: 32,
  mmioData: 40,
  mmioLength: 48,
  mmioIsWrite: 52,
} as const;

/** `struct kvm_cpuid2`: a count and padding, then entries. */
export const cpuidHeader = 8;
export const cpuidEntry = 40;
export const cpuidFields = { function: 0, eax: 12 } as const;

/** One field after the other, as C lays them out where each is as wide as it is aligned. */
export class StructWriter {
  readonly #view: DataView;
  #at: number;

  constructor(view: DataView, at = 0) {
    this.#view = view;
    this.#at = at;
  }

  u8(...values: readonly number[]): this {
    for (const value of values) this.#view.setUint8(this.#at++, value);
    return this;
  }

  u16(value: number): this {
    this.#view.setUint16(this.#at, value, true);
    this.#at += 2;
    return this;
  }

  u32(...values: readonly number[]): this {
    for (const value of values) {
      this.#view.setUint32(this.#at, value, true);
      this.#at += 4;
    }
    return this;
  }

  u64(...values: readonly bigint[]): this {
    for (const value of values) {
      this.#view.setBigUint64(this.#at, value, true);
      this.#at += 8;
    }
    return this;
  }
}
