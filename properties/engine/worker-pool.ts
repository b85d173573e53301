/** Pools of worker threads. A thread runs a compiled file: those of Node 20 cannot run TypeScript. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { InputError, messageOf } from '../../format/errors.ts';

/** A worker thread ended, or threw, while it was at a task: out of memory, ended by a dispatcher, or a bug. */
export class WorkerDiedError extends Error {
  override readonly name = 'WorkerDiedError';

  constructor(at: string, cause: unknown) {
    super(`a worker died (${messageOf(cause)}) at ${at}`, { cause });
  }
}

/** A pool of worker threads. Each runs the default export of the entry, one task at a time. */
export class WorkerPool {
  readonly #pool: Piscina;

  /** @throws InputError when the entry was not compiled */
  constructor(entry: URL, count: number) {
    const filename = fileURLToPath(entry);
    if (!existsSync(filename)) {
      throw new InputError('several workers need the compiled program: npm run build');
    }
    this.#pool = new Piscina({ filename: entry.href, minThreads: count, maxThreads: count });
  }

  /**
   * What a thread makes of a task; `at` says, for people, which task that is.
   *
   * @throws WorkerDiedError when the thread does not live to answer; what `signal` was aborted for, when it is
   */
  async run<Task extends object, Result>(task: Task, at: string, signal?: AbortSignal): Promise<Result> {
    try {
      return await this.#pool.run(task, signal === undefined ? {} : { signal });
    } catch (error) {
      throw signal?.aborted ? error : new WorkerDiedError(at, error);
    }
  }

  end(): Promise<void> {
    return this.#pool.destroy();
  }
}
