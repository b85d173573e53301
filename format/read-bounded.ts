/** Input from a file, a device, a FIFO or standard input. None of them can fill the memory, and waiting can be ended. */
import { close, constants, fstat, open, read } from 'node:fs';
import { Socket } from 'node:net';
import { addAbortSignal, type Readable } from 'node:stream';
import { isatty, ReadStream } from 'node:tty';
import { promisify } from 'node:util';
import { FormatError, InputError, printable } from './errors.ts';

export type ReadOptions = {
  /** Ends the reading at once, whatever it waits for. */
  readonly signal?: AbortSignal | undefined;
  /** Opens what `-` stands for: the standard input of this process, if left out. */
  readonly input?: (() => Readable) | undefined;
};

export type ReadBounds = ReadOptions & {
  /** The most that is taken, in bytes. Reading stops at the first byte beyond it. */
  readonly limit: number;
};

/** Bytes of a file that are read at a time. */
const chunkBytes = 64 * 1024;

/** What messages call an input. */
export function inputName(path: string): string {
  return path === '-' ? 'standard input' : path;
}

/**
 * The whole text of an input; `-` is standard input.
 *
 * @throws InputError in one line where it cannot be read, is larger than the limit, or is not UTF-8 text; the signal's
 *   reason where that is aborted
 */
export async function readBounded(path: string, { limit, ...options }: ReadBounds): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of readChunks(path, { limit: limit + 1, ...options })) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit) {
      throw new FormatError(
        inputName(path),
        [],
        `more than ${bytesText(limit)}, the most that is read of it`,
      );
    }
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(Buffer.concat(chunks));
  } catch {
    throw new FormatError(inputName(path), [], 'not UTF-8 text');
  }
}

/**
 * The bytes of an input, chunk by chunk; `-` is standard input. It ends after `limit` bytes, give or take a chunk.
 *
 * @throws InputError in one line where it cannot be read; the signal's reason where that is aborted
 */
export async function* readChunks(
  path: string,
  { limit, signal, input = () => process.stdin }: ReadBounds,
): AsyncGenerator<Buffer, void, undefined> {
  signal?.throwIfAborted();
  let left = limit;
  try {
    for await (const chunk of path === '-' ? streamed(input(), signal) : opened(path, limit, signal)) {
      yield chunk;
      left -= chunk.length;
      if (left <= 0) return;
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw inputError(error, inputName(path));
  }
}

/** A failure of the operating system to open or read an input, in one line; any other error as it is. */
export function inputError(error: unknown, name: string): unknown {
  if (error instanceof InputError || !(error instanceof Error) || !('code' in error)) return error;
  const code = String(error.code);
  return new InputError(`${printable(name)}: ${causes[code] ?? `cannot be read (${code})`}`);
}

const causes: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'a directory; expected a file',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  ENOTDIR: 'no such file',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
};

/**
 * A file is opened without waiting: to open a FIFO that has no writer blocks a thread otherwise, and a process with a
 * blocked thread does not end. A FIFO or a terminal is then read by events, anything else by plain reads.
 */
async function* opened(path: string, limit: number, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  const descriptor = await promisify(open)(path, constants.O_RDONLY | constants.O_NONBLOCK);
  const stream = await streamOf(descriptor);
  if (stream === undefined) yield* chunksOf(descriptor, limit, signal);
  else yield* streamed(stream, signal);
}

async function streamOf(descriptor: number): Promise<Readable | undefined> {
  if (isatty(descriptor)) return new ReadStream(descriptor);
  const isFifo = (await promisify(fstat)(descriptor)).isFIFO();
  return isFifo ? new Socket({ fd: descriptor, readable: true, writable: false }) : undefined;
}

async function* streamed(stream: Readable, signal: AbortSignal | undefined): AsyncGenerator<Buffer> {
  if (signal !== undefined) addAbortSignal(signal, stream);
  for await (const chunk of stream) yield chunk as Buffer;
}

async function* chunksOf(
  descriptor: number,
  limit: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Buffer> {
  try {
    for (let left = limit; left > 0; ) {
      signal?.throwIfAborted();
      const size = Math.min(left, chunkBytes);
      const { buffer, bytesRead } = await promisify(read)(
        descriptor,
        Buffer.allocUnsafe(size),
        0,
        size,
        null,
      );
      if (bytesRead === 0) return;
      left -= bytesRead;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await promisify(close)(descriptor);
  }
}

function bytesText(bytes: number): string {
  return bytes % 2 ** 20 === 0 ? `${bytes / 2 ** 20} MiB` : `${bytes} bytes`;
}
