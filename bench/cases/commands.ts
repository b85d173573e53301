/** The command: how long `--help` takes beside an empty Node, and how many operations `check` compares in a second. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Costs, interleave } from '../rounds.ts';

const command = fileURLToPath(new URL('../../cli/main.js', import.meta.url));

/** Costs in nanoseconds: `node -e 0` and `--help`. */
export function startUp(rounds: number): Costs {
  const variant = (name: string, ...args: string[]) => ({ name, count: 1, run: () => run(args).length });
  return interleave([variant('node', '-e', '0'), variant('help', command, '--help')], rounds, 1);
}

/** Operations that `check` compares in a second. */
export function checkSpeed(scenarios: number, workers = 1): number {
  const report: unknown = JSON.parse(
    run([
      command,
      'check',
      ...['--seed', '1', '--runs', `${scenarios}`, '--workers', `${workers}`, '--json'],
    ]),
  );
  if (!hasTimings(report)) throw new Error('check said nothing of operations per second');
  return report.timings.operationsPerSecond;
}

function hasTimings(report: unknown): report is { timings: { operationsPerSecond: number } } {
  const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;
  return (
    isObject(report) &&
    'timings' in report &&
    isObject(report.timings) &&
    'operationsPerSecond' in report.timings
  );
}

function run(args: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`${args.join(' ')} ended with status ${status}: ${stderr}`);
  return stdout;
}
