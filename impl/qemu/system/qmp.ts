/** A client of QMP (docs/interop/qmp-spec.rst in QEMU's source): JSON over a socket, a message a line. */
import type { Duplex } from 'node:stream';
import { Lines } from '../../outside/lines.ts';

/** Longer messages than this are none, in UTF-16 code units. */
const longestMessage = 1 << 20;

/** A version as QEMU says it: major, minor, micro, and what the distribution calls it. */
export type QemuVersion = {
  readonly major: number;
  readonly minor: number;
  readonly micro: number;
  readonly package: string;
};

type Message = Readonly<Record<string, unknown>>;
type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (error: Error) => void };

export class QmpClient {
  readonly #socket: Duplex;
  readonly #waiting: Waiting[] = [];
  readonly #lines = new Lines(longestMessage);
  readonly #onEvent: (name: string) => void;
  readonly #onError: (error: Error) => void;
  #greeting: Waiting | undefined;
  #failed: Error | undefined;

  /**
   * @param onEvent told the name of each event, such as `SHUTDOWN`
   * @param onError told once, of the first message that is none, and of a closed socket
   */
  constructor(
    socket: Duplex,
    onEvent: (name: string) => void = () => {},
    onError: (error: Error) => void = () => {},
  ) {
    this.#socket = socket;
    this.#onEvent = onEvent;
    this.#onError = onError;
    socket.on('data', (chunk: Buffer) => {
      const lines = this.#lines.push(chunk);
      if (lines === undefined) this.#fail('wrote a message without an end to the QMP socket');
      for (const line of lines ?? []) this.#hear(line);
    });
    socket.on('error', () => this.#fail('closed the QMP socket'));
    socket.on('close', () => this.#fail('closed the QMP socket'));
  }

  /**
   * Waits for the greeting, and leaves the mode in which only capabilities can be asked for. To be called first.
   *
   * @throws Error where what comes is no greeting
   */
  async greet(): Promise<QemuVersion> {
    const greeting = await new Promise((resolve, reject) => {
      if (this.#failed !== undefined) reject(this.#failed);
      this.#greeting = { resolve, reject };
    });
    const { version } = (greeting as { QMP?: Message }).QMP ?? {};
    const { qemu, package: name = '' } = (version ?? {}) as { qemu?: Message; package?: unknown };
    const { major, minor, micro } = qemu ?? {};
    if (typeof major !== 'number' || typeof minor !== 'number' || typeof micro !== 'number') {
      throw new Error('says no version in its QMP greeting');
    }
    await this.execute('qmp_capabilities');
    return { major, minor, micro, package: String(name) };
  }

  /**
   * Runs a command.
   *
   * @throws Error where QEMU says that it failed, or the socket is closed
   */
  execute(command: string, args?: Message): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#failed !== undefined) {
        reject(this.#failed);
        return;
      }
      this.#waiting.push({ resolve, reject });
      this.#socket.write(`${JSON.stringify({ execute: command, ...(args && { arguments: args }) })}\n`);
    });
  }

  #hear(line: string): void {
    if (line.trim() === '' || this.#failed !== undefined) return;
    let message: Message;
    try {
      message = Object(JSON.parse(line)) as Message;
    } catch {
      this.#fail(`wrote ${JSON.stringify(line.slice(0, 120))} to the QMP socket, which is no JSON`);
      return;
    }
    if (this.#greeting !== undefined) {
      const { resolve } = this.#greeting;
      this.#greeting = undefined;
      resolve(message);
    } else if ('event' in message) {
      this.#onEvent(String(message['event']));
    } else {
      const next = this.#waiting.shift();
      if ('return' in message) next?.resolve(message['return']);
      else next?.reject(new Error(`says by QMP: ${JSON.stringify(message['error'] ?? message)}`));
    }
  }

  #fail(what: string): void {
    if (this.#failed !== undefined) return;
    const error = new Error(what);
    this.#failed = error;
    this.#greeting?.reject(error);
    for (const { reject } of this.#waiting.splice(0)) reject(error);
    this.#onError(error);
  }
}
