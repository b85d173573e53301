/** A process that does tasks, and is ended where one goes too far. */
import { type ChildProcess, fork } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { Answer } from './child.ts';
import { type LastWord, lastWordPipe } from './last-word.ts';
import type { RunLimits } from './limits.ts';
import type { Place } from './progress.ts';
import type { Task } from './tasks.ts';

/** A task went beyond its limits, or ended its process. `place` is unknown where the process had no time to say. */
export class StoppedError extends Error {
  override readonly name = 'StoppedError';
  readonly kind: LastWord['kind'];
  readonly place: Place | undefined;

  constructor(kind: LastWord['kind'], place: Place | undefined, message: string) {
    super(message);
    this.kind = kind;
    this.place = place;
  }
}

/*
 * A scenario visits some 500 functions, none for long, and each process compiles them for itself. So the engine takes the fast compiler
 * first and the optimizing one later, and inlines a quarter of what it does on its own. That saves a third of the time of 300 scenarios,
 * and costs long runs nothing. That was measured with Node 20. A later engine may not know a flag, and a process with an unknown flag does
 * not start: it gets none of them. The heap may be larger than the limit: the watcher is to see it first, for an engine that runs out of heap
 * says nothing of where it was.
 */
const compilerFlags = process.versions.node.startsWith('20.')
  ? ['--always-sparkplug', '--interrupt-budget=400000', '--max-inlined-bytecode-size-cumulative=230']
  : [];

const engineFlags = ({ mebibytes }: RunLimits) => [...compilerFlags, `--max-old-space-size=${2 * mebibytes}`];

type Waiting = { readonly resolve: (value: unknown) => void; readonly reject: (reason: unknown) => void };

/** One process, with the task that it is at. */
export class WatchedProcess {
  readonly #child: ChildProcess;
  readonly #ended: Promise<unknown>;
  #waiting: Waiting | undefined;
  #tell: ((value: unknown) => void) | undefined;
  /** What a dispatcher threw between two tasks, in a timer of its own. The next task fails with it. */
  #late: Error | undefined;
  #lastWord = '';
  #errors = '';
  isEnded = false;

  constructor(entry: URL, limits: RunLimits) {
    const stdio = ['ignore', 'inherit', 'pipe', 'ipc', 'pipe'] as const;
    this.#child = fork(fileURLToPath(entry), [JSON.stringify(limits)], {
      serialization: 'advanced',
      execArgv: engineFlags(limits),
      stdio: [...stdio],
    });
    this.#child.on('message', (answer) => this.#hear(answer as Answer));
    (this.#child.stdio[lastWordPipe] as Socket).on('data', (data) => {
      this.#lastWord += String(data);
    });
    this.#child.stderr?.on('data', (data) => this.#pass(String(data)));
    this.#ended = new Promise((resolve) => this.#child.on('close', resolve));
    this.#child.on('close', (status, signal) => this.#end(status, signal));
    this.#child.on('error', (error) => this.#waiting?.reject(error));
  }

  run(task: Task, tell: ((value: unknown) => void) | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#late !== undefined) return reject(this.#late);
      this.#waiting = { resolve, reject };
      this.#tell = tell;
      this.#child.send(task);
    });
  }

  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.#ended;
  }

  /** It keeps this program alive: the rule for one that is at a task. */
  ref(): void {
    this.#child.ref();
    for (const handle of this.#handles()) handle?.ref();
  }

  unref(): void {
    this.#tell = undefined;
    this.#child.unref();
    for (const handle of this.#handles()) handle?.unref();
  }

  #handles() {
    const { channel, stderr, stdio } = this.#child;
    return [channel, stderr as Socket | null, stdio[lastWordPipe] as Socket | null];
  }

  #hear(answer: Answer): void {
    if (answer.kind === 'step') this.#tell?.(answer.value);
    else if (answer.kind === 'done') this.#settle()?.resolve(answer.value);
    else if (this.#waiting !== undefined) this.#settle()?.reject(thrownThere(answer));
    else this.#late = thrownThere(answer);
  }

  #settle(): Waiting | undefined {
    const waiting = this.#waiting;
    this.#waiting = undefined;
    return waiting;
  }

  /** What a dispatcher prints is passed on; what the engine prints while it dies is not. */
  #pass(text: string): void {
    this.#errors = (this.#errors + text).slice(-mostErrorText);
    if (
      !/Last few GCs|FATAL ERROR|JS stacktrace|Native stack trace|JavaScript stack trace/.test(this.#errors)
    )
      process.stderr.write(text);
  }

  #end(status: number | null, signal: string | null): void {
    this.isEnded = true;
    const how = signal === null ? `exit code ${status}` : `signal ${signal}`;
    if (this.#lastWord !== '') {
      const { kind, ...place } = JSON.parse(this.#lastWord) as LastWord;
      this.#waiting?.reject(new StoppedError(kind, place, how));
      return;
    }
    const isOutOfMemory = /out of memory|Allocation failed|invalid (array|string|table) (length|size)/i.test(
      this.#errors,
    );
    this.#waiting?.reject(new StoppedError(isOutOfMemory ? 'memory' : 'exit', undefined, how));
  }
}

const mostErrorText = 1 << 16;

/** The error that a task threw, with the stack of where it did: that names the module of a user. */
function thrownThere({ message, stack }: Answer & { readonly kind: 'error' }): Error {
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
