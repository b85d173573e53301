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
  }

  /**
   * Writes a part of a line.
   *
   * @throws ClosedPipe when nobody reads any more
   */
  async text(text: string): Promise<void> {
    this.#buffer += text;
    if (this.#buffer.length >= bufferSize) await this.flush();
  }

  /** Hands over what is buffered, and waits until the stream has room for more. */
  async flush(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    const text = this.#buffer;
    if (text === '') return;
    this.#buffer = '';
    // The callback comes when the text has left this process, or could not.
    await new Promise<void>((resolve) => this.#stream.write(text, () => resolve()));
    // The stream tells its error listeners after its callbacks.
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (this.#failure !== undefined) throw this.#failure;
  }
}
