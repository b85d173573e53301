/** Exact counts of another process's eventfds, without taking anything from them. */
import { closeSync, openSync, readdirSync, readlinkSync, readSync } from 'node:fs';

/** The eventfds of a process: their descriptors there. None where it has ended. */
export function eventfdsOf(process: number): readonly number[] {
  return descriptorsOf(process)
    .filter((name) => {
      try {
        return readlinkSync(`/proc/${process}/fd/${name}`) === 'anon_inode:[eventfd]';
      } catch {
        return false;
      }
    })
    .map(Number);
}

function descriptorsOf(process: number): readonly string[] {
  try {
    return readdirSync(`/proc/${process}/fd`);
  } catch {
    return [];
  }
}

export class EventfdCounts {
  readonly #process: number;
  readonly #files = new Map<number, number>();
  readonly #buffer = Buffer.alloc(512);

  constructor(process: number) {
    this.#process = process;
  }

  /** How often it was signalled and not read since. Undefined where there is no such eventfd any more. */
  read(descriptor: number): bigint | undefined {
    try {
      const file =
        this.#files.get(descriptor) ?? openSync(`/proc/${this.#process}/fdinfo/${descriptor}`, 'r');
      this.#files.set(descriptor, file);
      const length = readSync(file, this.#buffer, 0, this.#buffer.length, 0);
      const [, count] = /eventfd-count:\s*([\da-f]+)/.exec(this.#buffer.toString('latin1', 0, length)) ?? [];
      return count === undefined ? undefined : BigInt(`0x${count}`);
    } catch {
      return undefined;
    }
  }

  close(): void {
    for (const file of this.#files.values()) closeSync(file);
    this.#files.clear();
  }
}
