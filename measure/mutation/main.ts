/**
 * `npm run mutation`: how many mistakes that nobody chose does `check` find, and after how many random scenarios?
 *
 * The exit status is 1 if a mutant survives that is not in `survivors.json`, or an entry there is wrong; with `--strict` also
 * if a goal is not met.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { globSync } from 'tinyglobby';
import { InputError } from '../../format/errors.ts';
import { runCommand, wholeNumber } from '../command.ts';
import { buildCopy, filesOfCheck, readSource, removeCopy, root } from '../tree.ts';
import { type Instrumented, instrument, type Mutant } from './mutants.ts';
import { isGoalMet, reportOf, textOf } from './report.ts';
import { reachedIn, runSample, type Tried } from './run.ts';
import { sampleOf } from './sample.ts';
import { readSurvivors, Survivors } from './survivors.ts';
import { withTypeErrors } from './types.ts';

const usage = `npm run mutation -- [options]
  --sample N     mutants to try that are not known to be equivalent (default: 300), or "all"
  --seed N       of the sample and of the random scenarios (default: 1)
  --runs N       random scenarios for each mutant (default: 30000)
  --files GLOB   only mutants of these files, such as 'impl/optimized/map/**'; FILE:LINE for those of a line
  --listed       only the mutants that measure/mutation/survivors.json lists, equivalent ones too
  --workers N    processes at once (default: one a core)
  --log FILE     write each outcome to a file as it comes, a line of JSON each
  --json         print the report as one line of JSON
  --strict       exit with 1 if a goal is not met
`;

/** To note which mutants are reached takes as long as to try some that are not. */
const worthNoting = 20;

const listFile = 'measure/mutation/survivors.json';

type Options = {
  readonly count: number;
  readonly seed: number;
  readonly runs: number;
  readonly workers: number;
  readonly files: string | undefined;
  readonly log: string | undefined;
  readonly listed: boolean;
  readonly json: boolean;
  readonly strict: boolean;
};

/** Undefined where help was asked for. */
function givenOptions(): Options | undefined {
  const { values } = parseArgs({
    options: {
      help: { type: 'boolean' },
      sample: { type: 'string', default: '300' },
      seed: { type: 'string', default: '1' },
      runs: { type: 'string', default: '30000' },
      files: { type: 'string' },
      listed: { type: 'boolean', default: false },
      workers: { type: 'string', default: `${availableParallelism()}` },
      log: { type: 'string' },
      json: { type: 'boolean', default: false },
      strict: { type: 'boolean', default: false },
    },
  });
  const { help, sample, seed, runs, workers, files, log, listed, json, strict } = values;
  if (help) return undefined;
  const isAll = sample === 'all' || listed;
  return {
    ...{ files, log, listed, json, strict },
    count: isAll ? Number.POSITIVE_INFINITY : wholeNumber('--sample', sample, 1),
    seed: wholeNumber('--seed', seed, 0),
    runs: wholeNumber('--runs', runs, 1),
    workers: wholeNumber('--workers', workers, 1),
  };
}

async function main(): Promise<number> {
  const options = givenOptions();
  if (options === undefined) {
    process.stdout.write(usage);
    return 0;
  }
  const { count, seed, runs, workers, files, log, listed, json, strict } = options;
  const list = new Survivors(readSurvivors(readSource(listFile), listFile));
  const isChosen = chosenBy(files);
  const made = await instrument(new Map(filesOfCheck().map((file) => [file, readSource(file)])));
  const mutants = made.mutants.filter((one) => isChosen(one) && (!listed || list.entryOf(one)));
  const isEquivalent = (mutant: Mutant) => list.isEquivalent(mutant);
  const { sample, typeErrors } = await drawn(mutants, made, { count, seed, isEquivalent });
  const task = { runs, seed };
  const reached =
    sample.length < worthNoting ? undefined : await inCopy(made.noting, (copy) => reachedIn(copy, task));
  const abort = interrupt();
  const equivalent = new Set(listed ? [] : sample.filter(isEquivalent));
  if (log !== undefined) writeFileSync(log, '');
  const onProgress = (one: Tried, done: number) => {
    if (log !== undefined) appendFileSync(log, `${JSON.stringify(one)}\n`);
    if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${done} of ${sample.length} mutants`);
  };
  const tried = await inCopy(made.sources, (copy) =>
    runSample(sample, { ...task, copy, typeErrors, equivalent, reached, workers, abort, onProgress }),
  );
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  const isWhole = files === undefined;
  const report = reportOf({ seed, runs, mutants, ignored: made.ignored, tried, list, isWhole });
  process.stdout.write(json ? `${JSON.stringify(report)}\n` : `${textOf(report).join('\n')}\n`);
  const isUnlisted = report.survivors.some(({ missed }) => missed === undefined);
  return isUnlisted || report.complaints.length > 0 || (strict && !isGoalMet(report)) ? 1 : 0;
}

type Draw = {
  readonly count: number;
  readonly seed: number;
  readonly isEquivalent: (mutant: Mutant) => boolean;
};

/** A sample in which `count` mutants compile and are not known to be equivalent. */
async function drawn(
  mutants: readonly Mutant[],
  { textWith }: Instrumented,
  { count, seed, isEquivalent }: Draw,
) {
  const [checked, typeErrors] = [new Set<Mutant>(), new Set<Mutant>()];
  for (;;) {
    const sample = sampleOf(mutants, count, seed, (one) => isEquivalent(one) || typeErrors.has(one));
    const unchecked = sample.filter((mutant) => !checked.has(mutant));
    if (unchecked.length === 0) return { sample, typeErrors };
    for (const mutant of unchecked) checked.add(mutant);
    for (const mutant of await withTypeErrors(unchecked, textWith)) typeErrors.add(mutant);
  }
}

/** Does something with a build of other texts, and removes it. */
async function inCopy<Result>(
  replaced: ReadonlyMap<string, string>,
  use: (copy: string) => Promise<Result>,
): Promise<Result> {
  const copy = await buildCopy({ replaced });
  try {
    return await use(copy);
  } finally {
    removeCopy(copy);
  }
}

/** @throws InputError where no measured file is meant */
function chosenBy(glob: string | undefined): (mutant: Mutant) => boolean {
  if (glob === undefined) return () => true;
  const [, pattern = '', line] = /^(.*?)(?::(\d+))?$/.exec(glob) ?? [];
  const matching = new Set(globSync(pattern, { cwd: root }));
  if (!filesOfCheck().some((file) => matching.has(file))) {
    throw new InputError(`--files: no file that is mutated matches ${JSON.stringify(pattern)}`);
  }
  return (mutant) => matching.has(mutant.file) && (line === undefined || mutant.line === Number(line));
}

/** Aborted by Ctrl-C and SIGTERM: what was tried so far is reported. */
function interrupt(): AbortSignal {
  const controller = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => controller.abort());
  return controller.signal;
}

await runCommand('mutation', main);
