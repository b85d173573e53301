/** Plays histories on one QEMU, and tells what was seen. */
import type { Effect, EffectLists } from '../../../model/vocabulary/vocabulary.ts';
import { happen } from '../events/happen.ts';
import type { TraceEvent } from '../log/trace.ts';
import type { Sending, Step, WorldHistory } from '../world/action.ts';
import { cleanUpAfter, undoing } from '../world/clean-up.ts';
import { cleanUp } from '../world/commands.ts';
import { hasEvents } from '../world/history.ts';
import { devices, mainRam, rungBy, sharedRam, tracedNames } from '../world/machine.ts';
import { canBeSentAhead, isAsExpected } from './ahead.ts';
import type { Accelerator } from './arguments.ts';
import { EventfdCounts } from './counts.ts';
import {
  type Answering,
  baseOf,
  bytesOf,
  type Located,
  locatedEvents,
  PlayState,
  RamProbe,
  regionOfEvent,
} from './effects.ts';
import { QemuBreakdownError } from './errors.ts';
import { hostEffects, refusalIn, shareOut, splitByOperation } from './host-effects.ts';
import type { Installation } from './installation.ts';
import { Qemu, storeOf } from './qemu.ts';
import { type Survey, survey } from './survey.ts';

/** What was seen of a history, and whether its QEMU is of no more use. */
export type Played = { readonly effects: EffectLists; readonly isOver: boolean };

/** Every so many histories are played one write after the other, whatever they are. */
const stepwiseInterval = 16;

export class Player {
  readonly qemu: Qemu;
  readonly #accelerator: Accelerator;
  readonly #survey: Survey;
  readonly #counts: EventfdCounts;
  /** How often each notifier had been signalled at the end of the last history, where that is known: to clean up signals none. */
  #counted: Map<string, bigint> | undefined;
  #played = 0;

  /**
   * Starts a QEMU and gets to know it.
   *
   * @throws QemuUnusableError where it does not start
   * @throws QemuBreakdownError where it is not as expected
   */
  static async start(installation: Installation, accelerator: Accelerator): Promise<Player> {
    const qemu = await Qemu.start(installation, accelerator);
    try {
      return new Player(qemu, accelerator, await survey(qemu, accelerator));
    } catch (error) {
      await qemu.close();
      throw error;
    }
  }

  private constructor(qemu: Qemu, accelerator: Accelerator, known: Survey) {
    this.qemu = qemu;
    this.#accelerator = accelerator;
    this.#survey = known;
    this.#counts = new EventfdCounts(qemu.process);
  }

