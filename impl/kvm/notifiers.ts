/** Notifiers as eventfds, with an epoll instance over them: it lists those that were signalled in the order in which they were. */
import { StructWriter } from './abi.ts';
import type { Kernel } from './kernel.ts';

/** EFD_CLOEXEC | EFD_NONBLOCK. */
const eventfdFlags = 0x8_0000 | 0x800;
/** EPOLL_CLOEXEC. */
const epollFlags = 0x8_0000;
const add = 1;
/** EPOLLIN | EPOLLET: an eventfd is listed once each time that it is signalled, and need not be read for that. */
const readable = 0x1 | 0x8000_0000;

/** `struct epoll_event`, packed on x86-64: the events, then 8 bytes of one's own. */
const eventBytes = 12;
const ownAt = 4;
/** Where they lie in the scratch memory. */
const eventsAt = 0x400;
const counterAt = 0x200;
const mostEvents = 64;

export class Notifiers {
  readonly #kernel: Kernel;
  readonly #epoll: number;
  readonly #eventfds: number[] = [];

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
    this.#epoll = kernel.succeeded('epoll_create1', () => kernel.libc.epollCreate(epollFlags));
  }

  /** A descriptor that is open, and of no eventfd. */
  get noEventfd(): number {
    return this.#epoll;
  }

  /** The descriptor of the eventfd with a number, from 0; it is made when it is first asked for. */
  eventfd(number: number): number {
    const { libc, scratch } = this.#kernel;
    while (this.#eventfds.length <= number) {
      const made = this.#kernel.succeeded('eventfd', () => libc.eventfd(0, eventfdFlags));
      this.#eventfds.push(made);
      new StructWriter(scratch.view, eventsAt).u32(readable, this.#eventfds.length - 1, 0);
      this.#kernel.succeeded('epoll_ctl', () =>
        libc.epollControl(this.#epoll, add, made, scratch.address + eventsAt),
      );
    }
    // The loop saw to it.
    return this.#eventfds[number] as number;
  }

  /** The numbers of those that were signalled since the last time, first signalled first; one that was so twice comes twice. */
  signalled(): number[] {
    const { libc, scratch } = this.#kernel;
    const numbers: number[] = [];
    for (;;) {
      const events = libc.epollWait(this.#epoll, scratch.address + eventsAt, mostEvents, 0);
      for (let event = 0; event < events; event++) {
        const number = scratch.view.getUint32(eventsAt + eventBytes * event + ownAt, true);
        for (let left = this.#count(number); left > 0; left--) numbers.push(number);
      }
      if (events < mostEvents) return numbers;
    }
  }

  close(): void {
    for (const eventfd of this.#eventfds) this.#kernel.libc.close(eventfd);
    this.#kernel.libc.close(this.#epoll);
  }

  /** How often one was signalled since it was last read. */
  #count(number: number): number {
    const { libc, scratch } = this.#kernel;
    const bytes = libc.read(this.eventfd(number), scratch.address + counterAt, 8);
    return bytes === 8 ? Number(scratch.view.getBigUint64(counterAt, true)) : 0;
  }
}
