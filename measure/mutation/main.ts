/**
 * `npm run mutation`: how many mistakes that nobody chose does `check` find, and after how many random scenarios?
 *
 * The exit status is 1 if a mutant survives that is not in `survivors.json`, or an entry there is wrong; with `--strict` also
 * if a goal is not met.
 */
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { globSync } from 'tinyglobby';
import { InputError } from '../../format/errors.ts';
import { runCommand, wholeNumber } from '../command.ts';
import { buildCopy, measuredFiles, readSource, removeCopy, root } from '../tree.ts';
import { instrument, type Mutant } from './mutants.ts';
import { isGoalMet, reportOf, textOf } from './report.ts';
import { runSample } from './run.ts';
import { sampleOf } from './sample.ts';
import { readSurvivors, Survivors } from './survivors.ts';

const usage = `npm run mutation -- [options]
  --sample N     mutants to try that are not known to be equivalent (default: 300), or "all"
  --seed N       of the sample and of the random scenarios (default: 1)
  --runs N       random scenarios for each mutant (default: 30000)
  --files GLOB   only mutants of these files, such as 'impl/optimized/map/**'; FILE:LINE for those of a line
  --listed       only the mutants that measure/mutation/survivors.json lists
  --workers N    processes at once (default: one a core)
  --json         print the report as one line of JSON
  --strict       exit with 1 if a goal is not met
`;

const listFile = 'measure/mutation/survivors.json';

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      sample: { type: 'string', default: '300' },
      seed: { type: 'string', default: '1' },
      runs: { type: 'string', default: '30000' },
      files: { type: 'string' },
      listed: { type: 'boolean' },
      workers: { type: 'string', default: `${availableParallelism()}` },
      json: { type: 'boolean' },
      strict: { type: 'boolean' },
    },
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const seed = wholeNumber('--seed', values.seed, 0);
  const runs = wholeNumber('--runs', values.runs, 1);
  const workers = wholeNumber('--workers', values.workers, 1);
  const count =
    values.sample === 'all' ? Number.POSITIVE_INFINITY : wholeNumber('--sample', values.sample, 1);
  const list = new Survivors(readSurvivors(readSource(listFile), listFile));
  const isChosen = chosenBy(values.files);
  const {
    sources,
    mutants: all,
    ignored,
  } = await instrument(new Map(measuredFiles().map((file) => [file, readSource(file)])));
  const mutants = all.filter((mutant) => isChosen(mutant) && (!values.listed || list.entryOf(mutant)));
  const sample = sampleOf(mutants, values.listed ? Number.POSITIVE_INFINITY : count, seed, (mutant) =>
    list.isEquivalent(mutant),
  );
  const copy = await buildCopy({ replaced: sources });
  try {
    const tried = await runSample(sample, {
      copy,
      runs,
      seed,
      workers,
      abort: interrupt(),
      onProgress: (done) => {
        if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${done} of ${sample.length} mutants`);
      },
    });
    if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
    const report = reportOf({
      seed,
      runs,
      mutants,
      ignored,
      tried,
      list,
      isWhole: values.files === undefined,
    });
    process.stdout.write(values.json ? `${JSON.stringify(report)}\n` : `${textOf(report).join('\n')}\n`);
    const isUnlisted = report.survivors.some(({ missed }) => missed === undefined);
    return isUnlisted || report.complaints.length > 0 || (values.strict && !isGoalMet(report)) ? 1 : 0;
  } finally {
    removeCopy(copy);
  }
}

/** @throws InputError where no measured file is meant */
function chosenBy(glob: string | undefined): (mutant: Mutant) => boolean {
  if (glob === undefined) return () => true;
  const [, pattern = '', line] = /^(.*?)(?::(\d+))?$/.exec(glob) ?? [];
  const matching = new Set(globSync(pattern, { cwd: root }));
  if (!measuredFiles().some((file) => matching.has(file))) {
    throw new InputError(`--files: no measured file matches ${JSON.stringify(pattern)}`);
  }
  return (mutant) => matching.has(mutant.file) && (line === undefined || mutant.line === Number(line));
}

/** Aborted by Ctrl-C: what was tried so far is reported. */
function interrupt(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => controller.abort());
  return controller.signal;
}

await runCommand('mutation', main);
