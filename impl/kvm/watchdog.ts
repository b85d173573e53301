/**
 * Ends a KVM_RUN that does not come back. KVM_RUN keeps its thread in the kernel, so that no timer of JavaScript can fire; a timer of the
 * kernel's sends that thread a signal, and KVM_RUN then fails with EINTR.
 */
import { StructWriter } from './abi.ts';
import { type Libc, type Mapping, SystemCallError } from './libc.ts';

/** A signal for programs' own use (SIGRTMIN is 34; the C library uses 32 and 33). */
const signal = 40;
const clockMonotonic = 1;
/** `SIGEV_THREAD_ID`: to one thread, not to any of the process's. */
const toThread = 4;

/** Where the structures lie in the scratch memory: `struct sigevent`, the timer's id, `struct itimerspec`. */
const eventAt = 0;
const idAt = 64;
const valueAt = 128;

export class Watchdog {
  readonly #libc: Libc;
  readonly #timer: number;
  readonly #value: number;
  readonly #milliseconds: number;
  #started = 0;

  /**
   * For the thread that makes it.
   *
   * @param scratch at least 256 bytes, of which nobody else makes use
   * @param milliseconds below 1000
   */
  constructor(libc: Libc, scratch: Mapping, milliseconds: number) {
    if (milliseconds >= 1000) throw new RangeError('a guest that runs on is stopped within a second');
    this.#libc = libc;
    this.#milliseconds = milliseconds;
    libc.ignoreBy(signal);
    new StructWriter(scratch.view, eventAt).u64(0n).u32(signal, toThread, libc.gettid());
    const { address, view } = scratch;
    if (libc.timerCreate(clockMonotonic, address + eventAt, address + idAt) < 0) {
      throw new SystemCallError('timer_create', libc.errno());
    }
    this.#timer = Number(view.getBigUint64(idAt, true));
    // Once, and then again as long as nobody sets it anew: the first might come just before KVM_RUN.
    const nanoseconds = BigInt(milliseconds) * 1_000_000n;
    new StructWriter(view, valueAt).u64(0n, nanoseconds / 10n, 0n, nanoseconds);
    new StructWriter(view, valueAt + 32).u64(0n, 0n, 0n, 0n);
    this.#value = address + valueAt;
  }

  /** From now on, the time counts. */
  start(): void {
    this.#started = performance.now();
    this.#libc.timerSet(this.#timer, 0, this.#value, 0);
  }

  /** Whether it is up. A KVM_RUN that is interrupted before has been so by something else. */
  isUp(): boolean {
    // The two clocks may round differently.
    return performance.now() - this.#started > this.#milliseconds - 10;
  }

  /** Until it is started again, it sends nothing. */
  stop(): void {
    this.#libc.timerSet(this.#timer, 0, this.#value + 32, 0);
  }

  close(): void {
    this.#libc.timerDelete(this.#timer);
  }
}
