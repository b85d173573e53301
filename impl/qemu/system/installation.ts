/** Which QEMU there is: where, its version, and what its log calls an access that nothing accepts. */
import { execFile } from 'node:child_process';
import { QemuUnusableError } from './errors.ts';

/** A QEMU that can be started. */
export type Installation = {
  /** The program, and arguments that come first, such as `-L DIR`. */
  readonly command: readonly [string, ...string[]];
  readonly major: number;
  readonly minor: number;
  /** As QEMU says it: `7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)`. */
  readonly version: string;
  /** For `-d`: what logs writes that nothing accepts. */
  readonly logItem: 'invalid_mem' | 'guest_errors';
};

export const defaultQemu = 'qemu-system-x86_64';

/** The oldest that was ever tried. */
const oldest = [7, 2] as const;

const remedy = 'install it (Debian: apt-get install qemu-system-x86), or name another one with --qemu PATH';

/**
 * Asks a QEMU who it is.
 *
 * @param text a program's name or path; arguments may follow, with spaces between
 * @throws QemuUnusableError where there is none, or one that is too old
 */
export async function examine(text: string): Promise<Installation> {
  const [program = '', ...args] = text.trim().split(/\s+/);
  if (program === '') throw new QemuUnusableError('--qemu: expected the path of a QEMU');
  const said = await output(program, [...args, '-version']);
  const [, version = '', major = '', minor = ''] =
    /^QEMU emulator version ((\d+)\.(\d+).*)/m.exec(said) ?? [];
  if (version === '') {
    const line = said.trim().split('\n')[0] ?? '';
    throw new QemuUnusableError(
      `${program} is no QEMU: asked for its version, it says ${JSON.stringify(line.slice(0, 80))}; ${remedy}`,
    );
  }
  const [wantedMajor, wantedMinor] = oldest;
  if (Number(major) < wantedMajor || (Number(major) === wantedMajor && Number(minor) < wantedMinor)) {
    throw new QemuUnusableError(
      `${program} is QEMU ${version}: too old, ${wantedMajor}.${wantedMinor} or later is needed; ${remedy}`,
    );
  }
  const items = await output(program, [...args, '-d', 'help']);
  return {
    command: [program, ...args],
    major: Number(major),
    minor: Number(minor),
    version,
    logItem: /^invalid_mem\b/m.test(items) ? 'invalid_mem' : 'guest_errors',
  };
}

/** Milliseconds for an answer to `-version`. */
const patience = 10_000;

function output(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: patience, killSignal: 'SIGKILL' }, (error, stdout, stderr) => {
      if (error === null || (stdout !== '' && error.killed !== true)) {
        resolve(stdout);
        return;
      }
      reject(new QemuUnusableError(`${reason(program, error, stderr)}; ${remedy}`));
    });
  });
}

function reason(
  program: string,
  error: Error & { code?: unknown; killed?: boolean | undefined },
  stderr: string,
): string {
  if (error.code === 'ENOENT') return `there is no ${program} here`;
  if (error.code === 'EACCES') return `${program} cannot be run (permission denied)`;
  if (error.killed === true) return `${program} does not say its version within ${patience / 1000} s`;
  const line = stderr.trim().split('\n')[0] ?? '';
  const ending = typeof error.code === 'number' ? `ends with status ${error.code}` : 'cannot be run';
  return `${program} ${ending} when it is asked for its version${line === '' ? '' : ` (${line.slice(0, 120)})`}`;
}
