/** Machines that are used again. What a scenario left registered is taken out after a rest. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Kernel } from './kernel.ts';
import type { Machine, Registration } from './machine.ts';

/** So many milliseconds after a registration, taking one out costs microseconds; before, the kernel sleeps for up to 16 ms. */
const rest = 40;

/** Machines at most; whoever wants one more waits for the one that has rested longest. */
const mostMachines = 96;

/** `NR_IOBUS_DEVS`: places on a bus for devices other than registrations. */
const mostOtherDevices = 1000n;
const endOfPorts = 0x1_0000n;

type Resting = { readonly machine: Machine; readonly left: readonly Registration[]; readonly until: number };

export class MachinePool {
  readonly #kernel: Kernel;
  readonly #ready: Machine[] = [];
  /** The one that has rested longest comes first. */
  readonly #resting: Resting[] = [];
  readonly #closing = new Set<Promise<void>>();
  #inUse = 0;
  #full: Machine | undefined;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * A machine whose buses take nothing: other devices have all the places on them. It needs not be given back, and can be used by
   * several at once, since nothing is ever registered in it.
   */
  full(): Machine {
    if (this.#full !== undefined) return this.#full;
    const machine = this.#kernel.machine();
    for (const [bus, start] of [
      ['memory', this.#kernel.guestMemory],
      ['io', endOfPorts],
    ] as const) {
      // Where no store comes by: in the guest's own memory, and beyond the ports.
      for (let device = 0n; device < mostOtherDevices; device++) {
        const refused = machine.addOtherDevice(bus, start + device, 1);
        if (refused !== undefined) throw new Error(`another device is refused: ${refused}`);
      }
    }
    this.#full = machine;
    return machine;
  }

  /** A machine with nothing registered. */
  async take(): Promise<Machine> {
    this.#inUse++;
    for (;;) {
      const ready = this.#ready.pop() ?? this.#rested();
      if (ready !== undefined) return ready;
      if (this.#inUse + this.#resting.length <= mostMachines) return this.#kernel.machine();
      await delay(Math.max(1, (this.#resting[0]?.until ?? 0) - performance.now()));
    }
  }

  /** @param left what is registered in it; undefined for a machine that is not to be used again */
  giveBack(machine: Machine, left: readonly Registration[] | undefined): void {
    this.#inUse--;
    if (left === undefined) this.#close(machine);
    else if (left.length === 0) this.#ready.push(machine);
    else this.#resting.push({ machine, left, until: performance.now() + rest });
  }

  /** Closes all that were given back. */
  async close(): Promise<void> {
    for (const machine of this.#ready.splice(0)) this.#close(machine);
    if (this.#full !== undefined) this.#close(this.#full);
    for (const { machine } of this.#resting.splice(0)) this.#close(machine);
    await Promise.all(this.#closing);
  }

  #rested(): Machine | undefined {
    const [first] = this.#resting;
    if (first === undefined || first.until > performance.now()) return undefined;
    this.#resting.shift();
    const { machine, left } = first;
    if (left.every((registration) => machine.deassign(registration) === undefined)) return machine;
    this.#close(machine);
    return this.#rested();
  }

  #close(machine: Machine): void {
    const closing = machine.close().finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}
