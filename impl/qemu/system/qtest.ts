/**
 * A client of the qtest protocol (docs/devel/testing/qtest.rst in QEMU's source): lines of text over a socket, each answered by one line
 * `OK ...`, `FAIL ...` or `ERR ...`. Commands can be sent ahead; QEMU answers in order.
 */
import type { Duplex } from 'node:stream';
import { Lines } from '../../outside/lines.ts';

/** Answers that are not read yet: QEMU waits where a socket holds more than some 270. */
const mostUnread = 64;

/** Longer answers than this are none, in UTF-16 code units. */
const longestAnswer = 1 << 20;

type Waiting = { readonly resolve: (answer: string) => void; readonly reject: (error: Error) => void };

export class QtestClient {
  readonly #socket: Duplex;
  readonly #waiting: Waiting[] = [];
  readonly #lines = new Lines(longestAnswer);
  readonly #onError: (error: Error) => void;
  readonly #isLazy: boolean;
  #failed: Error | undefined;

  /**
   * @param onError told once, of the first answer that is none or that says that a command failed, and of a closed socket
   * @param isLazy answers are read when there are many, or when somebody asks for that: for one who is told otherwise that commands are done,
   *   and is not to be woken by each answer
   */
  constructor(socket: Duplex, onError: (error: Error) => void = () => {}, isLazy = false) {
    this.#socket = socket;
    this.#onError = onError;
    this.#isLazy = isLazy;
    socket.on('data', (chunk: Buffer) => {
      const lines = this.#lines.push(chunk);
      if (lines === undefined) this.#fail('wrote an answer without an end to the qtest socket');
      for (const line of lines ?? []) this.#hear(line.replace(/\r$/, ''));
      if (this.#isLazy && this.#waiting.length === 0) socket.pause();
    });
    socket.on('error', () => this.#fail('closed the qtest socket'));
    socket.on('close', () => this.#fail('closed the qtest socket'));
  }

  /** Reads the answers that are there, and those that are still to come. */
  read(): void {
    this.#socket.resume();
  }

  /** Sends commands, in one piece. Their answers are looked at as they come; one that is not `OK` is an error. */
  send(commands: readonly string[]): void {
    if (commands.length === 0 || this.#failed !== undefined) return;
    for (const _ of commands) this.#waiting.push(ignored);
    this.#socket.write(`${commands.join('\n')}\n`);
    if (this.#waiting.length > mostUnread) this.read();
  }

  /**
   * Sends one command, and waits.
   *
   * @returns what follows `OK`
   * @throws Error where the command fails or the socket is closed
   */
  ask(command: string): Promise<string> {
    return new Promise((resolve, reject) => {
      if (this.#failed !== undefined) {
        reject(this.#failed);
        return;
      }
      this.#waiting.push({ resolve, reject });
      this.#socket.write(`${command}\n`);
      this.read();
    });
  }

  #hear(line: string): void {
    // An interrupt that changes its level is told at any time, to whoever asked for it.
    if (line === '' || line.startsWith('IRQ ') || this.#failed !== undefined) return;
    const next = this.#waiting.shift();
    if (next === undefined || !/^OK( |$)/.test(line)) {
      const answer = JSON.stringify(line.slice(0, 120));
      this.#fail(
        next === undefined
          ? `wrote ${answer} to the qtest socket, which nobody asked for`
          : `answers ${answer} to a qtest command`,
        next,
      );
      return;
    }
    next.resolve(line.slice(3));
  }

  #fail(what: string, first?: Waiting): void {
    if (this.#failed !== undefined) return;
    const error = new Error(what);
    this.#failed = error;
    first?.reject(error);
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    this.#onError(error);
  }
}

const ignored: Waiting = { resolve: () => {}, reject: () => {} };
