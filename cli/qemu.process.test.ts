/** A QEMU that something happens to in the middle of a run. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestCommand } from './testing/command.ts';

const qemu = process.env['IOEVENTFD_CHECK_QEMU'] ?? 'qemu-system-x86_64';

function missing(): string {
  try {
    const [program = '', ...args] = qemu.split(' ');
    execFileSync(program, [...args, '-version'], { stdio: 'ignore' });
    return '';
  } catch {
    return ` (skipped: there is no ${qemu} here)`;
  }
}
const reason = missing();

let command: TestCommand;
beforeAll(() => {
  command = new TestCommand();
});
afterAll(() => command.remove());

const sabotage = fileURLToPath(new URL('../impl/qemu/testing/sabotage.sh', import.meta.url));

/** @param what happens to the first QEMU, or to each; see the script */
const sabotaged = (what: string, name = what) => `${sabotage} ${what} ${command.path(name)} ${qemu}`;

const words = (dispatcher: string, system: string, runs: number, ...more: string[]) => [
  ...['check', dispatcher, 'qemu', '--qemu', system, '--seed', '1', '--no-regressions'],
  ...['--runs', String(runs), '--workers', '1', '--limit-time', '10', ...more],
];

/** All processes of a command of this test have it in their environment. */
const environment = () => ({ NO_COLOR: '1', TEST_OF_QEMU: command.directory });

const check = (...given: Parameters<typeof words>) =>
  command.spawn(words(...given), { environment: environment() });

/** Processes of a command of this test that are QEMUs, or guard one. */
function left(): string[] {
  return readdirSync('/proc').filter((name) => {
    try {
      if (!/^\d+$/.test(name)) return false;
      if (!readFileSync(`/proc/${name}/environ`, 'utf8').includes(command.directory)) return false;
      return !readFileSync(`/proc/${name}/cmdline`, 'utf8').includes('--no-regressions');
    } catch {
      return false;
    }
  });
}

/** A guard ends its QEMU when the command is gone: not at once on a busy machine. */
const soon = { timeout: 30_000 };

describe.skipIf(reason !== '')(`a QEMU to which something happens in the middle of a run${reason}`, () => {
  it.each([
    ['killed', /qemu ended by SIGKILL/],
    ['stopped', /qemu does not answer within 10 s/],
    // It may come while a command waits for its answer, or while none does.
    ['answers', /qemu (answers "hello" to a qtest command|wrote "hello" to the qtest socket)/],
    ['monitor', 'qemu wrote "hello" to the QMP socket, which is no JSON'],
    ['trace', 'qemu wrote to standard error in the middle of a line'],
  ])('%s: the run goes on with a fresh one, and says so in a line', async (what, line) => {
    const { status, out, error } = await check('model', sabotaged(what), 150, '--json');
    expect([status, error]).toEqual([0, '']);
    const report = JSON.parse(out);
    expect(report).toMatchObject({ outcome: 'agree', scenarios: 150 });
    expect(report.restarts).toHaveLength(1);
    expect(report.restarts[0]).toMatch(/^scenario \d+: /);
    expect(report.restarts[0]).toMatch(line);
    await expect.poll(left, soon).toEqual([]);
  });

  it('killed while a difference is looked for: it is found, and saved with what shows it elsewhere', async () => {
    const save = ['--save', 'found', '--json'];
    const { status, out } = await check(
      'mutant:third-child-of-one-offset-lost',
      sabotaged('killed', 'difference'),
      1000,
      ...save,
    );
    expect(status).toBe(1);
    const { finding } = JSON.parse(out);
    expect(finding.property).toBe('lockstep');
    const name = finding.file.replace(/^.*\//, '').replace(/\.json$/, '');
    // There is a C test where the CPU has no part in the history.
    const files = readdirSync(command.path('found')).filter((file) => file.startsWith(name));
    expect(files).toEqual(expect.arrayContaining([`${name}.json`, `${name}.sh`]));
    await expect.poll(left, soon).toEqual([]);
  });

  it('gone: the run ends with a line, and status 3', async () => {
    const { status, out, error } = await check('model', sabotaged('gone'), 150);
    expect([status, out]).toEqual([3, '']);
    expect(error).toMatch(/^[^\n]*qemu: [^\n]* does not start: [^\n]*somebody has removed it\n$/);
    await expect.poll(left, soon).toEqual([]);
  });

  it('killed again and again: that is a finding', async () => {
    const { status, out } = await check('model', sabotaged('often'), 1000, '--json');
    expect(status).toBe(1);
    const { finding, restarts } = JSON.parse(out);
    expect(finding.property).toBe('repeatability');
    expect(finding.message).toContain('ended by SIGKILL');
    expect(restarts.length).toBeGreaterThan(20);
    await expect.poll(left, soon).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('nothing is left after %s', async (signal) => {
    const child = command.start(words('model', qemu, 1_000_000), environment());
    const end = new Promise((resolve) => child.on('close', resolve));
    while (left().length < 2 && child.exitCode === null) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(child.exitCode).toBe(null);
    child.kill(signal);
    await end;
    while (left().length > 0) await new Promise((resolve) => setTimeout(resolve, 20));
  });
});