  /**
   * The effects of each operation. After a history the machine is as before it; `isOver` where it is no more: QEMU has aborted, as it does
   * where the kernel refuses a registration. Undefined where only a fresh QEMU can say what was not as expected.
   *
   * @param isStepwise one write after the other; otherwise it is sent ahead, mostly
   * @throws QemuBreakdownError where QEMU breaks down otherwise
   */
  async play(history: WorldHistory, isStepwise: boolean): Promise<Played | undefined> {
    await this.qemu.shortenLog();
    if (isStepwise || !this.#isForAhead(history)) return this.#playStepwise(history);
    if (await this.#isAsExpected(history)) {
      return { effects: filled([], history), isOver: !(await this.#cleanUp(history)) };
    }
    // To take apart a machine that is not as expected may end a QEMU that has a kernel behind it.
    if (this.#accelerator === 'kvm' || hasEvents(history)) return undefined;
    this.qemu.send(cleanUp(devices));
    return this.#playStepwise(history);
  }

  async #playStepwise(history: WorldHistory): Promise<Played> {
    this.#counted = undefined;
    const effects: (readonly Effect[])[] = Array.from({ length: history.prologue }, () => []);
    const state = new PlayState();
    for (const step of history.steps) {
      const lists = step.operations.map((): Effect[] => []);
      try {
        await this.#step(step, state, lists);
      } catch (error) {
        const refused = this.#refusal(error);
        if (refused === undefined) throw error;
        effects.push(...withRefusal(step, lists, refused));
        return { effects: filled(effects, history), isOver: true };
      }
      effects.push(...lists);
      state.note(step.operations);
    }
    return { effects, isOver: !(await this.#cleanUp(history)) };
  }

  /** Whether this QEMU can play it: no peer comes twice. */
  canPlay({ steps }: WorldHistory): boolean {
    return !steps.some(({ action }) => action.do === 'join' && this.qemu.peers?.used.has(action.peer));
  }

  /** Most histories are sent ahead, where that is possible; some are not, since less is seen of those that are. */
  #isForAhead(history: WorldHistory): boolean {
    this.#played++;
    return this.#played % stepwiseInterval !== 0 && canBeSentAhead(history);
  }

  /** Sends a history ahead. */
  async #isAsExpected(history: WorldHistory): Promise<boolean> {
    const state = new PlayState();
    const counts = (notifiers: Iterable<string> = this.#survey.descriptors.keys()) =>
      this.#countsOf(notifiers);
    const counted = this.#counted ?? counts();
    this.#counted = undefined;
    try {
      const isExpected = await isAsExpected(history, {
        qemu: this.qemu,
        accelerator: this.#accelerator,
        survey: this.#survey,
        counts,
        counted,
        state,
        ask: (address) => this.#answering('memory', address, state),
      });
      // With an event, notifiers come and go.
      if (isExpected && !hasEvents(history)) this.#counted = counted;
      return isExpected;
    } catch (error) {
      if (this.#refusal(error) === undefined) throw error;
      return false;
    }
  }

  /** False where QEMU has aborted meanwhile: for the kernel, to take a machine apart is a history like any other. */
  async #cleanUp(history: WorldHistory): Promise<boolean> {
    const commands = cleanUpAfter(history, this.#accelerator === 'kvm');
    const events = undoing(history);
    if (this.#accelerator === 'kvm' && events.some((event) => event.do === 'plug')) return false;
    for (const event of events) await happen(event, this.qemu, this.#survey);
    if (this.#accelerator === 'tcg') {
      this.qemu.send(commands);
      return true;
    }
    try {
      this.qemu.send(commands);
      await this.qemu.command('endianness');
      return true;
    } catch (error) {
      if (this.#refusal(error) !== undefined) return false;
      throw error;
    }
  }

  /** What the host is told, if it was a refusal at which QEMU has ended. */
  #refusal(error: unknown): readonly Effect[] | undefined {
    if (!(error instanceof QemuBreakdownError) || this.#accelerator === 'tcg') return undefined;
    const reason = refusalIn(this.qemu.stderr);
    return reason && hostEffects(this.qemu.unanswered, this.#survey, reason);
  }

  async close(): Promise<void> {
    this.#counts.close();
    await this.qemu.close();
  }

  async #step(step: Step, state: PlayState, lists: Effect[][]): Promise<void> {
    for (const sending of step.sendings) {
      if (sending.kind === 'event') {
        const events = await happen(sending.event, this.qemu, this.#survey);
        const told = shareOut(hostEffects(events, this.#survey, undefined), step.expected);
        for (const [index, list] of told.entries()) lists[index]?.push(...list);
      } else if (sending.kind !== 'change') {
        const { effects, events } = await this.#observe(sending, state);
        const told = splitByOperation(hostEffects(events, this.#survey, undefined), step.operations);
        lists[0]?.push(...effects);
        for (const [index, list] of told.entries()) lists[index]?.push(...list);
      } else if (this.#accelerator === 'tcg') {
        this.qemu.send([sending.qtest]);
      } else {
        const events = await this.qemu.command(sending.qtest);
        lists[sending.operation]?.push(...hostEffects(events, this.#survey, undefined));
      }
    }
  }

  async #observe(
    sending: Extract<Sending, { kind: 'write' | 'store' }>,
    state: PlayState,
  ): Promise<{ readonly effects: readonly Effect[]; readonly events: readonly TraceEvent[] }> {
    const { write } = sending;
    const probe = new RamProbe(write, bytesOf(write), this.qemu.files, state.bases);
    const before = this.#countsOf(state.registered.keys());
    const events =
      sending.kind === 'write'
        ? await this.qemu.command(sending.qtest)
        : ((await this.qemu.stores([storeOf(sending)]))[0] ?? []);
    const seen = {
      write,
      survey: this.#survey,
      bases: state.bases,
      ask: (address: bigint) => this.#answering(write.space, address, state),
    };
    const traced = await locatedEvents(events, seen);
    const effects = [...probe.located(), ...this.#signals(before, state, traced), ...traced]
      .toSorted((one, other) => (one.address < other.address ? -1 : one.address > other.address ? 1 : 0))
      .map(({ effect }) => effect);
    return { effects, events };
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

  /** How often each of these notifiers was signalled. */
  #countsOf(notifiers: Iterable<string>): Map<string, bigint> {
    const counts = new Map<string, bigint>();
    for (const notifier of notifiers) {
      const descriptor = this.#survey.descriptors.get(notifier);
      const count = descriptor === undefined ? undefined : this.#counts.read(descriptor);
      if (count !== undefined) counts.set(notifier, count);
    }
    return counts;
  }

  /** What a device notifies itself, when its callback is called, is no signal of the memory core's. */
  #signals(before: ReadonlyMap<string, bigint>, state: PlayState, traced: readonly Located[]): Located[] {
    const rung = traced.map(({ effect }) => rungBy(effect, (notifier) => state.registered.has(notifier)));
    const after = this.#countsOf(state.registered.keys());
    return [...state.registered.values()].flatMap(({ region, offset, notifier }) => {
      const counted = Number((after.get(notifier) ?? 0n) - (before.get(notifier) ?? 0n));
      const times = counted - rung.filter((one) => one === notifier).length;
      const address = (baseOf(region, state.bases) ?? 0n) + offset;
      return Array.from({ length: Math.max(0, times) }, () => ({ address, effect: { signal: notifier } }));
    });
  }
}

/**
 * The lists of a step at which QEMU aborts. What it was asked for until then belongs to the operation at which the model expects a refusal;
 * what would follow cannot be seen, and is taken from the model.
 */
function withRefusal(
  step: Step,
  seen: readonly Effect[][],
  refused: readonly Effect[],
): (readonly Effect[])[] {
  const isRefusal = (effect: Effect) => 'hostRefused' in effect;
  const expectedAt = step.expected.findIndex((effects) => effects.some(isRefusal));
  const at = expectedAt < 0 ? step.operations.length - 1 : expectedAt;
  // What is told of an event is told of several operations.
  const isEvent = step.sendings.some(({ kind }) => kind === 'event');
  const before = step.expected.slice(0, at).reduce((sum, { length }) => sum + length, 0);
  const earlier = isEvent ? shareOut(refused.slice(0, before), step.expected.slice(0, at)) : seen;
  return step.operations.map((_, index) => {
    if (index > at) return step.expected[index] ?? [];
    if (index < at) return earlier[index] ?? [];
    const expected = step.expected[at] ?? [];
    const now = isEvent ? refused.slice(before) : refused;
    return [...(seen[at] ?? []), ...now, ...expected.slice(expected.findIndex(isRefusal) + 1)];
  });
}

/** A list for each operation. After the abort nothing is seen. */
function filled(
  effects: readonly (readonly Effect[])[],
  { scenario, prologue, steps }: WorldHistory,
): EffectLists {
  const expected = [...Array.from({ length: prologue }, () => []), ...steps.flatMap((step) => step.expected)];
  return scenario.operations.map((_, index) => effects[index] ?? expected[index] ?? []);
}
