/**
 * `npm run qemu [-- --seconds N] [-- --qemu PATH] [-- NAME...]`: every mutant that histories of a machine can show is told from a running
 * QEMU, without KVM or with it. For each other there is a reason why they cannot show it.
 */
import { parseArgs } from 'node:util';
import { type Mutant, mutants } from '../../impl/mutants/index.ts';
import { QemuUnusableError } from '../../impl/qemu/system/errors.ts';
import { defaultQemu, examine } from '../../impl/qemu/system/installation.ts';
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import { check } from '../../properties/engine/check.ts';
import { underProfile } from '../../properties/engine/dispatchers.ts';
import { UnreachableError } from '../../properties/outside/systems.ts';
import { type ToldFrom, toldFrom, whyNotShown } from '../../properties/world/mutants.ts';
import { runCommand, wholeNumber } from '../command.ts';

const usage = `npm run qemu -- [options] [MUTANT...]
  --seconds N  so long at most for each mutant (default: 60)
  --workers N  QEMUs at once (default: 2)
  --qemu PATH  another QEMU than qemu-system-x86_64; arguments may follow
  --sample N   every so many-th of those that are told only, so that N are tried
  --not-shown  instead: play the others as well, for so many seconds each, and see that they are not told
`;

type Options = { readonly seconds: number; readonly workers: number; readonly qemu?: string };

/** Only what QEMU could tell, too: effects. Invariants and variants are this package's own. */
function plain({ name, dispatcher }: Mutant, system: ToldFrom): Dispatcher {
  const { open, profile } = system === 'qemu@kvm' ? underProfile(dispatcher, 'kvm') : dispatcher;
  return {
    name: `mutant:${name}`,
    ...(profile !== undefined && { profile }),
    open(header) {
      const session = open(header);
      return { apply: (operation) => session.apply(operation) };
    },
  };
}

/** How a mutant is told, as a cell of the table; undefined where it is not. */
async function told(mutant: Mutant, system: ToldFrom, options: Options): Promise<string | undefined> {
  const started = performance.now();
  const ended = new AbortController();
  let first: string | undefined;
  const report = await check({
    a: plain(mutant, system),
    b: system === 'qemu@kvm' ? system : 'qemu',
    ...options,
    seed: 1,
    regressions: [],
    abort: ended.signal,
    onFirst({ scenario, failure }) {
      if (failure.property !== 'lockstep') return;
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      first = `${seconds} s, ${scenario.operations.length} operations`;
      ended.abort();
    },
  });
  return first && `${report.scenarios} histories, ${first}`;
}

/** What is printed of a mutant, and whether it is as it should be; undefined where it cannot be tried here. */
async function rowOf(
  mutant: Mutant,
  options: Options,
  isOld: boolean,
): Promise<[what: string, isRight?: boolean]> {
  const { name } = mutant;
  const system = toldFrom[name];
  if (system === (isOld ? 'qemu 8.1' : 'qemu 7.2')) return [`not tried: it is told from ${system}`];
  try {
    const found = await told(mutant, system ?? 'qemu', options);
    const isRight = (found !== undefined) === (system !== undefined);
    const what = found ?? `not told: ${whyNotShown[name] ?? 'why?'}`;
    return [`${isRight ? '' : 'WRONG: '}${system === undefined ? '' : `${system}: `}${what}`, isRight];
  } catch (error) {
    if (!(error instanceof UnreachableError) || system !== 'qemu@kvm') throw error;
    return [`not tried: ${error.message}`];
  }
}

async function tellAll(chosen: readonly Mutant[], options: Options, isOld: boolean): Promise<number> {
  let [right, tried] = [0, 0];
  for (const mutant of chosen) {
    const [what, isRight] = await rowOf(mutant, options, isOld);
    process.stdout.write(`${mutant.name.padEnd(48)} ${what}\n`);
    if (isRight !== undefined) tried++;
    if (isRight === true) right++;
  }
  process.stdout.write(`${right} of ${tried} mutants are as expected\n`);
  return right === tried ? 0 : 1;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      help: { type: 'boolean' },
      seconds: { type: 'string', default: '60' },
      workers: { type: 'string', default: '2' },
      qemu: { type: 'string' },
      sample: { type: 'string' },
      'not-shown': { type: 'boolean' },
    },
    allowPositionals: true,
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  const isShown = ({ name }: Mutant) => (toldFrom[name] !== undefined) !== (values['not-shown'] === true);
  const wanted = mutants.filter((mutant) =>
    positionals.length > 0 ? positionals.includes(mutant.name) : isShown(mutant),
  );
  const sample = values.sample === undefined ? wanted.length : wholeNumber('--sample', values.sample, 1);
  const step = Math.max(1, Math.floor(wanted.length / sample));
  const options = {
    seconds: wholeNumber('--seconds', values.seconds, 1),
    workers: wholeNumber('--workers', values.workers, 1),
    ...(values.qemu !== undefined && { qemu: values.qemu }),
  };
  try {
    const { major, minor } = await examine(options.qemu ?? defaultQemu);
    const isOld = major < 8 || (major === 8 && minor < 1);
    return await tellAll(
      wanted.filter((_, index) => index % step === 0),
      options,
      isOld,
    );
  } catch (error) {
    if (!(error instanceof UnreachableError || error instanceof QemuUnusableError)) throw error;
    process.stdout.write(`skipped: ${error.message}\n`);
    return 3;
  }
}

await runCommand('qemu', main);
