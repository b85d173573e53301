/** The surroundings of a command in a thread: what it prints and shows is sent to the thread that started it. */
import { createReadStream, fstatSync } from 'node:fs';
import { Socket } from 'node:net';
import { type Readable, Writable } from 'node:stream';
import { isatty, ReadStream } from 'node:tty';
import type { MessagePort } from 'node:worker_threads';
import { noProgress } from '../io/progress.ts';
import type { Surroundings } from '../surroundings.ts';
import type { Order, Request, ThreadMessage } from './messages.ts';

/** Standard output. A text has left when it was answered. What comes after an interrupt is kept, and sent with the end. */
class ThreadOutput extends Writable {
  readonly isTTY: boolean;
  readonly #port: MessagePort;
  /** Called at the next answer. */
  #written: ((error?: Error) => void) | undefined;
  #keeps = false;
  #kept = '';

  constructor(port: MessagePort, isTTY: boolean) {
    super({ decodeStrings: false });
    this.isTTY = isTTY;
    this.#port = port;
  }

  override _write(text: string, _encoding: string, done: (error?: Error) => void): void {
    if (this.#keeps) {
      this.#kept += text;
      done();
      return;
    }
    // While it waits for an answer, this thread does not end by itself.
    this.#port.ref();
    this.#written = done;
    this.#port.postMessage({ kind: 'output', text } satisfies ThreadMessage);
  }

  /** The last text has left, or could not. */
  written(error?: Error): void {
    const done = this.#written;
    this.#written = undefined;
    this.#port.unref();
    done?.(error);
  }

  /** From now on everything is kept: either all of the command's last words are printed, or none of them. */
  keep(): void {
    this.#keeps = true;
    this.written();
  }

  /** What is still to be printed when the command has ended. */
  get kept(): string {
    return this.#kept;
  }
}

class ThreadErrors extends Writable {
  readonly #port: MessagePort;

  constructor(port: MessagePort) {
    super({ decodeStrings: false });
    this.#port = port;
  }

  override _write(text: string, _encoding: string, done: () => void): void {
    this.#port.postMessage({ kind: 'errors', text } satisfies ThreadMessage);
    done();
  }
}

export function threadSurroundings(
  port: MessagePort,
  order: Order,
): { readonly surroundings: Surroundings; readonly output: ThreadOutput } {
  const output = new ThreadOutput(port, order.isTerminal);
  const controller = new AbortController();
  port.on('message', (request: Request) => {
    switch (request.kind) {
      case 'written':
        output.written();
        return;
      case 'failed':
        output.written(Object.assign(new Error('not written'), { code: request.code }));
        return;
      case 'interrupt':
        output.keep();
        controller.abort();
        return;
    }
  });
  // To listen keeps no thread alive that has nothing else to do.
  port.unref();
  const show = (text: string | undefined) =>
    port.postMessage({ kind: 'progress', text } satisfies ThreadMessage);
  const surroundings: Surroundings = {
    words: [],
    program: order.program,
    environment: process.env,
    input: standardInput,
    output,
    errors: new ThreadErrors(port),
    interrupt: () => controller.signal,
    progress: (text) => {
      if (!order.showsProgress) return noProgress;
      show(text);
      return { show, stop: () => show(undefined) };
    },
    leaves: (parting, status) =>
      port.postMessage({ kind: 'parting', parting, status } satisfies ThreadMessage),
  };
  return { surroundings, output };
}

/** Standard input by its descriptor: in a thread, `process.stdin` is empty. It is read once. */
function standardInput(): Readable {
  const found = fstatSync(0);
  if (isatty(0)) return new ReadStream(0);
  if (found.isFIFO() || found.isSocket()) return new Socket({ fd: 0, readable: true, writable: false });
  return createReadStream('', { fd: 0, autoClose: false });
}
