/**
 * `npm run pipe [-- --sample N] [-- NAME...]`: every mutant, served over a pipe by this package, is found as it is in the process: after
 * the same number of scenarios, with the same shortest scenario.
 */
import { parseArgs } from 'node:util';
import { writeScenario } from '../../format/index.ts';
import { type Mutant, mutants } from '../../impl/mutants/index.ts';
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import { check } from '../../properties/engine/check.ts';
import type { CheckReport } from '../../properties/engine/report.ts';
import { runCommand, wholeNumber } from '../command.ts';

const usage = `npm run pipe -- [options] [MUTANT...]
  --sample N  every so many-th mutant only, so that N are tried (default: all)
  --runs N    random scenarios; five times as many for rare ones (default: 2000)
`;

/** Only what comes over a pipe: effects. Variants, invariants and forks are this process's own. */
function plain({ name, open }: Dispatcher): Dispatcher {
  return {
    name: `${name}, plain`,
    open(header) {
      const session = open(header);
      return { apply: (operation) => session.apply(operation) };
    },
  };
}

function foundIn({ finding, scenarios }: CheckReport): string {
  if (finding === undefined) return `nothing in ${scenarios} scenarios`;
  const { title: _, found: __, ...scenario } = finding.scenario;
  return `after ${scenarios}: ${writeScenario(scenario)}`;
}

/** Whether it is found alike. */
async function isAlike({ name, dispatcher, profiles, isRare }: Mutant, most: number): Promise<boolean> {
  const runs = isRare === true ? 5 * most : most;
  const options = { a: 'model', runs, seed: 1, profiles, regressions: [], minimumSupported: 0 } as const;
  const inside = await check({ ...options, b: plain(dispatcher) });
  const server = `${process.execPath} ${JSON.stringify(new URL('../../../bin/ioeventfd-check.js', import.meta.url).pathname)}`;
  const outside = await check({ ...options, b: `exec:${server} serve mutant:${name}` });
  const [one, other] = [foundIn(inside), foundIn(outside)];
  const length = inside.finding?.scenario.operations.length ?? '-';
  process.stdout.write(
    `${one === other ? 'alike ' : 'DIFFER'}  ${name}  ${inside.scenarios} scenarios, ${length} operations\n`,
  );
  if (one !== other) process.stdout.write(`in the process: ${one}\nover the pipe: ${other}\n`);
  return one === other;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      help: { type: 'boolean' },
      sample: { type: 'string', default: String(mutants.length) },
      runs: { type: 'string', default: '2000' },
    },
    allowPositionals: true,
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const runs = wholeNumber('--runs', values.runs, 1);
  const sample = wholeNumber('--sample', values.sample, 1);
  const wanted =
    positionals.length === 0 ? mutants : mutants.filter(({ name }) => positionals.includes(name));
  const step = Math.max(1, Math.floor(wanted.length / sample));
  const chosen = wanted.filter((_, index) => index % step === 0);
  let alike = 0;
  for (const mutant of chosen) if (await isAlike(mutant, runs)) alike++;
  process.stdout.write(`${alike} of ${chosen.length} mutants are found over a pipe as in the process\n`);
  return alike === chosen.length ? 0 : 1;
}

await runCommand('pipe', main);
