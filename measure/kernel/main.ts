/**
 * `npm run kernel [-- --seconds N] [-- NAME...]`: each seeded bug of the kernel's bus, told from the running kernel: after how many random
 * scenarios and seconds. `-- --left N`: what is left in this process of N scenarios, played in parts. `-- --dead`: dead registrations,
 * counted on the kernel.
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { KernelDispatcher, KernelMissingError } from '../../impl/kvm/index.ts';
import type { Mutant } from '../../impl/mutants/index.ts';
import { kernelMutants } from '../../impl/mutants/kernel/bus.ts';
import { kernelPathMutants } from '../../impl/mutants/kernel/path.ts';
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import { check } from '../../properties/engine/check.ts';
import { underProfile } from '../../properties/engine/dispatchers.ts';
import { busStream } from '../../properties/generate/bus/bus-stream.ts';
import {
  countDead,
  isDeadIn,
  scenarioOfSet,
  setsWithin8,
} from '../../properties/ledger/dead-registrations.ts';
import { runCommand, wholeNumber } from '../command.ts';

const usage = `npm run kernel -- [options] [MUTANT...]
  --seconds N  so long at most for each mutant (default: 60)
  --left N     instead: play N scenarios, then count what is left of them
  --dead       instead: count the ordered sets of two and three words within 8 bytes of which a word is dead
`;

/** What a bus alone cannot show, because it is never asked. */
const notShown: Readonly<Record<string, string>> = {
  'refusals-count-to-the-limit': 'the kernel has no limit of registrations',
  'direct-writes-meet-the-bus': "QEMU's own writes do not come to the kernel",
  '8-bytes-at-a-port': 'no CPU stores 8 bytes to a port',
  'any-ram-before-the-bus': "pieces of RAM smaller than a page are QEMU's",
};

/** Only what the kernel could tell, too: effects. Invariants are this package's own. */
function plain({ name, dispatcher }: Mutant): Dispatcher {
  const { open } = underProfile(dispatcher, 'kvm');
  return {
    name: `mutant:${name}`,
    profile: 'kvm',
    open(header) {
      const session = open(header);
      return { apply: (operation) => session.apply(operation) };
    },
  };
}

/** Whether a mutant is told from the kernel in time, or is one that cannot be. */
async function isTold(mutant: Mutant, seconds: number): Promise<boolean> {
  const { name } = mutant;
  const started = performance.now();
  const ended = new AbortController();
  let first: string | undefined;
  const report = await check({
    a: 'kvm',
    b: plain(mutant),
    seconds,
    seed: 1,
    regressions: [],
    abort: ended.signal,
    onFirst({ scenario }) {
      const after = ((performance.now() - started) / 1000).toFixed(1);
      first = `${after} s, ${scenario.operations.length} operations`;
      ended.abort();
    },
  });
  const why = notShown[name];
  const isFound = report.finding !== undefined;
  const what = isFound ? `told after ${report.scenarios} scenarios, ${first}` : `not told: ${why ?? 'WHY?'}`;
  process.stdout.write(`${name.padEnd(45)} ${what}\n`);
  return isFound !== (why !== undefined);
}

async function tellMutants(names: readonly string[], seconds: number): Promise<number> {
  const all = [...kernelMutants, ...kernelPathMutants];
  const chosen = names.length === 0 ? all : all.filter(({ name }) => names.includes(name));
  let told = 0;
  // What cannot be told needs no minute to show it.
  for (const mutant of chosen) if (await isTold(mutant, mutant.name in notShown ? 5 : seconds)) told++;
  process.stdout.write(`${told} of ${chosen.length} mutants are as expected\n`);
  return told === chosen.length ? 0 : 1;
}

