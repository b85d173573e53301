/**
 * `npm run coverage`: which branches of model and dispatcher do the random scenarios of one `check` take?
 *
 * The exit status is 1 where one is not taken that is not in `untaken.json`, and where an entry there is taken.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { runCommand, wholeNumber } from '../command.ts';
import { buildCopy, measuredFiles, readSource, removeCopy } from '../tree.ts';
import { branchesOf, type ScriptCounts } from './branches.ts';
import { readReasons } from './reasons.ts';
import { isComplete, reportOf, textOf } from './report.ts';

const usage = `npm run coverage -- [options]
  --runs N   random scenarios (default: 30000)
  --seed N   of the random scenarios (default: 1)
  --json     print the report as one line of JSON
`;

const listFile = 'measure/coverage/untaken.json';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      runs: { type: 'string', default: '30000' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const runs = wholeNumber('--runs', values.runs, 1);
  const seed = wholeNumber('--seed', values.seed, 0);
  const reasons = readReasons(readSource(listFile), listFile);
  const copy = await buildCopy({ sourceMaps: true });
  try {
    const { scenarios, scripts, difference } = await counted(copy, runs, seed);
    if (difference !== undefined) {
      process.stderr.write(`coverage: ${difference}: the run ended there; mend that first\n`);
      return 1;
    }
    const countsOf = new Map(scripts.map((script) => [fileURLToPath(script.url), script]));
    const files = await Promise.all(
      measuredFiles().map((file) => {
        const script = join(copy, 'dist', file.replace(/\.ts$/, '.js'));
        return branchesOf({ file, source: readSource(file), script, counts: countsOf.get(script) });
      }),
    );
    const report = reportOf({ seed, scenarios, files, reasons });
    process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `${textOf(report).join('\n')}\n`);
    return isComplete(report) ? 0 : 1;
  } finally {
    removeCopy(copy);
  }
}

type Counted = {
  readonly scenarios: number;
  readonly scripts: readonly ScriptCounts[];
  /** What `check` found, if it did. */
  readonly difference?: string;
};

/** Runs `check` in a process of its own, so that nothing is loaded before the counting begins. */
async function counted(copy: string, runs: number, seed: number): Promise<Counted> {
  const script = join(copy, 'dist', 'measure', 'coverage', 'take.js');
  const { stdout } = await promisify(execFile)(process.execPath, [script, `${runs}`, `${seed}`], {
    maxBuffer: 1 << 30,
  });
  return JSON.parse(stdout) as Counted;
}

await runCommand('coverage', main);
