/** One child that speaks `ioeventfd-dispatcher/1`: its hello, and what it answers, as long as it does. */
import { effectsOfJson } from '../../format/effects-of-json.ts';
import { messageOf, printable, quote } from '../../format/errors.ts';
import { type Hello, helloLine, longestMessage, readHello } from '../../format/protocol.ts';
import { writePlainScenarioLine } from '../../format/write.ts';
import type { Breakdown, OutsideAnswer } from '../../model/vocabulary/outside.ts';
import type { EffectLists, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { Child } from './child.ts';

/** A hello is answered within so many seconds. */
export const helloSeconds = 10;

/** Answers to later scenarios before one that has none counts as forgotten. */
const mostOvertaken = 64;

/** After its input has ended, a child ends within so many milliseconds, or it is ended. */
const farewell = 1000;

/** A scenario that is waiting for its answer. */
type Pending = {
  readonly scenario: Scenario;
  readonly resolve: (answer: OutsideAnswer) => void;
  /** Answers that came meanwhile. */
  overtaken: number;
};

export class Connection {
  readonly #child: Child;
  readonly #pending = new Map<number, Pending>();
  #seconds: number;
  #lastId = 0;
  #deadline: NodeJS.Timeout | undefined;
  #hello: ((hello: Hello | Breakdown) => void) | undefined;
  #broken: Breakdown | undefined;
  #isLeaving = false;
  readonly #onBreakdown: (breakdown: Breakdown) => void;
  #left: () => void = () => {};

  /**
   * Starts a child. `hello` is to be called first.
   *
   * @param seconds by the clock that may pass without an answer while there is something to answer
   * @param onBreakdown told once, when the child has said hello and is of no more use; it has to be closed
   */
  constructor(command: string, seconds: number, onBreakdown: (breakdown: Breakdown) => void) {
    this.#seconds = seconds;
    this.#onBreakdown = onBreakdown;
    this.#child = new Child(command, longestMessage, {
      line: (text) => this.#hear(text),
      end: (isEnded, what) => this.#ended(isEnded, what),
    });
  }

  /** Who the child is; or what it did instead of saying so. */
  hello(): Promise<Hello | Breakdown> {
    return new Promise((resolve) => {
      this.#hello = resolve;
      this.#deadline = setTimeout(
        () => this.#break('timeout', `does not say hello within ${helloSeconds} s`),
        1000 * helloSeconds,
      );
      this.#child.write(helloLine());
    });
  }

  /** From now on, so many seconds may pass. */
  set seconds(seconds: number) {
    this.#seconds = seconds;
  }

  /** How it broke down, if it did. */
  get broken(): Breakdown | undefined {
    return this.#broken;
  }

  /** Sends a scenario. Nothing comes of it where the child breaks down before it answers. */
  ask(scenario: Scenario, resolve: (answer: OutsideAnswer) => void): void {
    const id = ++this.#lastId;
    this.#pending.set(id, { scenario, resolve, overtaken: 0 });
    if (this.#pending.size === 1) this.#startDeadline();
    this.#child.write(`{"id":${id},"scenario":${writePlainScenarioLine(scenario)}}`);
  }

  /** The child is told that nothing more comes, and has a moment to end. What it still says counts. */
  async leave(): Promise<Breakdown | undefined> {
    if (this.#broken !== undefined) return this.#broken;
    this.#isLeaving = true;
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#left = resolve;
      timer = setTimeout(resolve, farewell);
      this.#child.endInput();
    });
    clearTimeout(timer);
    return this.#broken;
  }

  /** Ends the child and all that it started. Who waits for its hello is told so. */
  close(): Promise<void> {
    clearTimeout(this.#deadline);
    this.#hello?.({ kind: 'crash', what: 'was closed' });
    return this.#child.kill();
  }

  #startDeadline(): void {
    clearTimeout(this.#deadline);
    this.#deadline = setTimeout(
      () => this.#break('timeout', `does not answer within ${this.#seconds} s`),
      1000 * this.#seconds,
    );
  }

  #hear(text: string): void {
    if (this.#broken !== undefined) return;
    let message: unknown;
    try {
      message = JSON.parse(text);
    } catch {
      this.#break('protocol', `wrote ${quote(text)} to standard output, which is no line of JSON`);
      return;
    }
    if (this.#hello !== undefined) this.#hearHello(message, this.#hello);
    else this.#hearAnswer(message);
  }

  #hearHello(message: unknown, resolve: (hello: Hello | Breakdown) => void): void {
    const hello = readHello(message);
    if (typeof hello === 'string') {
      this.#break('protocol', `answers hello with what is none: ${printable(hello)}`);
      return;
    }
    clearTimeout(this.#deadline);
    this.#hello = undefined;
    resolve(hello);
  }

  #hearAnswer(message: unknown): void {
    const fields = (typeof message === 'object' && message !== null ? message : {}) as Fields;
    const { id } = fields;
    const pending = typeof id === 'number' ? this.#pending.get(id) : undefined;
    if (typeof id !== 'number' || pending === undefined) {
      const waiting = this.#pending.size === 0 ? 'nothing' : `${[...this.#pending.keys()].join(', ')}`;
      this.#break('protocol', `answers id ${JSON.stringify(id) ?? 'missing'}; waiting: ${waiting}`);
      return;
    }
    let answer: OutsideAnswer;
    try {
      answer = this.#answerOf(fields, pending.scenario);
    } catch (error) {
      this.#break('protocol', `answers ${messageOf(error)}`);
      return;
    }
    this.#pending.delete(id);
    this.#noteOvertaken(id);
    if (this.#broken !== undefined) return;
    if (this.#pending.size === 0) clearTimeout(this.#deadline);
    else this.#deadline?.refresh();
    pending.resolve(answer);
  }

  /** A child may answer in another order. One that never comes back to a scenario has forgotten it. */
  #noteOvertaken(answered: number): void {
    for (const [id, pending] of this.#pending) {
      if (id > answered) return;
      if (++pending.overtaken < mostOvertaken) continue;
      this.#break('timeout', `answered ${mostOvertaken} later scenarios, and not this one`);
      return;
    }
  }

  #answerOf(fields: Fields, { operations }: Scenario): OutsideAnswer {
    const { effects, unsupported, error, before } = fields;
    const given = [effects, unsupported, error].filter((field) => field !== undefined);
    if (given.length !== 1) throw new Error('without exactly one of effects, unsupported and error');
    if (effects === undefined) {
      if (typeof unsupported === 'string') return { kind: 'unsupported', why: unsupported };
      if (typeof error === 'string') {
        const told = before === undefined ? {} : { before: listsOf(before, 'before') };
        if ((told.before?.length ?? 0) >= Math.max(1, operations.length))
          throw new Error('an error after the last operation');
        return { kind: 'error', message: error, stderr: this.#child.stderr, ...told };
      }
      throw new Error(`${unsupported === undefined ? 'error' : 'unsupported'}: expected a string`);
    }
    const lists = listsOf(effects, 'effects');
    if (lists.length !== operations.length) {
      const count = lists.length === 1 ? '1 list' : `${lists.length} lists`;
      throw new Error(`${count} of effects for ${operations.length} operations`);
    }
    return { kind: 'effects', effects: lists };
  }

  #ended(isEnded: boolean, what: string): void {
    if (this.#isLeaving && isEnded) {
      // It was asked to end. That it fails to end well is no answer that was wrong.
      this.#left();
      return;
    }
    this.#break(isEnded ? 'crash' : 'protocol', what);
    this.#left();
  }

  #break(kind: Breakdown['kind'], what: string): void {
    if (this.#broken !== undefined) return;
    clearTimeout(this.#deadline);
    const { stderr } = this.#child;
    this.#broken = { kind, what: printable(what), ...(stderr !== '' && { stderr }) };
    this.#left();
    if (this.#hello === undefined) this.#onBreakdown(this.#broken);
    else this.#hello(this.#broken);
  }
}

type Fields = Readonly<Record<string, unknown>>;

/** @throws Error where it is no list of lists of effects */
function listsOf(given: unknown, field: string): EffectLists {
  if (!Array.isArray(given)) throw new Error(`${field}: expected a list of lists`);
  return given.map((list: unknown, index) => effectsOfJson(list, `${field}[${index}]`));
}
