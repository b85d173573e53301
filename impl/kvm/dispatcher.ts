/**
 * The running kernel as a dispatcher. Each scenario has a machine of its own. Afterwards the machine rests before what is left in it is
 * taken out, since the kernel makes the first deregistration after a registration wait:
 *
 *     ready ──> scenario ──> resting ──> (40 ms) ──> emptied ──> ready
 */
import { release } from 'node:os';
import { setImmediate as turn } from 'node:timers/promises';
import type {
  Abilities,
  OutsideAnswer,
  OutsideDispatcher,
  OutsideRun,
} from '../../model/vocabulary/outside.ts';
import type { Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { closed } from '../outside/program.ts';
import { kernelAbilities } from './abilities.ts';
import { Driver, UnsupportedError } from './driver.ts';
import { Kernel } from './kernel.ts';
import { SystemCallError } from './libc.ts';
import { GuestFailedError, GuestRunsOnError, type Registration, TooManyPagesError } from './machine.ts';
import { Notifiers } from './notifiers.ts';
import { MachinePool } from './pool.ts';
import { SurprisingError } from './store-effects.ts';

/** After so many milliseconds of work, whoever waits for this thread has a turn. */
const longestTurn = 20;

export class KernelDispatcher implements OutsideDispatcher {
  readonly name: string;
  readonly title: string;
  readonly profile: Profile = 'kvm';
  readonly abilities: Abilities;
  /** Most of the time, a scenario waits for the kernel to settle. */
  readonly width = 64;
  readonly #kernel: Kernel;
  readonly #notifiers: Notifiers;
  readonly #pool: MachinePool;
  readonly #underWay = new Set<Promise<unknown>>();
  #lastTurn = performance.now();
  #isClosed = false;

  private constructor(name: string, kernel: Kernel) {
    this.name = name;
    this.#kernel = kernel;
    this.#notifiers = new Notifiers(kernel);
    this.#pool = new MachinePool(kernel);
    const servesFast = servesLength0Fast(kernel, this.#notifiers);
    this.abilities = servesFast
      ? { ...kernelAbilities, features: kernelAbilities.features.filter((feature) => feature !== 'any-size') }
      : kernelAbilities;
    this.title = `linux-${release()} kvm${servesFast ? ', with fast MMIO' : ''}`;
  }

  /**
   * @param name what reports call it
   * @throws KernelMissingError with the reason and the remedy, where the kernel cannot be used
   */
  static async open(name = 'kvm'): Promise<KernelDispatcher> {
    return new KernelDispatcher(name, await Kernel.open());
  }

  async run(scenario: Scenario): Promise<OutsideRun> {
    return { answer: await this.runSingly(scenario) };
  }

  async runSingly(scenario: Scenario): Promise<OutsideAnswer> {
    await this.#haveTurn();
    if (this.#isClosed) return closed;
    return this.#watched(async () => {
      if (scenario.host?.limit === 0) {
        return (await answered(new Driver(this.#pool.full(), this.#notifiers, true), scenario)).answer;
      }
      const machine = await this.#pool.take();
      const driver = new Driver(machine, this.#notifiers);
      let left: readonly Registration[] | undefined;
      try {
        const { answer, isFit } = await answered(driver, scenario);
        if (isFit && !driver.hasMemory) left = driver.left;
        return answer;
      } finally {
        this.#pool.giveBack(machine, left);
      }
    });
  }

  async runAlone(scenario: Scenario): Promise<OutsideAnswer> {
    if (this.#isClosed) return closed;
    if (scenario.host?.limit === 0) return this.runSingly(scenario);
    return this.#watched(async () => {
      const machine = this.#kernel.machine();
      try {
        return (await answered(new Driver(machine, this.#notifiers), scenario)).answer;
      } finally {
        await machine.close();
      }
    });
  }

  /** What is under way is answered soon, and is no longer looked at. */
  async forget(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await Promise.all(this.#underWay);
    await this.#pool.close();
    this.#notifiers.close();
    await this.#kernel.close();
  }

  /** An answer, also where the kernel gives no machine, as for want of descriptors. */
  async #watched(work: () => Promise<OutsideAnswer>): Promise<OutsideAnswer> {
    const result = work().catch((error: unknown): OutsideAnswer => {
      if (error instanceof SystemCallError) return { kind: 'error', message: error.message };
      throw error;
    });
    const ended = result.catch(() => {}).finally(() => this.#underWay.delete(ended));
    this.#underWay.add(ended);
    return result;
  }

  async #haveTurn(): Promise<void> {
    if (performance.now() - this.#lastTurn < longestTurn) return;
    await turn();
    this.#lastTurn = performance.now();
  }
}

/** What the kernel answered, and whether the machine may be used again. */
async function answered(
  driver: Driver,
  scenario: Scenario,
): Promise<{ readonly answer: OutsideAnswer; readonly isFit: boolean }> {
  try {
    return { answer: { kind: 'effects', effects: await driver.play(scenario) }, isFit: true };
  } catch (error) {
    if (error instanceof UnsupportedError)
      return { answer: { kind: 'unsupported', why: error.message }, isFit: true };
    if (error instanceof TooManyPagesError)
      return { answer: { kind: 'unsupported', why: error.message }, isFit: false };
    if (error instanceof GuestRunsOnError)
      return { answer: { kind: 'timeout', what: `: ${error.message}` }, isFit: false };
    const isFailure = [SurprisingError, GuestFailedError, SystemCallError].some(
      (one) => error instanceof one,
    );
    if (isFailure && error instanceof Error) {
      return { answer: { kind: 'error', message: error.message }, isFit: false };
    }
    throw error;
  }
}

/**
 * Whether this machine serves registrations of length 0 in memory before the store is decoded (fast MMIO, with hardware's second level of
 * page tables): one that the bus never finds then fires all the same.
 */
function servesLength0Fast(kernel: Kernel, notifiers: Notifiers): boolean {
  const machine = kernel.machine();
  const at = (address: bigint, size: number, number: number): Registration => ({
    bus: 'memory',
    address,
    size,
    eventfd: notifiers.eventfd(number),
  });
  machine.assign(at(0x1004n, 0, 0));
  machine.assign(at(0x1000n, 4, 1));
  machine.store('memory', 0x1004n, 4, 0n);
  const servesFast = notifiers.signalled().length > 0;
  void machine.close();
  return servesFast;
}
