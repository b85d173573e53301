/** A child process that is talked to in lines: started by a shell, ended with all that it started. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { freshMark, Guard, markName } from './guard.ts';
import { Lines } from './lines.ts';

/** So much of standard error is kept: the last, in bytes. */
const stderrBytes = 4096;

/** After a child has ended, what it wrote before arrives within so many milliseconds. A process that it left behind may hold the pipes. */
const lastWords = 250;

export type ChildListener = {
  /** A line of standard output. */
  readonly line: (text: string) => void;
  /**
   * The child has ended, or can no longer be talked to. Said once; nothing follows.
   *
   * @param isEnded whether the process is gone
   * @param what how, in a few words
   */
  readonly end: (isEnded: boolean, what: string) => void;
};

export class Child {
  readonly #process: ChildProcessWithoutNullStreams;
  readonly #guard: Guard | undefined;
  readonly #listener: ChildListener;
  readonly #lines: Lines;
  #stderr = Buffer.alloc(0);
  #isOver = false;
  /** Lines to write: those of one turn are written at once. */
  #unwritten = '';
  #openStreams = 2;
  /** How the process ended, while its last words are waited for. */
  #ended: string | undefined;

  /**
   * @param command for the shell, in this process's working directory and environment
   * @param longestLine of standard output, in UTF-16 code units
   */
  constructor(command: string, longestLine: number, listener: ChildListener) {
    const mark = freshMark();
    this.#listener = listener;
    this.#lines = new Lines(longestLine);
    // A group of its own: Ctrl-C in a terminal is for this program, which then ends the child.
    this.#process = spawn('/bin/sh', ['-c', command], {
      stdio: ['pipe', 'pipe', 'pipe'],
      env: { ...process.env, [markName]: mark },
      detached: true,
    });
    const { pid, stdin, stdout, stderr } = this.#process;
    this.#guard = pid === undefined ? undefined : new Guard(pid, mark);
    this.#process.on('error', (error) => this.#end(true, `cannot be started (${error.message})`));
    this.#process.on('exit', (status, signal) => {
      this.#exited(signal === null ? `ended with exit status ${status}` : `ended by ${signal}`);
    });
    // Writing fails where the child has closed its input; if it has ended, that is soon known, and says more.
    stdin.on('error', () => this.#endSoon('closed its standard input'));
    stdout.on('data', (chunk: Buffer) => this.#hear(chunk));
    stdout.on('error', () => {});
    stderr.on('data', (chunk: Buffer) => this.#keep(chunk));
    stderr.on('error', () => {});
    stdout.on('close', () => this.#closed(true));
    stderr.on('close', () => this.#closed(false));
  }

  /** The last that it wrote to standard error, at most 4 KiB of it. */
  get stderr(): string {
    // A character may have been cut.
    return this.#stderr.toString('utf8').replace(/^\uFFFD+/, '');
  }

  write(line: string): void {
    if (this.#unwritten === '') process.nextTick(() => this.#writeAll());
    this.#unwritten += `${line}\n`;
  }

  /** Tells the child that there is nothing more to come. */
  endInput(): void {
    this.#writeAll();
    this.#process.stdin.end();
  }

  #writeAll(): void {
    const { stdin } = this.#process;
    const text = this.#unwritten;
    this.#unwritten = '';
    if (text !== '' && !this.#isOver && stdin.writable) stdin.write(text);
  }

  /** Ends it and all that it started; returns when nothing is left. Nothing more is told to the listener. */
  async kill(): Promise<void> {
    this.#isOver = true;
    await this.#guard?.end();
    for (const stream of [this.#process.stdin, this.#process.stdout, this.#process.stderr]) stream.destroy();
  }

  #hear(chunk: Buffer): void {
    if (this.#isOver) return;
    const lines = this.#lines.push(chunk);
    if (lines === undefined) {
      this.#end(false, 'wrote a line of more than 16 MiB to standard output');
      return;
    }
    for (const line of lines) if (!this.#isOver) this.#listener.line(line);
  }

  #keep(chunk: Buffer): void {
    const whole = chunk.length >= stderrBytes ? chunk : Buffer.concat([this.#stderr, chunk]);
    this.#stderr = Buffer.from(whole.subarray(Math.max(0, whole.length - stderrBytes)));
  }

  #closed(isOutput: boolean): void {
    this.#openStreams--;
    if (this.#openStreams === 0 && this.#ended !== undefined) this.#end(true, this.#ended);
    else if (isOutput && this.#ended === undefined) this.#endSoon('closed its standard output');
  }

  #exited(how: string): void {
    this.#ended = how;
    if (this.#openStreams === 0) this.#end(true, how);
    else setTimeout(() => this.#end(true, how), lastWords);
  }

  /** Unless it turns out that the process has ended. */
  #endSoon(what: string): void {
    setTimeout(() => {
      if (this.#ended === undefined) this.#end(false, what);
    }, lastWords);
  }

  #end(isEnded: boolean, what: string): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#listener.end(isEnded, what);
  }
}
