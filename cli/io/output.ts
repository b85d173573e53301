/** Standard output as the commands write to it: buffered, waiting for a slow reader, and silent when nobody reads. */

import { InputError } from '../../format/errors.ts';
import type { OutputStream } from '../surroundings.ts';

/** Thrown out of a command when the reader of its output has gone (`| head`): no error, nothing to say. */
export class ClosedPipe extends Error {
  override readonly name = 'ClosedPipe';
}

/** So much is kept before it is written, in UTF-16 code units: a system call a line would cost more than the work. */
const bufferSize = 32_768;

/** Lines to a stream. At most a buffer's worth and what the stream itself keeps is in memory at any time. */
export class Output {
  readonly #stream: OutputStream;
  #buffer = '';
  /** A text that has not left this process yet. */
  #written: Promise<void> | undefined;
  /** The buffer is written when the work pauses for the first time, so that nothing stays in it for long. */
  #willFlush = false;
  #failure: Error | undefined;

  constructor(stream: OutputStream) {
    this.#stream = stream;
    stream.on('error', (error: NodeJS.ErrnoException) => {
      const reason = `standard output cannot be written (${error.code ?? error.message})`;
      this.#failure ??= error.code === 'EPIPE' ? new ClosedPipe() : new InputError(reason);
    });
  }

  /**
   * Writes lines, each followed by a newline.
   *
   * @throws ClosedPipe when nobody reads any more
   */
  async lines(lines: Iterable<string>): Promise<void> {
    for (const line of lines) {
      this.#buffer += `${line}\n`;
      if (this.#buffer.length >= bufferSize) await this.flush();
    }
    if (this.#stream.isTTY) await this.flush();
    else this.#flushSoon();
  }

  /**
   * Writes a part of a line.
   *
   * @throws ClosedPipe when nobody reads any more
   */
  async text(text: string): Promise<void> {
    this.#buffer += text;
    if (this.#buffer.length >= bufferSize) await this.flush();
    else this.#flushSoon();
  }

  /** Writes what is buffered, and waits until the stream has room for more. */
  async flush(): Promise<void> {
    await this.handOver();
    await this.#written;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Gives what is buffered to the stream. Waits only if the stream still has no room after the last text. */
  async handOver(): Promise<void> {
    while (this.#written !== undefined) await this.#written;
    if (this.#failure !== undefined) throw this.#failure;
    const text = this.#buffer;
    if (text === '') return;
    this.#buffer = '';
    this.#written = this.#write(text);
  }

  async #write(text: string): Promise<void> {
    // The callback comes when the text has left this process, or could not.
    await new Promise<void>((resolve) => this.#stream.write(text, () => resolve()));
    // The stream tells its error listeners after its callbacks.
    await new Promise<void>((resolve) => setImmediate(resolve));
    this.#written = undefined;
  }

  #flushSoon(): void {
    if (this.#willFlush) return;
    this.#willFlush = true;
    setImmediate(() => {
      this.#willFlush = false;
      // What fails is thrown by the next call.
      this.handOver().catch(() => {});
    });
  }
}