/** Descriptors and mapped memory that have to do with virtual machines, and resident memory in MiB. */
function held() {
  const descriptors = readdirSync('/proc/self/fd').filter((descriptor) => {
    try {
      return /kvm|eventfd|eventpoll/.test(readlinkSync(`/proc/self/fd/${descriptor}`));
    } catch {
      // The one by which the folder is read.
      return false;
    }
  });
  const maps = readFileSync('/proc/self/maps', 'utf8').match(/kvm-vcpu/g) ?? [];
  const memory = Math.round(process.memoryUsage.rss() / 2 ** 20);
  return { descriptors: descriptors.length, maps: maps.length, memory };
}

const parts = 5;

/** In milliseconds: the kernel ends a machine, and Node a stream, some time after they were closed. */
const timeToClose = 1000;

async function countLeft(scenarios: number): Promise<number> {
  const print = async (when: string) => {
    await setTimeout(timeToClose);
    const { descriptors, maps, memory } = held();
    process.stdout.write(
      `${when.padEnd(24)} ${descriptors} descriptors, ${maps} CPUs mapped, ${memory} MiB\n`,
    );
    return descriptors + maps;
  };
  const before = await print('before');
  let after = before;
  for (let part = 1; part <= parts; part++) {
    const kvm = await KernelDispatcher.open();
    const stream = busStream(part, Math.ceil(scenarios / parts), ['kvm'], {
      hasFullHost: true,
      hasRam: true,
    });
    let played = 0;
    const work = async () => {
      for (let next = stream.next(); next !== undefined; next = stream.next()) {
        // Some end in the middle.
        const { operations } = next.scenario;
        const isCut = played++ % 10 === 0;
        await kvm.run(
          isCut ? { ...next.scenario, operations: [...operations, { op: 'begin' }] } : next.scenario,
        );
      }
    };
    await Promise.all(Array.from({ length: kvm.width }, work));
    await kvm.close();
    after = await print(`after ${played * part} scenarios`);
  }
  // Fewer than before is no leak: what Node itself opened at the start was closed meanwhile.
  const isLeft = after > before;
  process.stdout.write(isLeft ? 'SOMETHING IS LEFT\n' : 'nothing is left\n');
  return isLeft ? 1 : 0;
}

/** Sets that are under way at once. */
const setsAtOnce = 200;

/** Every ordered set of two and three words: how many have a dead word, on the kernel and in the model. */
async function countOnKernel(): Promise<number> {
  const kvm = await KernelDispatcher.open();
  let isAlike = true;
  for (const [words, anyLength] of [
    [2, false],
    [2, true],
    [3, false],
    [3, true],
  ] as const) {
    const sets = [...setsWithin8(words, anyLength)];
    let dead = 0;
    for (let from = 0; from < sets.length; from += setsAtOnce) {
      const some = sets.slice(from, from + setsAtOnce);
      const runs = await Promise.all(some.map((set) => kvm.run(scenarioOfSet(set))));
      for (const [index, { answer }] of runs.entries()) {
        if (answer.kind === 'effects' && isDeadIn(some[index] ?? [], answer.effects)) dead++;
      }
    }
    const inModel = countDead(words, anyLength).dead;
    isAlike &&= dead === inModel;
    const kind = anyLength ? 'with length 0' : 'without length 0';
    process.stdout.write(
      `${words} words, ${kind}: of ${sets.length} sets, ${dead} have a dead word on the kernel, ${inModel} in the model\n`,
    );
  }
  await kvm.close();
  return isAlike ? 0 : 1;
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: {
      help: { type: 'boolean' },
      seconds: { type: 'string', default: '60' },
      left: { type: 'string' },
      dead: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  if (values.help) {
    process.stdout.write(usage);
    return 0;
  }
  try {
    await (await KernelDispatcher.open()).close();
  } catch (error) {
    if (!(error instanceof KernelMissingError)) throw error;
    process.stdout.write(`skipped: ${error.message}\n`);
    return 3;
  }
  if (values.dead) return countOnKernel();
  if (values.left !== undefined) return countLeft(wholeNumber('--left', values.left, 1));
  return tellMutants(positionals, wholeNumber('--seconds', values.seconds, 1));
}

await runCommand('kernel', main);
