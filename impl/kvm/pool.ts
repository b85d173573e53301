/** Machines that are used again. What a scenario left registered is taken out after a rest. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Kernel } from './kernel.ts';
import type { Machine, Registration } from './machine.ts';

/** So many milliseconds after a registration, as a rule, taking one out costs microseconds; before, the kernel sleeps. */
const rest = 40;

/** Taking one out that takes so many milliseconds has waited. */
const slow = 1;

/** Machines at most; whoever wants one more waits. Making one and closing it takes longer than a rest: a short run has few. */
const mostMachines = 128;
const machinesAtFirst = 16;
/** From then on, one more for so many scenarios. */
const scenariosForOneMore = 8;

/** `NR_IOBUS_DEVS`: places on a bus for devices other than registrations. */
const mostOtherDevices = 1000n;
const endOfPorts = 0x1_0000n;

export class MachinePool {
  readonly #kernel: Kernel;
  readonly #ready: Machine[] = [];
  /** Those that are being emptied or closed. */
  readonly #working = new Set<Promise<void>>();
  readonly #waiting: (() => void)[] = [];
  /** Those that are not closed. */
  #machines = 0;
  /** How many were taken. */
  #taken = 0;
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
    this.#taken++;
    const most = Math.min(mostMachines, machinesAtFirst + Math.floor(this.#taken / scenariosForOneMore));
    for (;;) {
      const ready = this.#ready.pop();
      if (ready !== undefined) return ready;
      if (this.#machines < most) {
        const made = this.#kernel.machine();
        this.#machines++;
        return made;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  /** @param left what is registered in it; undefined for a machine that is not to be used again */
  giveBack(machine: Machine, left: readonly Registration[] | undefined): void {
    const work = left === undefined ? this.#close(machine) : this.#empty(machine, left);
    const working = work.finally(() => {
      this.#working.delete(working);
      this.#waiting.shift()?.();
    });
    this.#working.add(working);
  }

  /** Closes all that were given back. */
  async close(): Promise<void> {
    await Promise.all(this.#working);
    await Promise.all(this.#ready.splice(0).map((machine) => machine.close()));
    await this.#full?.close();
  }

  async #empty(machine: Machine, left: readonly Registration[]): Promise<void> {
    if (left.length > 0) await delay(rest);
    // The first may have to wait all the same; after it, the others do not, unless the machine is busy.
    let isSlow = true;
    for (const registration of left) {
      const started = performance.now();
      const refused = isSlow ? await machine.deassignLater(registration) : machine.deassign(registration);
      if (refused !== undefined) return this.#close(machine);
      isSlow = performance.now() - started > slow;
    }
    this.#ready.push(machine);
  }

  async #close(machine: Machine): Promise<void> {
    await machine.close();
    this.#machines--;
  }
}
