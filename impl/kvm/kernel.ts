/** `/dev/kvm`: what this kernel can do, and virtual machines. */
import { apiVersion, capabilityIoeventfd, cpuidEntry, cpuidFields, cpuidHeader, requests } from './abi.ts';
import { layout } from './guest.ts';
import {
  KernelMissingError,
  type Libc,
  loadLibc,
  type Mapping,
  mapAnonymous,
  mapPrivate,
  SystemCallError,
} from './libc.ts';
import { Machine } from './machine.ts';
import { Watchdog } from './watchdog.ts';

/** O_RDWR | O_CLOEXEC. */
const openFlags = 0x2 | 0x8_0000;

/** A guest that has not halted after so long is stopped. */
const longestRun = 800;

const scratchBytes = 0x1_0000;
const watchdogBytes = 256;
const mostCpuidEntries = 256;

/** Guests use addresses of the lower half of what 48 bits can say. */
const mostAddressBits = 47;

export class Kernel {
  readonly libc: Libc;
  /** Memory for the arguments of a call, used by one call after the other. */
  readonly scratch: Mapping;
  readonly watchdog: Watchdog;
  /** The first address that a guest cannot store to. */
  readonly addressEnd: bigint;
  /** Bytes of `struct kvm_run` and what belongs to it. */
  readonly runBytes: number;
  /** What a guest's CPU is told of itself: `struct kvm_cpuid2`. */
  readonly cpuid: Uint8Array;
  readonly #descriptor: number;
  readonly #watched: Mapping;
  readonly #machines = new Set<Machine>();

  private constructor(libc: Libc, descriptor: number) {
    this.libc = libc;
    this.#descriptor = descriptor;
    this.scratch = libc.map(scratchBytes, mapPrivate | mapAnonymous, -1);
    this.#watched = libc.map(watchdogBytes, mapPrivate | mapAnonymous, -1);
    this.watchdog = new Watchdog(libc, this.#watched, longestRun);
    this.runBytes = libc.ioctl(descriptor, requests.getVcpuMmapSize, 0);
    this.cpuid = this.#supportedCpuid();
    this.addressEnd = 1n << BigInt(Math.min(mostAddressBits, this.#addressBits()));
  }

  /**
   * Opens `/dev/kvm`, for the calling thread.
   *
   * @param path of the device
   * @throws KernelMissingError with the reason and the remedy, where it cannot be used
   */
  static async open(path = '/dev/kvm'): Promise<Kernel> {
    const libc = await loadLibc();
    const descriptor = libc.open(path, openFlags);
    if (descriptor < 0)
      throw new KernelMissingError(whyNotOpened(new SystemCallError('open', libc.errno()).code));
    const version = libc.ioctl(descriptor, requests.getApiVersion, 0);
    // What is no such device answers with an error.
    const has = libc.ioctl(descriptor, requests.checkExtension, capabilityIoeventfd);
    if (version === apiVersion && has > 0) return new Kernel(libc, descriptor);
    libc.close(descriptor);
    throw new KernelMissingError(
      version === apiVersion
        ? 'this kernel has no KVM_IOEVENTFD: use one that is built with CONFIG_HAVE_KVM_EVENTFD'
        : version < 0
          ? `${path} is not KVM's: is this a container in which it is something else?`
          : `this kernel's KVM has version ${version} of its interface, and ${apiVersion} is needed: use a newer kernel`,
    );
  }

  /** @throws SystemCallError where the kernel makes none */
  machine(): Machine {
    const descriptor = this.succeeded('KVM_CREATE_VM', () =>
      this.libc.ioctl(this.#descriptor, requests.createVm, 0),
    );
    const machine = new Machine(this, descriptor, () => this.#machines.delete(machine));
    this.#machines.add(machine);
    return machine;
  }

  /** Closes everything, machines included. */
  async close(): Promise<void> {
    await Promise.all([...this.#machines].map((machine) => machine.close()));
    this.watchdog.close();
    this.#watched.unmap();
    this.scratch.unmap();
    this.libc.close(this.#descriptor);
  }

  /**
   * What a call gives. Where a signal interrupts it, such as a profiler's, it is made again.
   *
   * @throws SystemCallError where it fails
   */
  succeeded(name: string, call: () => number): number {
    for (;;) {
      const result = call();
      if (result >= 0) return result;
      const error = new SystemCallError(name, this.libc.errno());
      if (error.code !== 'EINTR') throw error;
    }
  }

  #supportedCpuid(): Uint8Array {
    const { view, address, bytes } = this.scratch;
    view.setUint32(0, mostCpuidEntries, true);
    this.succeeded('KVM_GET_SUPPORTED_CPUID', () =>
      this.libc.ioctl(this.#descriptor, requests.getSupportedCpuid, address),
    );
    return bytes.slice(0, cpuidHeader + cpuidEntry * view.getUint32(0, true));
  }

  /** How wide addresses are: the low byte of EAX of CPUID 0x80000008. */
  #addressBits(): number {
    const view = new DataView(this.cpuid.buffer);
    for (let at = cpuidHeader; at < this.cpuid.length; at += cpuidEntry) {
      if (view.getUint32(at + cpuidFields.function, true) !== 0x8000_0008) continue;
      return view.getUint32(at + cpuidFields.eax, true) & 0xff;
    }
    return 36;
  }

  /** The guest's own memory: the last that it can have, out of the way of most stores. */
  get guestMemory(): bigint {
    return this.addressEnd - BigInt(2 * layout.size);
  }
}

function whyNotOpened(code: string): string {
  switch (code) {
    case 'ENOENT':
      return 'there is no /dev/kvm: load the module (`modprobe kvm_intel` or `modprobe kvm_amd`), and in a virtual machine let it have nested virtualization';
    case 'EACCES':
    case 'EPERM':
      return '/dev/kvm may not be opened: add the user to its group (`usermod -aG kvm USER`, then log in again), or run as root';
    case 'ENXIO':
    case 'ENODEV':
      return '/dev/kvm is there, but no KVM is: virtualization is off in the firmware, or another hypervisor has it';
    default:
      return `/dev/kvm cannot be opened (${code})`;
  }
}
