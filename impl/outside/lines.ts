/** Lines from pieces of a stream. */
import { StringDecoder } from 'node:string_decoder';

/** Cuts what arrives into lines. Never keeps more than the longest line that is allowed. */
export class Lines {
  readonly #decoder = new StringDecoder('utf8');
  readonly #longest: number;
  /** The pieces of a line that has not ended yet, and how long they are together. */
  #pieces: string[] = [];
  #length = 0;

  /** @param longest in UTF-16 code units */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** The lines that a piece completes; undefined where one is too long. */
  push(chunk: Buffer): readonly string[] | undefined {
    const lines = this.#decoder.write(chunk).split('\n');
    const rest = lines.pop() ?? '';
    if (lines.length > 0) {
      lines[0] = this.#pieces.join('') + lines[0];
      this.#pieces = [];
      this.#length = 0;
    }
    this.#pieces.push(rest);
    this.#length += rest.length;
    return this.#length > this.#longest ? undefined : lines;
  }
}
