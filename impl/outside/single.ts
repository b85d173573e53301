/** A child that runs one scenario after the other, and is started again where it broke down. */
import type { Breakdown, OutsideAnswer } from '../../model/vocabulary/outside.ts';
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import { Connection } from './connection.ts';

const wasClosed: Breakdown = { kind: 'crash', what: 'was closed' };

export class Single {
  readonly #command: string;
  readonly #seconds: number;
  #connection: Connection | undefined;
  /** Told of a breakdown while something is under way. */
  #broken: (breakdown: Breakdown) => void = () => {};
  #last: Promise<unknown> = Promise.resolve();
  #isClosed = false;

  constructor(command: string, seconds: number) {
    this.#command = command;
    this.#seconds = seconds;
  }

  /** Whoever comes while another is at it waits. */
  run(scenario: Scenario, seconds = this.#seconds): Promise<OutsideAnswer> {
    const run = this.#last.then(() => this.#run(scenario, seconds));
    this.#last = run.catch(() => {});
    return run;
  }

  async #run(scenario: Scenario, seconds: number): Promise<OutsideAnswer> {
    // Whoever waited for others to end starts no child after the end.
    if (this.#isClosed) return wasClosed;
    const connection = await this.#connect();
    let answer: OutsideAnswer | undefined = connection.broken;
    connection.seconds = seconds;
    answer ??= await new Promise<OutsideAnswer>((resolve) => {
      this.#broken = resolve;
      connection.ask(scenario, resolve);
    });
    // What it says right after an answer belongs to that.
    await new Promise((resolve) => setImmediate(resolve));
    const { broken } = connection;
    if (broken !== undefined) await this.#end();
    return broken ?? answer;
  }

  /** The child is told to end; what it still has to say, if that is wrong. */
  async leave(): Promise<Breakdown | undefined> {
    return this.#connection?.leave();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#broken(wasClosed);
    await this.#end();
  }

  /** A child that has said hello, or is broken: the one that there is, or another. */
  async #connect(): Promise<Connection> {
    if (this.#connection !== undefined) return this.#connection;
    const connection = new Connection(this.#command, this.#seconds, (breakdown) => this.#broken(breakdown));
    this.#connection = connection;
    await connection.hello();
    return connection;
  }

  async #end(): Promise<void> {
    const connection = this.#connection;
    this.#connection = undefined;
    await connection?.close();
  }
}
