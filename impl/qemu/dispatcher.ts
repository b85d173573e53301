/**
 * The real QEMU as a dispatcher: a scenario that is a history of this machine is played on a running QEMU, and the effects are what was
 * seen of it. A QEMU that breaks down is started again.
 */
import type {
  Abilities,
  Breakdown,
  OutsideAnswer,
  OutsideDispatcher,
  OutsideRun,
} from '../../model/vocabulary/outside.ts';
import type { Dispatcher, Operation, Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { qtestInC } from './reproduce/c-test.ts';
import { shellScript } from './reproduce/script.ts';
import type { Accelerator } from './system/arguments.ts';
import { QemuBreakdownError, QemuUnusableError } from './system/errors.ts';
import { defaultQemu, examine, type Installation } from './system/installation.ts';
import { orderOfNotifiers } from './system/order.ts';
import { Player } from './system/player.ts';
import type { WorldHistory } from './world/action.ts';
import { testdevs } from './world/machine.ts';
import { historyOfScenario } from './world/read.ts';
import type { WorldOptions } from './world/translate.ts';

export type QemuOptions = {
  /** What reports call it: `qemu`, `qemu@kvm`. */
  readonly name: string;
  /** The one that the name asks for: by default that of the version. */
  readonly profile?: Profile | undefined;
  /** A QEMU, and arguments that come first; `qemu-system-x86_64`, if left out. */
  readonly qemu?: string | undefined;
  /** Seconds that a history may take. */
  readonly seconds?: number | undefined;
  /** How many QEMUs there are at most. */
  readonly workers?: number | undefined;
  /** What is expected of a write, before QEMU is asked: the model. */
  readonly expected: Dispatcher;
};

/** How its title ends where koffi is missing, by which this program is a server of other guests. */
export const withoutPeers = ', without ivshmem-doorbell (needs the package koffi)';

const defaultSeconds = 10;
/** So often it is tried to start a QEMU that could be started before. */
const mostStarts = 3;

/**
 * Finds a QEMU and starts it once, so that it is known to work.
 *
 * @throws QemuUnusableError where there is none that can be used
 */
export async function startQemu(options: QemuOptions): Promise<QemuDispatcher> {
  const installation = await examine(options.qemu ?? process.env['IOEVENTFD_CHECK_QEMU'] ?? defaultQemu);
  const dispatcher = new QemuDispatcher(options, installation);
  try {
    await dispatcher.begin();
  } catch (error) {
    await dispatcher.close();
    if (error instanceof QemuBreakdownError) {
      throw new QemuUnusableError(`${installation.command[0]} ${error.message}`);
    }
    throw error;
  }
  return dispatcher;
}

type PlayOptions = {
  /** One write after the other. */
  readonly isStepwise?: boolean;
  readonly seconds?: number | undefined;
};

type Waiting = { readonly history: WorldHistory; readonly resolve: (run: OutsideRun) => void };

export class QemuDispatcher implements OutsideDispatcher {
  readonly name: string;
  readonly profile?: Profile;
  readonly abilities: Abilities;
  readonly width: number;
  readonly #options: QemuOptions;
  readonly #installation: Installation;
  readonly #accelerator: Accelerator;
  readonly #idle: Player[] = [];
  readonly #all = new Set<Player>();
  readonly #waiting: Waiting[] = [];
  #order: readonly string[] = testdevs.map(({ name }) => name);
  readonly #known = new WeakMap<Scenario, WorldHistory>();
  /** Whether QEMU has the devices that need a server. */
  #hasServer = true;
  #busy = 0;
  #isClosed = false;
  #gone: string | undefined;

  constructor(options: QemuOptions, installation: Installation) {
    this.name = options.name;
    this.width = options.workers ?? 1;
    this.#options = options;
    this.#installation = installation;
    this.#accelerator = options.profile === 'kvm' ? 'kvm' : 'tcg';
    const profiles = profilesOf(installation, options.profile);
    if (options.profile !== undefined) this.profile = options.profile;
    this.abilities = abilitiesUnder(profiles);
  }

  async begin(): Promise<void> {
    if (this.#accelerator === 'kvm') this.#order = await orderOfNotifiers(this.#installation);
    const player = await this.#start();
    this.#hasServer = player.qemu.peers !== undefined;
    this.#idle.push(player);
  }

  get title(): string {
    return `QEMU ${this.#installation.version}${this.#hasServer ? '' : withoutPeers}`;
  }

  /** Why it can no longer be started, where it could be before. */
  get isGone(): string | undefined {
    return this.#gone;
  }

  /** The profile that the version keeps in everything. */
  get usualProfiles(): readonly Profile[] {
    return this.abilities.profiles.slice(0, 1);
  }

  /** Whether a CPU's stores are what the profile says: QEMU 7.2 also plays histories of `tcg`, but for those. */
  hasStores(profile: Profile): boolean {
    return this.usualProfiles.includes(profile);
  }

  /** What shows a scenario without this program: texts by the ending of their files. Empty, where it is no history of this machine. */
  reproductionOf(scenario: Scenario): ReadonlyMap<string, string> {
    const history = this.#historyOf(scenario);
    if (typeof history === 'string') return new Map();
    const { version, command } = this.#installation;
    const title = scenario.title ?? 'a history';
    const reproduction = { history, accelerator: this.#accelerator, version, command, title };
    const script = shellScript(reproduction);
    const texts = new Map(script === undefined ? [] : [['sh', script]]);
    const test = this.#accelerator === 'kvm' ? undefined : qtestInC(reproduction);
    return test === undefined ? texts : texts.set('c', test);
  }

  /** What a world of this QEMU is like. */
  worldOptions(profile: Profile): WorldOptions {
    const isOld = this.#installation.major < 9;
    return {
      profile,
      wildcardSize: isOld && this.#accelerator === 'tcg' ? 1 : 0,
      order: this.#order,
      hasServer: this.#hasServer,
      expected: this.#options.expected,
    };
  }

  run(scenario: Scenario): Promise<OutsideRun> {
    const history = this.#historyOf(scenario);
    if (typeof history === 'string')
      return Promise.resolve({ answer: { kind: 'unsupported', why: history } });
    return new Promise((resolve) => {
      this.#waiting.push({ history, resolve });
      void this.#next();
    });
  }

  async runSingly(scenario: Scenario, seconds?: number): Promise<OutsideAnswer> {
    const history = this.#historyOf(scenario);
    if (typeof history === 'string') return { kind: 'unsupported', why: history };
    const player = this.#idle.pop();
    const { answer, player: left } = await this.#play(history, player, { isStepwise: true, seconds });
    if (left !== undefined) this.#idle.push(left);
    return answer;
  }

  async runAlone(scenario: Scenario): Promise<OutsideAnswer> {
    const history = this.#historyOf(scenario);
    if (typeof history === 'string') return { kind: 'unsupported', why: history };
    const { answer, player } = await this.#play(history, undefined, { isStepwise: true });
    if (player !== undefined) await this.#end(player);
    return answer;
  }

  async forget(): Promise<void> {
    for (const { resolve } of this.#waiting.splice(0)) resolve({ answer: closed });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.forget();
    await Promise.all([...this.#all].map((player) => this.#end(player)));
  }

  /** The scenario of a history, which need not be read again when it is run. */
  remember(history: WorldHistory): Scenario {
    this.#known.set(history.scenario, history);
    return history.scenario;
  }

  #historyOf(scenario: Scenario): WorldHistory | string {
    const known = this.#known.get(scenario);
    if (known !== undefined) return known;
    const profile = this.profile ?? scenario.profile ?? 'contract';
    if (!this.abilities.profiles.includes(profile)) return `profile ${profile}`;
    if (!this.hasStores(profile) && scenario.operations.some(isStore)) {
      return `a CPU's store under ${profile}: this QEMU is older than what that profile says of them`;
    }
    return historyOfScenario({ ...scenario, profile }, this.worldOptions(profile));
  }

  async #next(): Promise<void> {
    if (this.#busy >= this.width) return;
    const next = this.#waiting.shift();
    if (next === undefined) return;
    this.#busy++;
    const first = await this.#play(next.history, this.#idle.pop());
    let run: OutsideRun = first;
    let { player } = first;
    if (isBreakdown(first.answer) && !this.#isClosed) {
      // Does it break down again?
      const second = await this.#play(next.history, undefined, { isStepwise: true });
      ({ player } = second);
      run = isBreakdown(second.answer) ? second : { answer: second.answer, before: first.answer };
    }
    this.#busy--;
    if (player !== undefined) this.#idle.push(player);
    next.resolve({ answer: run.answer, ...(run.before && { before: run.before }) });
    void this.#next();
  }

  /** Plays a history, on a QEMU that is started for it where there is none. The QEMU comes back if it still works. */
  async #play(
    history: WorldHistory,
    idle: Player | undefined,
    { isStepwise = false, seconds = this.#options.seconds ?? defaultSeconds }: PlayOptions = {},
  ): Promise<{ readonly answer: OutsideAnswer; readonly player?: Player }> {
    if (this.#isClosed) return { answer: closed };
    let player = idle;
    let timer: NodeJS.Timeout | undefined;
    try {
      if (player?.canPlay(history) === false) {
        await this.#end(player);
        player = undefined;
      }
      player ??= await this.#startAgain();
      const { qemu } = player;
      timer = setTimeout(() => qemu.giveUp('timeout', `does not answer within ${seconds} s`), 1000 * seconds);
      const played = await player.play(history, isStepwise);
      if (played === undefined || played.isOver) await this.#end(player);
      if (played === undefined) return this.#play(history, undefined, { isStepwise: true, seconds });
      const { effects, isOver } = played;
      return { answer: { kind: 'effects', effects }, ...(!isOver && { player }) };
    } catch (error) {
      const stderr = player?.qemu.stderr ?? '';
      if (player !== undefined) await this.#end(player);
      if (this.#isClosed) return { answer: closed };
      if (error instanceof QemuUnusableError) this.#gone ??= error.message;
      return { answer: breakdownOf(error, stderr) };
    } finally {
      clearTimeout(timer);
    }
  }

  async #start(): Promise<Player> {
    const player = await Player.start(this.#installation, this.#accelerator);
    this.#all.add(player);
    if (this.#isClosed) await this.#end(player);
    return player;
  }

  /** What could be started before can be started again; on a machine that is very busy, not always at once. */
  async #startAgain(): Promise<Player> {
    for (let left = mostStarts; ; left--) {
      try {
        return await this.#start();
      } catch (error) {
        if (!(error instanceof QemuUnusableError) || left === 1 || this.#isClosed) throw error;
      }
    }
  }

  async #end(player: Player): Promise<void> {
    this.#all.delete(player);
    const at = this.#idle.indexOf(player);
    if (at >= 0) this.#idle.splice(at, 1);
    await player.close();
  }
}

function isStore(operation: Operation): boolean {
  return operation.op === 'write' && 'size' in operation;
}

const closed = { kind: 'unsupported', why: 'the program was closed' } as const satisfies OutsideAnswer;

function isBreakdown(answer: OutsideAnswer): answer is Breakdown {
  return answer.kind === 'crash' || answer.kind === 'timeout' || answer.kind === 'protocol';
}

/** @throws what is no breakdown: a mistake of this program */
function breakdownOf(error: unknown, stderr: string): Breakdown {
  const last = stderr === '' ? {} : { stderr };
  if (error instanceof QemuBreakdownError) return { kind: error.kind, what: error.message, ...last };
  if (error instanceof QemuUnusableError) return { kind: 'crash', what: error.message, ...last };
  throw error;
}

/** What a version does. One before 8.1 also takes scenarios of `tcg`: what it does with its own writes is the same there. */
function profilesOf({ major, minor }: Installation, asked: Profile | undefined): readonly Profile[] {
  if (asked === 'kvm') return ['kvm'];
  const isNew = major > 8 || (major === 8 && minor >= 1);
  return isNew ? ['tcg'] : ['tcg-7.2', 'tcg'];
}

function abilitiesUnder(profiles: readonly Profile[]): Abilities {
  return {
    profiles,
    byteOrders: ['little'],
    operations: [
      ...(['create', 'map', 'unmap', 'enable', 'disable', 'move', 'resize', 'retarget'] as const),
      ...(['add-eventfd', 'del-eventfd', 'begin', 'commit', 'write'] as const),
    ],
    spaces: ['memory', 'io'],
    regions: ['io', 'ram', 'container', 'alias'],
    writes: ['store', 'bytes'],
    accesses: ['cut'],
    matches: ['size', 'data'],
    features: ['overlap', 'limits', 'endianness', 'any-size'],
    effects: [
      ...(['signal', 'callback', 'ram', 'unassigned', 'rejected'] as const),
      ...(profiles.includes('kvm') ? (['hostAdd', 'hostDel', 'hostRefused'] as const) : []),
    ],
  };
}
