/**
 * A server for `ivshmem-doorbell` (docs/specs/ivshmem-spec.rst in QEMU's source): it tells QEMU of other guests, its peers, and sends an
 * eventfd for each of their vectors. There are no other guests: their eventfds are counted.
 *
 * A message is a number of 64 bits, little endian, and may have a descriptor with it. Node cannot send one, so koffi is needed.
 */
import { ftruncateSync } from 'node:fs';
import {
  KernelMissingError,
  type Libc,
  loadLibc,
  type Mapping,
  mapAnonymous,
  mapPrivate,
} from '../../kvm/libc.ts';
import { peerVectors } from '../world/machine.ts';

const unixStream = { domain: 1, type: 1 } as const;
const closeOnExec = 0o2_000_000;
const nonBlocking = 0o4000;
const noSignal = 0x4000;

/** SOL_SOCKET, SCM_RIGHTS. */
const descriptorMessage = { level: 1, type: 1 } as const;

/** EPIPE, ECONNRESET: the other end of a socket is closed. */
const hasGone: readonly number[] = [32, 104];

/** Where the parts of a message are in memory, in bytes: `msghdr`, `iovec`, the number, `cmsghdr`. */
const at = { header: 0, vector: 64, number: 80, control: 96 } as const;
const controlBytes = 24;
const scratchBytes = 4096;

/** IVSHMEM_PROTOCOL_VERSION; the guest's own number; then the shared memory ends the beginning. */
const protocolVersion = 0n;
const ownNumber = 0n;
const sharedMemory = -1n;
const sharedBytes = 0x1000;

export class PeerServer {
  /** The end that QEMU inherits. */
  readonly qemuEnd: number;
  /** Every peer that there ever was. */
  readonly used = new Set<number>();
  readonly #libc: Libc;
  readonly #scratch: Mapping;
  readonly #end: number;
  #isClosed = false;

  /** Undefined where there is no koffi, and where this is no Linux on x86-64. */
  static async open(): Promise<PeerServer | undefined> {
    try {
      return new PeerServer(await loadLibc());
    } catch (error) {
      if (error instanceof KernelMissingError) return undefined;
      throw error;
    }
  }

  private constructor(libc: Libc) {
    this.#libc = libc;
    this.#scratch = libc.map(scratchBytes, mapPrivate | mapAnonymous, -1);
    const { domain, type } = unixStream;
    this.#check(libc.socketpair(domain, type | closeOnExec, 0, this.#scratch.address));
    this.#end = this.#scratch.view.getInt32(0, true);
    this.qemuEnd = this.#scratch.view.getInt32(4, true);
    const shared = this.#check(libc.memfdCreate('ivshmem', 1));
    ftruncateSync(shared, sharedBytes);
    this.#send(protocolVersion);
    this.#send(ownNumber);
    this.#send(sharedMemory, shared);
    this.#libc.close(shared);
  }

  /** QEMU has inherited its end. */
  started(): void {
    this.#libc.close(this.qemuEnd);
  }

  /** A peer joins: a message for each of its vectors. */
  join(peer: number): void {
    this.used.add(peer);
    for (let vector = 0; vector < peerVectors; vector++) {
      const eventfd = this.#check(this.#libc.eventfd(0, closeOnExec | nonBlocking));
      this.#send(BigInt(peer), eventfd);
      this.#libc.close(eventfd);
    }
  }

  leave(peer: number): void {
    this.#send(BigInt(peer));
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#libc.close(this.#end);
    this.#scratch.unmap();
  }

  #send(number: bigint, descriptor?: number): void {
    if (this.#isClosed) return;
    const { address, view } = this.#scratch;
    for (let index = 0; index < at.control + controlBytes; index += 4) view.setUint32(index, 0);
    view.setBigInt64(at.number, number, true);
    view.setBigUint64(at.vector, BigInt(address + at.number), true);
    view.setBigUint64(at.vector + 8, 8n, true);
    // msg_iov, msg_iovlen
    view.setBigUint64(at.header + 16, BigInt(address + at.vector), true);
    view.setBigUint64(at.header + 24, 1n, true);
    if (descriptor !== undefined) {
      // msg_control, msg_controllen
      view.setBigUint64(at.header + 32, BigInt(address + at.control), true);
      view.setBigUint64(at.header + 40, BigInt(controlBytes), true);
      view.setBigUint64(at.control, 20n, true);
      view.setInt32(at.control + 8, descriptorMessage.level, true);
      view.setInt32(at.control + 12, descriptorMessage.type, true);
      view.setInt32(at.control + 16, descriptor, true);
    }
    const sent = this.#libc.sendmsg(this.#end, address + at.header, noSignal);
    // It has ended: how, those are told who wait for what comes of the message.
    if (sent < 0 && hasGone.includes(this.#libc.errno())) return;
    this.#check(sent);
  }

  #check(result: number): number {
    if (result < 0)
      throw new Error(`the server of ivshmem-doorbell cannot be made (errno ${this.#libc.errno()})`);
    return result;
  }
}
