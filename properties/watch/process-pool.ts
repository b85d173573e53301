/** Processes that do tasks and are ended where a task goes too far. A process runs compiled files: Node 20 cannot run TypeScript. */
import { existsSync } from 'node:fs';
import { isModulePath } from '../engine/dispatchers.ts';
import { KeptProcesses } from './kept-processes.ts';
import type { RunLimits } from './limits.ts';
import type { Task } from './tasks.ts';
import { WatchedProcess } from './watched-process.ts';

const compiledEntry = new URL('./child.js', import.meta.url);

/** Whether processes can be started: not where this file was loaded as TypeScript. */
export function canWatch(): boolean {
  return existsSync(compiledEntry);
}

/** Those of this program that did nothing but tasks on this package's own dispatchers. */
const keptProcesses = new KeptProcesses();

/**
 * Processes, started when they are needed; one that was ended is replaced. Those that saw no module of somebody else, who may change it,
 * are kept for the next pool.
 */
export class ProcessPool {
  readonly #entry: URL;
  readonly #limits: RunLimits;
  readonly #most: number;
  readonly #idle: WatchedProcess[] = [];
  readonly #all = new Set<WatchedProcess>();
  readonly #mayBeKept = new Set<WatchedProcess>();
  /** Those that were kept. Their working directory may be another one: they load no module. */
  readonly #takenOver = new Set<WatchedProcess>();
  readonly #queue: (() => void)[] = [];

  constructor(limits: RunLimits, most: number, entry = compiledEntry) {
    this.#limits = limits;
    this.#most = most;
    this.#entry = entry;
  }

  /**
   * What a process makes of a task. `tell` hears what is reached on the way.
   *
   * @throws StoppedError where it went beyond the limits, or ended the process
   */
  async run<Result>(task: Task, tell?: (value: never) => void): Promise<Result> {
    const isOwn = this.#entry === compiledEntry && ![task.a, task.b].some(isModulePath);
    const process = await this.#take(isOwn);
    if (!isOwn) this.#mayBeKept.delete(process);
    try {
      return (await process.run(task, tell as (value: unknown) => void)) as Result;
    } finally {
      if (process.isEnded) this.#all.delete(process);
      else this.#idle.push(process);
      this.#queue.shift()?.();
    }
  }

  async #take(isOwn: boolean): Promise<WatchedProcess> {
    for (;;) {
      const idle = this.#idle.pop();
      if (idle !== undefined && !idle.isEnded && (isOwn || !this.#takenOver.has(idle))) return idle;
      if (idle !== undefined) {
        this.#all.delete(idle);
        void idle.kill();
      }
      if (this.#all.size < this.#most) {
        const kept = isOwn ? keptProcesses.take(this.#limits) : undefined;
        const process = kept ?? new WatchedProcess(this.#entry, this.#limits);
        this.#all.add(process);
        this.#mayBeKept.add(process);
        if (kept !== undefined) this.#takenOver.add(process);
        return process;
      }
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    }
  }

  /** Ends the processes that are at a task, which fails, and those that are not kept. */
  async end(): Promise<void> {
    const kept = this.#idle.splice(0).filter((process) => !process.isEnded && this.#mayBeKept.has(process));
    for (const process of kept) {
      this.#all.delete(process);
      keptProcesses.keep(process, this.#limits);
    }
    await Promise.all([...this.#all].map((process) => process.kill()));
  }
}
