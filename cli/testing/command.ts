/** For the tests: the command as it is built, run as a process of its own. */
import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));

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

  private constructor(program: string) {
    this.program = program;
    this.directory = mkdtempSync(join(tmpdir(), 'ioeventfd-check-cwd-'));
  }

  /** Builds the command, if the sources have changed since it was built last. */
  static async build(): Promise<TestCommand> {
    return new TestCommand(await builtProgram());
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

/** The path of the built command; one build for each state of the sources, shared by all who test. */
async function builtProgram(): Promise<string> {
  const home = join(tmpdir(), `ioeventfd-check-build-${sourceDigest()}`);
  if (!existsSync(home)) {
    removeOldBuilds();
    const building = mkdtempSync(`${home}-`);
    await build(building);
    try {
      renameSync(building, home);
    } catch {
      // Another test file was faster.
      rmSync(building, { recursive: true, force: true });
    }
  }
  return join(home, 'bin', 'ioeventfd-check');
}

/** Removes builds of other states of the sources, once they are older than any test run. */
function removeOldBuilds(): void {
  for (const name of readdirSync(tmpdir()).filter((one) => one.startsWith('ioeventfd-check-build-'))) {
    const path = join(tmpdir(), name);
    const { mtimeMs } = statSync(path, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
    if (Date.now() - mtimeMs > 3_600_000) rmSync(path, { recursive: true, force: true });
  }
}

async function build(home: string): Promise<void> {
  const compiler = join(root, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [compiler, '-p', join(root, 'tsconfig.build.json'), '--outDir', join(home, 'dist')];
  // Types are the linter's business: what can be emitted is run.
  await promisify(execFile)(process.execPath, args).catch(() => {});
  await promisify(execFile)(process.execPath, [join(home, 'dist', 'cli', 'mark-executable.js')]);
  symlinkSync(join(root, 'node_modules'), join(home, 'node_modules'));
  // Scopes and regressions are data of the package.
  symlinkSync(join(root, 'properties'), join(home, 'properties'));
  cpSync(join(root, 'package.json'), join(home, 'package.json'));
  // Installed, the command is a link in a directory of programs.
  mkdirSync(join(home, 'bin'));
  symlinkSync('../dist/cli/main.js', join(home, 'bin', 'ioeventfd-check'));
}

/** A string that changes with every source file. */
function sourceDigest(): string {
  const hash = createHash('sha256').update(root);
  for (const room of ['format', 'model', 'impl', 'properties', 'cli', 'package.json']) {
    const path = join(root, room);
    const names = statSync(path).isDirectory()
      ? readdirSync(path, { recursive: true, encoding: 'utf8' })
      : [''];
    for (const name of names.filter((one) => /\.ts$|^$/.test(one) && !one.endsWith('.test.ts')).sort()) {
      const { mtimeMs, size } = statSync(join(path, name));
      hash.update(`${room}/${name} ${mtimeMs} ${size}\n`);
    }
  }
  return hash.digest('hex').slice(0, 16);
}
