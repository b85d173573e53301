/**
 * The guard of a child process: a shell that does nothing but wait until its standard input ends, and then ends the child and all that
 * the child has started. Its input ends when whoever guards closes it, and also when that process dies, by SIGKILL too.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';

/** In the environment of a child and of what it starts: a value of its own for each child. */
export const markName = 'IOEVENTFD_CHECK_CHILD';

export function freshMark(): string {
  return `${process.pid}-${randomUUID()}`;
}

/**
 * `$1` is the child's process group, `$2` the mark in its environment. What has left the group is found by the mark, where there is a
 * /proc. It is done again until nothing is found: a child may start others meanwhile, and on a busy machine a process is there for a
 * while after it was killed. One that waits for a device cannot be killed: it is given up after some seconds.
 */
const script = `
trap '' INT TERM HUP
read -r _
kill -9 -- "-$1" 2>/dev/null
[ -r /proc/self/environ ] || exit 0
round=0
while [ $round -lt 300 ]; do
  round=$((round + 1))
  found=$(grep -lsF "$2" /proc/[0-9]*/environ)
  [ -n "$found" ] || exit 0
  for path in $found; do
    process=\${path#/proc/}
    kill -9 "\${process%/environ}" 2>/dev/null
  done
  [ $round -lt 3 ] || sleep 0.02
done
`;

export class Guard {
  readonly #shell: ChildProcess;
  readonly #ended: Promise<void>;

  /** @param group the process group of the child, which is its process id */
  constructor(group: number, mark: string) {
    this.#shell = spawn('/bin/sh', ['-c', script, 'sh', String(group), `${markName}=${mark}`], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    this.#ended = new Promise((resolve) => {
      this.#shell.on('exit', () => resolve());
      this.#shell.on('error', () => resolve());
    });
    this.#shell.stdin?.on('error', () => {});
  }

  /** Ends the child and all that it started; returns when that is done. */
  end(): Promise<void> {
    this.#shell.stdin?.end();
    return this.#ended;
  }
}
