/** For the tests: the command as it is built, run as a process of its own. */
import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { inject } from 'vitest';

/** How a run of the command ended, and all that it wrote. */
export type Result = { readonly status: number | null; readonly out: string; readonly error: string };

export type RunOptions = {
  readonly input?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** Called with each piece of standard output; what it is given ends the process as Ctrl-C would. */
  readonly onOutput?: (interrupt: () => void) => void;
};

/** The command, in a directory of its own. */
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

  /** Starts the command; its standard input stays open. */
  start(args: readonly string[], environment: Readonly<Record<string, string>> = {}) {
    const { NO_COLOR: _, FORCE_COLOR: __, CI: ___, ...inherited } = process.env;
    return spawn(this.program, args, { cwd: this.directory, env: { ...inherited, ...environment } });
  }

  /** Runs the command to its end. */
  run(args: readonly string[], options: RunOptions = {}): Promise<Result> {
    const child = this.start(args, options.environment);
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
