/**
 * A dispatcher that is a program: `ioeventfd-dispatcher/1` over its standard input and output. Scenarios are sent ahead. Where it breaks
 * down, it is started again and what was under way is sent one by one, so that it is known which scenario does it.
 *
 *     run ──> waiting ──> under way (at most 16) ──> answered
 *                 ^            │ breakdown
 *                 │            v
 *                 └── rest ── suspects: one by one, until one breaks down again
 */
import type {
  Abilities,
  Breakdown,
  OutsideAnswer,
  OutsideDispatcher,
  OutsideRun,
} from '../../model/vocabulary/outside.ts';
import type { Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { Connection } from './connection.ts';
import { Single } from './single.ts';

/** Scenarios under way at once. */
export const mostUnderWay = 16;

/** Only when no more than so many are under way, others are sent: several at once, so that a program is not woken for each. */
const fewUnderWay = mostUnderWay / 2;

/** By the clock; a scenario has as long as all that are under way with it. */
export const defaultAnswerSeconds = 10;

export type ProgramOptions = {
  /** What reports call it. */
  readonly name: string;
  /** For the shell. */
  readonly command: string;
  /** Seconds that may pass without an answer. */
  readonly seconds?: number;
  readonly profile?: Profile | undefined;
};

/** A program that was started and said no hello. */
export class NoHelloError extends Error {
  override readonly name = 'NoHelloError';
  readonly breakdown: Breakdown;

  constructor(breakdown: Breakdown) {
    super(breakdown.what);
    this.breakdown = breakdown;
  }
}

/**
 * Starts a program, and waits for its hello.
 *
 * @throws NoHelloError where that does not come
 */
export async function startProgram(options: ProgramOptions): Promise<OutsideDispatcher> {
  const program = new Program(options);
  await program.begin();
  return program;
}

type Waiting = {
  readonly scenario: Scenario;
  readonly resolve: (run: OutsideRun) => void;
};

class Program implements OutsideDispatcher {
  readonly name: string;
  readonly profile?: Profile;
  readonly width = mostUnderWay;
  readonly #command: string;
  readonly #seconds: number;
  #title = '';
  #abilities: Abilities | undefined;
  #connection: Connection | undefined;
  readonly #waiting: Waiting[] = [];
  readonly #underWay = new Set<Waiting>();
  /** Those that were under way when it broke down, and were not looked at yet. */
  #suspects: Waiting[] = [];
  /** Runs one scenario after the other. */
  readonly #single: Single;
  /** Those that run one scenario each. */
  readonly #singles = new Set<Single>();
  /** Children that are of no more use, and are being ended. */
  readonly #ending = new Set<Promise<void>>();
  /** Whether what is asked in this turn is about to be sent. */
  #isSending = false;
  /** Whether a child is being started or suspects are looked at: nothing is sent meanwhile. */
  #isBusy = false;
  #isClosed = false;

  constructor({ name, command, seconds = defaultAnswerSeconds, profile }: ProgramOptions) {
    this.name = name;
    this.#command = command;
    this.#seconds = seconds;
    this.#single = new Single(command, seconds);
    if (profile !== undefined) this.profile = profile;
  }

  get title(): string {
    return this.#title;
  }

  get abilities(): Abilities {
    if (this.#abilities === undefined) throw new Error('asked before its hello');
    return this.#abilities;
  }

  async begin(): Promise<void> {
    const breakdown = await this.#connect();
    if (breakdown === undefined) return;
    await this.close();
    throw new NoHelloError(breakdown);
  }

  run(scenario: Scenario): Promise<OutsideRun> {
    return new Promise((resolve) => {
      this.#waiting.push({ scenario: this.#under(scenario), resolve });
      if (this.#isSending) return;
      this.#isSending = true;
      queueMicrotask(() => {
        this.#isSending = false;
        this.#send();
      });
    });
  }

  async runAlone(scenario: Scenario): Promise<OutsideAnswer> {
    const single = new Single(this.#command, this.#seconds);
    this.#singles.add(single);
    const answer = this.#isClosed ? closed : await single.run(this.#under(scenario));
    // Whatever else it has to say belongs to this scenario, too.
    const late = answer.kind === 'effects' ? await single.leave() : undefined;
    await single.close();
    this.#singles.delete(single);
    return this.#isClosed ? closed : (late ?? answer);
  }

  async runSingly(scenario: Scenario, seconds = this.#seconds): Promise<OutsideAnswer> {
    if (this.#isClosed) return closed;
    const answer = await this.#single.run(this.#under(scenario), seconds);
    return this.#isClosed ? closed : answer;
  }

  async forget(): Promise<void> {
    const isIdle = this.#underWay.size === 0;
    this.#resolveAll();
    if (isIdle) return;
    // What it still answers would be taken for answers to other scenarios.
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection !== undefined) await this.#end(connection);
  }

  #resolveAll(): void {
    const left = [...this.#underWay, ...this.#suspects.splice(0), ...this.#waiting.splice(0)];
    for (const { resolve } of left) resolve({ answer: closed });
    this.#underWay.clear();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#resolveAll();
    await Promise.all([this.#connection, this.#single, ...this.#singles].map((one) => one?.close()));
    await Promise.all(this.#ending);
    this.#connection = undefined;
  }

  /** Ends a child. Whoever closes meanwhile waits for that, too. */
  async #end(connection: Connection): Promise<void> {
    const ending = connection.close();
    this.#ending.add(ending);
    await ending;
    this.#ending.delete(ending);
  }

  #under(scenario: Scenario): Scenario {
    return this.profile === undefined ? scenario : { ...scenario, profile: this.profile };
  }

  /** Sends what is waiting, as far as there is room. */
  #send(): void {
    if (this.#isBusy || this.#isClosed) return;
    const connection = this.#connection;
    if (connection === undefined) {
      if (this.#waiting.length > 0) void this.#restart();
      return;
    }
    if (this.#underWay.size > fewUnderWay) return;
    while (this.#underWay.size < mostUnderWay) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      this.#underWay.add(next);
      connection.ask(next.scenario, (answer) => {
        this.#underWay.delete(next);
        next.resolve({ answer });
        this.#send();
      });
    }
  }

  /** A child that has said hello; or what it did instead. */
  async #connect(): Promise<Breakdown | undefined> {
    const connection = new Connection(this.#command, this.#seconds, (breakdown) => {
      void this.#brokeDown(connection, breakdown);
    });
    // Whoever closes finds it.
    this.#connection = connection;
    const hello = await connection.hello();
    if ('kind' in hello) {
      this.#connection = undefined;
      await this.#end(connection);
      return hello;
    }
    this.#title = `${hello.name} ${hello.version}`.trim();
    this.#abilities ??= hello.abilities;
    return undefined;
  }

  async #restart(): Promise<void> {
    this.#isBusy = true;
    const breakdown = await this.#connect();
    this.#isBusy = false;
    if (breakdown === undefined) {
      this.#send();
      return;
    }
    // It said hello before, and does not now: that is what becomes of the next scenario.
    this.#waiting.shift()?.resolve({ answer: breakdown });
    this.#send();
  }

  async #brokeDown(connection: Connection, breakdown: Breakdown): Promise<void> {
    this.#isBusy = true;
    if (this.#connection === connection) this.#connection = undefined;
    this.#suspects = [...this.#underWay];
    this.#underWay.clear();
    await this.#end(connection);
    const known: { readonly suspect: Waiting; readonly answer: OutsideAnswer }[] = [];
    for (let suspect = this.#suspects.shift(); suspect !== undefined; suspect = this.#suspects.shift()) {
      const answer = await this.runSingly(suspect.scenario);
      known.push({ suspect, answer });
      if (isBreakdown(answer)) break;
    }
    const repeats = known.some(({ answer }) => isBreakdown(answer));
    for (const [index, { suspect, answer }] of known.entries()) {
      suspect.resolve({ answer, ...(index === 0 && !repeats && { before: breakdown }) });
    }
    // Nothing is known of those that come after the one that does it.
    this.#waiting.unshift(...this.#suspects.splice(0));
    this.#isBusy = false;
    this.#send();
  }
}

export function isBreakdown(answer: OutsideAnswer): answer is Breakdown {
  return answer.kind === 'crash' || answer.kind === 'timeout' || answer.kind === 'protocol';
}

/** What becomes of scenarios that are under way when a program is closed. */
export const closed = { kind: 'unsupported', why: 'the program was closed' } as const satisfies OutsideAnswer;
