/** Plays histories on one QEMU, and tells what was seen. */
import type { Effect, EffectLists, EventfdChange, Operation } from '../../../model/vocabulary/vocabulary.ts';
import type { Sending, Step, WorldHistory } from '../world/action.ts';
import { cleanUp } from '../world/commands.ts';
import { deviceNamed, deviceOfBar, devices, mainRam, sharedRam, tracedNames } from '../world/machine.ts';
import type { Accelerator } from './arguments.ts';
import { EventfdCounts } from './counts.ts';
import {
  type Answering,
  baseOf,
  bytesOf,
  type Located,
  locatedEvents,
  RamProbe,
  regionOfEvent,
} from './effects.ts';
import type { Installation } from './installation.ts';
import { Qemu } from './qemu.ts';
import { type Survey, survey } from './survey.ts';

export class Player {
  readonly qemu: Qemu;
  readonly #survey: Survey;
  readonly #counts: EventfdCounts;

  /**
   * Starts a QEMU and gets to know it.
   *
   * @throws QemuUnusableError where it does not start
   * @throws QemuBreakdownError where it is not as expected
   */
  static async start(installation: Installation, accelerator: Accelerator): Promise<Player> {
    const qemu = await Qemu.start(installation, accelerator);
    try {
      return new Player(qemu, await survey(qemu, accelerator));
    } catch (error) {
      await qemu.close();
      throw error;
    }
  }

  private constructor(qemu: Qemu, known: Survey) {
    this.qemu = qemu;
    this.#survey = known;
    this.#counts = new EventfdCounts(qemu.process);
  }

  /**
   * The effects of each operation. After a history the machine is as before it.
   *
   * @throws QemuBreakdownError where QEMU breaks down
   */
  async play(history: WorldHistory): Promise<EffectLists> {
    const effects: (readonly Effect[])[] = Array.from({ length: history.prologue }, () => []);
    const state = new PlayState();
    for (const step of history.steps) {
      effects.push(...(await this.#step(step, state)));
      state.note(step.operations);
    }
    this.qemu.send(cleanUp(usedIn(history)));
    return effects;
  }

  async close(): Promise<void> {
    this.#counts.close();
    await this.qemu.close();
  }

  async #step({ operations, sendings }: Step, state: PlayState): Promise<(readonly Effect[])[]> {
    let effects: readonly Effect[] = [];
    for (const sending of sendings) {
      if (sending.kind === 'change') this.qemu.send([sending.qtest]);
      else effects = await this.#observe(sending, state);
    }
    return operations.map((_, index) => (index === 0 ? effects : []));
  }

  async #observe(
    sending: Exclude<Sending, { kind: 'change' }>,
    state: PlayState,
  ): Promise<readonly Effect[]> {
    const { write } = sending;
    const probe = new RamProbe(write, bytesOf(write), this.qemu.files, state.bases);
    const before = this.#countsOf(state);
    const events =
      sending.kind === 'write'
        ? await this.qemu.command(sending.qtest)
        : await this.qemu.store(
            write.space,
            write.address,
            sending.write.size,
            'data' in write ? write.data : 0n,
          );
    const located: Located[] = [...probe.located(), ...this.#signals(before, state)];
    const seen = {
      write,
      survey: this.#survey,
      bases: state.bases,
      ask: (address: bigint) => this.#answering(write.space, address, state),
    };
    located.push(...(await locatedEvents(events, seen)));
    return located
      .toSorted((one, other) => (one.address < other.address ? -1 : one.address > other.address ? 1 : 0))
      .map(({ effect }) => effect);
  }

  /** Reads a byte. No notifier is signalled by that, and what answers is traced. */
  async #answering(space: string, address: bigint, { bases }: PlayState): Promise<Answering> {
    const at = `0x${address.toString(16)}`;
    const [event] = await this.qemu.command(space === 'io' ? `inb ${at}` : `readb ${at}`);
    if (event?.kind === 'access') {
      const region = regionOfEvent(event, this.#survey);
      return region === undefined ? undefined : { region, offset: address - (baseOf(region, bases) ?? 0n) };
    }
    if (event?.kind === 'invalid') {
      const region = tracedNames[event.name];
      return region === undefined ? undefined : { region, offset: event.address };
    }
    const base = bases.get(sharedRam.name);
    if (address < mainRam.size) return { region: mainRam.name, offset: address };
    return base === undefined ? undefined : { region: sharedRam.name, offset: address - base };
  }

  /** Counts of the notifiers that are registered. */
  #countsOf({ registered }: PlayState): ReadonlyMap<string, bigint> {
    const counts = new Map<string, bigint>();
    for (const { notifier } of registered.values()) {
      const descriptor = this.#survey.descriptors.get(notifier);
      const count = descriptor === undefined ? undefined : this.#counts.read(descriptor);
      if (count !== undefined) counts.set(notifier, count);
    }
    return counts;
  }

  #signals(before: ReadonlyMap<string, bigint>, state: PlayState): Located[] {
    const after = this.#countsOf(state);
    return [...state.registered.values()].flatMap(({ region, offset, notifier }) => {
      const times = (after.get(notifier) ?? 0n) - (before.get(notifier) ?? 0n);
      const address = (baseOf(region, state.bases) ?? 0n) + offset;
      return Array.from({ length: Number(times) }, () => ({ address, effect: { signal: notifier } }));
    });
  }
}

/** What is where, and what is registered, while a history is played. */
class PlayState {
  readonly bases = new Map<string, bigint>();
  readonly registered = new Map<string, EventfdChange>();

  note(operations: readonly Operation[]): void {
    for (const operation of operations) {
      switch (operation.op) {
        case 'map':
          this.bases.set(operation.region, operation.offset);
          break;
        case 'unmap':
          this.bases.delete(operation.region);
          break;
        case 'add-eventfd':
          this.registered.set(operation.notifier, operation);
          break;
        case 'del-eventfd':
          this.registered.delete(operation.notifier);
          break;
        default:
      }
    }
  }
}

/** The devices that a history has touched. */
function usedIn({ steps }: WorldHistory) {
  const names = new Set<string>();
  for (const { action } of steps) {
    if (action.do === 'place') names.add(deviceOfBar(action.bar)?.name ?? '');
    else if (action.do === 'enable' || action.do === 'disable') names.add(action.device);
    else if (action.do === 'window')
      for (const one of devices) if (one.bridge === action.bridge) names.add(one.name);
  }
  return [...names].map(deviceNamed).filter((device) => device !== undefined);
}
