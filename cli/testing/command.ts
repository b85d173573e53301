/** For the tests: the command as it is built, run in this process or as a process of its own. */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { inject } from 'vitest';
import type { RunAsked } from '../command.ts';
import { noProgress } from '../io/progress.ts';
import type { OutputStream, Surroundings } from '../surroundings.ts';

/** How a run of the command ended, and all that it wrote. */
export type Result = { readonly status: number | null; readonly out: string; readonly error: string };

export type RunOptions = {
  /** All of standard input. */
  readonly input?: string;
  /** For `run`: standard input in place of `input`. */
  readonly stdin?: Readable;
  /** For `run`: what is written to, in place of what collects it. */
  readonly stdout?: OutputStream;
  /** For `run`: the work is done in a thread, as in a process of the command. */
  readonly inThread?: boolean;
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with each piece of standard output; what it is given ends the run as Ctrl-C would. */
  readonly onOutput?: (interrupt: () => void) => void;
};

/** Runs in this process, which has one working directory, take turns. */
let lastRun: Promise<unknown> = Promise.resolve();

/**
 * The command, in a directory of its own.
 *
 * - `run` is for almost every test: the command in this process, in milliseconds.
 * - `spawn`, `start` and `shell` start a process, which costs a third of a second. They are for what only a process has:
 *   signals, pipes, a terminal, memory, the exit of the process itself.
 */
export class TestCommand {
  readonly directory: string;
  /** The path of the built command. */
  readonly program: string;

  constructor() {
    this.program = join(inject('builtPackage'), 'programs', 'ioeventfd-check');
    this.directory = mkdtempSync(join(tmpdir(), 'ioeventfd-check-cwd-'));
  }

  /** Writes a file into the directory; gives its name. */
  write(name: string, content: string | object): string {
    const text = typeof content === 'string' ? content : JSON.stringify(content);
    writeFileSync(join(this.directory, name), text);
    return name;
  }

  /** The whole path of a file in the directory. */
  path(name: string): string {
    return join(this.directory, name);
  }

  /** Runs the command to its end, in this process. */
  run(words: readonly string[], options: RunOptions = {}): Promise<Result> {
    const run = lastRun.then(() => runHere(this.directory, words, options));
    lastRun = run.catch(() => {});
    return run;
  }

  /** Starts the command as a process; its standard input stays open. */
  start(words: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...inherited } = process.env;
    return spawn(this.program, words, { cwd: this.directory, env: { ...inherited, ...environment } });
  }

  /** Runs the command to its end, as a process. */
  spawn(words: readonly string[], options: RunOptions = {}): Promise<Result> {
    const child = this.start(words, options.environment);
    const out: Buffer[] = [];
    const error: Buffer[] = [];
    child.stdout.on('data', (data: Buffer) => {
      out.push(data);
      options.onOutput?.(() => child.kill('SIGINT'));
    });
    child.stderr.on('data', (data: Buffer) => error.push(data));
    child.stdin.on('error', () => {});
    child.stdin.end(options.input ?? '');
    return new Promise((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status) =>
        resolve({ status, out: Buffer.concat(out).toString(), error: Buffer.concat(error).toString() }),
      );
    });
  }

  /** Runs a line of bash, in which `$0` is the command; gives its standard output. */
  async shell(line: string): Promise<string> {
    const options = { cwd: this.directory, maxBuffer: 1 << 26 };
    return (await promisify(execFile)('bash', ['-c', line, this.program], options)).stdout;
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

async function runHere(
  directory: string,
  words: readonly string[],
  { input = '', environment = {}, onOutput, stdin, stdout, inThread = false }: RunOptions,
): Promise<Result> {
  const { runCommand } = await built<typeof import('../command.ts')>('command.js');
  const { runAction } = await built<typeof import('../run-action.ts')>('run-action.js');
  const { supervise } = await built<typeof import('../thread/supervisor.ts')>('thread/supervisor.js');
  const interrupt = new AbortController();
  const [out, error] = [new Collector(() => onOutput?.(() => interrupt.abort())), new Collector(() => {})];
  const before = process.cwd();
  process.chdir(directory);
  try {
    const surroundings: Surroundings = {
      words,
      program: 'ioeventfd-check',
      environment,
      input: () => stdin ?? Readable.from(input === '' ? [] : [Buffer.from(input)]),
      output: stdout ?? out,
      errors: error,
      interrupt: () => interrupt.signal,
      progress: () => noProgress,
      leaves: () => {},
    };
    // As `main.ts`: what takes no time needs no thread.
    const run: RunAsked = (asked, given) =>
      typeof asked === 'function' ? runAction(asked, given) : supervise(asked, given);
    const status = await (inThread ? runCommand(surroundings, run) : runCommand(surroundings));
    return { status, out: out.text, error: error.text };
  } finally {
    process.chdir(before);
  }
}

/** What is built, so that its threads find their files, and node loads it without vitest's transformations. */
async function built<Module>(file: string): Promise<Module> {
  return import(pathToFileURL(join(inject('builtPackage'), 'dist', 'cli', file)).href);
}

/** A stream that keeps what is written to it. */
class Collector extends Writable {
  readonly #chunks: Buffer[] = [];
  readonly #onChunk: () => void;

  constructor(onChunk: () => void) {
    super();
    this.#onChunk = onChunk;
  }

  get text(): string {
    return Buffer.concat(this.#chunks).toString();
  }

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.#chunks.push(chunk);
    this.#onChunk();
    done();
  }
}
