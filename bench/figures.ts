/** What the bench measures, what each figure must reach, and how the figures come from the costs of the cases. */
import type { Costs } from './rounds.ts';

/** The costs of every case, by the case's name. */
export type Results = Readonly<Record<string, Costs>>;

/** How a figure is bounded: at most or at least a number; or not at all, it only informs. */
export type Goal = { readonly kind: 'at most' | 'at least'; readonly value: number };

export type Figure = {
  /** What is measured; the first of a group names the group. */
  readonly group: string;
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The costs behind a ratio, as text. */
  readonly behind: string;
  readonly goal: Goal | undefined;
};

type FigureRule = {
  readonly group: string;
  readonly what: string;
  readonly case: string;
  readonly unit: string;
  readonly goal?: Goal;
  readonly value: (costs: Costs) => number;
  readonly behind: (costs: Costs) => string;
};

const atMost = (value: number): Goal => ({ kind: 'at most', value });
const atLeast = (value: number): Goal => ({ kind: 'at least', value });

function cost(costs: Costs, name: string): number {
  const found = costs[name];
  if (found === undefined) throw new Error(`no cost ${name} was measured`);
  return found;
}

/** A row that says how many times the cost of `below` the cost of `above` is. */
function ratio(
  group: string,
  what: string,
  inCase: string,
  above: string,
  below: string,
  goal?: Goal,
): FigureRule {
  return {
    group,
    what,
    case: inCase,
    unit: '×',
    ...(goal === undefined ? {} : { goal }),
    value: (costs) => cost(costs, above) / cost(costs, below),
    behind: (costs) => `${time(cost(costs, above))} / ${time(cost(costs, below))}`,
  };
}

/** A row that is a number as measured. */
function plain(
  group: string,
  what: string,
  inCase: string,
  name: string,
  unit: string,
  goal?: Goal,
  behind: (costs: Costs) => string = () => '',
): FigureRule {
  return {
    group,
    what,
    case: inCase,
    unit,
    ...(goal === undefined ? {} : { goal }),
    value: (costs) => cost(costs, name),
    behind,
  };
}

const floors: readonly (readonly [number, number])[] = [
  [1, 3],
  [64, 3],
  [4096, 3],
  [65536, 2],
  [1048576, 1.6],
];
const hit = 'doorbell write that hits, N data at one address';
const ahead = 'ahead of others, same write';
const finding = 'finding seeded bugs';
const add = 'registering, a commit each, host told';

const rows: readonly FigureRule[] = [
  ...floors.map(([n, goal]) =>
    ratio(hit, `÷ bare floor, N = ${count(n)}`, `hits ${n}`, 'dispatcher', 'floor', atMost(goal)),
  ),
  ...[1, 1048576].map((n) =>
    ratio(hit, `÷ floor with our own short keys, N = ${count(n)}`, `hits ${n}`, 'dispatcher', 'short floor'),
  ),
  ...[64, 1048576].map((n) =>
    ratio(hit, `÷ floor, each waits for the last, N = ${count(n)}`, `waiting ${n}`, 'dispatcher', 'floor'),
  ),
  ratio(ahead, 'linear scan (QEMU) ÷ ours, N = 32', 'hits 32', 'linear scan', 'dispatcher', atLeast(1)),
  ratio(ahead, 'sorted array (kernel) ÷ ours, N = 32', 'hits 32', 'sorted array', 'dispatcher', atLeast(1)),
  ratio(
    ahead,
    'linear scan (QEMU) ÷ ours, N = 4,096',
    'hits 4096',
    'linear scan',
    'dispatcher',
    atLeast(100),
  ),
  ratio(
    ahead,
    'sorted array (kernel) ÷ ours, N = 4,096',
    'hits 4096',
    'sorted array',
    'dispatcher',
    atLeast(100),
  ),
  ratio(ahead, 'Map of bigint ÷ ours, N = 4,096', 'hits 4096', 'bigint map', 'dispatcher'),
  ratio(ahead, 'Map of string ÷ ours, N = 4,096', 'hits 4096', 'string map', 'dispatcher'),
  ...[64, 4096].map(missRow),
  ratio('many regions', '1,024 regions, any of them ÷ one region', 'regions', '1024', '1', atMost(3)),
  ratio(add, '65,536 additions ÷ 1,024, each', 'additions', 'dispatcher 65536', 'dispatcher 1024', atMost(2)),
  ratio(
    add,
    'full list (QEMU) ÷ ours, N = 4,096',
    'additions 4096',
    'full render',
    'dispatcher',
    atLeast(20),
  ),
  ratio(
    add,
    'full list (QEMU, sampled) ÷ ours, N = 65,536',
    'additions 65536',
    'full render',
    'dispatcher',
    atLeast(300),
  ),
  ratio(
    'moving a BAR of 64',
    'among 1,000 BARs, 64,000 words ÷ alone',
    'moves',
    'among 1000',
    'alone',
    atMost(3),
  ),
  ratio('moving a BAR of 64', 'full render (QEMU) ÷ ours, among 1,000', 'moves', 'full render', 'among 1000'),
  plain(
    'allocation',
    'collections in 10 million writes',
    'scavenges',
    'collections',
    '',
    atMost(0),
    (costs) => {
      return `${cost(costs, 'whenAllocating')} if each allocated`;
    },
  ),
  plain('memory, N = 1,048,576', 'data at one address, each', 'memory', 'one address', 'bytes', atMost(128)),
  plain('memory, N = 1,048,576', 'own addresses, each', 'memory', 'own addresses', 'bytes', atMost(128)),
  plain(
    'memory, N = 1,048,576',
    'own addresses, in no order, each',
    'memory',
    'shuffled',
    'bytes',
    atMost(128),
  ),
  plain(
    'a program over a pipe (Python)',
    'scenarios of 24 operations, compared, a second',
    'pipe',
    'scenarios a second',
    '',
    atLeast(3000),
  ),
  ratio(
    'a program over a pipe (Python)',
    '÷ its own time for the same',
    'pipe',
    'piped',
    'alone',
    atMost(1.3),
  ),
  ratio('a program over a pipe (Python)', '÷ our dispatcher in the process', 'pipe', 'piped', 'inside'),
  ratio('the command', '--help ÷ node -e 0', 'start-up', 'help', 'node'),
  plain(
    'the command',
    'check, operations compared a second, one core',
    'check',
    'operations per second',
    '',
    atLeast(60_000),
  ),
  speedUp('check, two workers ÷ one, once warm', 'two, warm', 'one, warm', atLeast(1.8)),
  speedUp('check, two workers ÷ one, a run of 30,000 scenarios', 'two', 'one'),
  {
    group: 'the command',
    what: 'generation and comparison, of the time of check',
    case: 'shares',
    unit: '%',
    goal: atMost(30),
    value: (costs) => (100 * (cost(costs, 'uncounted') - cost(costs, 'dispatchers'))) / cost(costs, 'check'),
    behind: (costs) =>
      `all ${time(cost(costs, 'check'))}, uncounted ${time(cost(costs, 'uncounted'))}, dispatchers ${time(cost(costs, 'dispatchers'))}`,
  },
  partOfCheck('large scenarios', (costs) => cost(costs, 'large')),
  partOfCheck('the builds with the least thresholds', (costs) => cost(costs, 'all') - cost(costs, 'shipped')),
  partOfCheck(
    'invariants, forks, changed decisions',
    (costs) => cost(costs, 'shipped') - cost(costs, 'lockstep'),
  ),
  plain(
    'the command',
    'explore, operations compared a second, one core',
    'explore',
    'operations per second',
    '',
    atLeast(150_000),
  ),
  plain(
    finding,
    'sooner than by fc.commands, median over mutants',
    'finding',
    'times sooner',
    '×',
    atLeast(10),
    (costs) => {
      return `${count(cost(costs, 'found plainly'))} of ${count(cost(costs, 'mutants'))} found by it at all`;
    },
  ),
  plain(
    finding,
    'mutants, of these, for which its counterexample is shorter',
    'finding',
    'longer',
    '',
    atMost(0),
  ),
  plain(
    finding,
    'runs in which a shorter scenario was found than the one shrunk first',
    'finding',
    'shortened',
    '',
    undefined,
    (costs) => `of ${count(cost(costs, 'runs'))}`,
  ),
];

/** The rows that the README shows. */
const inBrief: ReadonlySet<string> = new Set([
  '÷ bare floor, N = 1',
  '÷ bare floor, N = 4,096',
  '÷ bare floor, N = 1,048,576',
  'linear scan (QEMU) ÷ ours, N = 4,096',
  'sorted array (kernel) ÷ ours, N = 4,096',
  '1,024 regions, any of them ÷ one region',
  'full list (QEMU, sampled) ÷ ours, N = 65,536',
  'among 1,000 BARs, 64,000 words ÷ alone',
  'collections in 10 million writes',
  'sooner than by fc.commands, median over mutants',
  'own addresses, in no order, each',
]);

export function isInBrief({ what }: Figure): boolean {
  return inBrief.has(what);
}

function missRow(n: number): FigureRule {
  return {
    group: 'write that misses',
    what: `÷ (hit + callback call), N = ${count(n)}`,
    case: `misses ${n}`,
    unit: '×',
    goal: atMost(1),
    value: (costs) => cost(costs, 'miss') / (cost(costs, 'hit') + cost(costs, 'callback')),
    behind: (costs) =>
      `${time(cost(costs, 'miss'))} / (${time(cost(costs, 'hit'))} + ${time(cost(costs, 'callback'))})`,
  };
}

/** A row that says which part of the time of `check` is not for ordinary scenarios in lockstep. */
function partOfCheck(what: string, part: (costs: Costs) => number): FigureRule {
  return {
    group: 'the command',
    what: `${what}, of the time of check`,
    case: 'parts',
    unit: '%',
    value: (costs) => (100 * part(costs)) / cost(costs, 'all'),
    behind: (costs) => `${time(part(costs))} of ${time(cost(costs, 'all'))} a scenario`,
  };
}

/** A row that says how many times more operations a second `above` does than `below`. */
function speedUp(what: string, above: string, below: string, goal?: Goal): FigureRule {
  return {
    group: 'the command',
    what,
    case: 'workers',
    unit: '×',
    ...(goal === undefined ? {} : { goal }),
    value: (costs) => cost(costs, above) / cost(costs, below),
    behind: (costs) => `${count(cost(costs, above))} / ${count(cost(costs, below))} operations a second`,
  };
}

/** The names of the cases that the figures need, in order. */
export function neededCases(): string[] {
  return [...new Set(rows.map((row) => row.case))];
}

export function figuresOf(results: Results): Figure[] {
  return rows.map((row) => {
    const costs = results[row.case];
    if (costs === undefined) throw new Error(`case ${row.case} was not measured`);
    const { group, what, unit, goal } = row;
    return { group, what, unit, goal, value: row.value(costs), behind: row.behind(costs) };
  });
}

/** Whether a figure reaches its goal; undefined where it has none. */
export function isMet({ goal, value }: Figure): boolean | undefined {
  if (goal === undefined) return undefined;
  return goal.kind === 'at most' ? value <= goal.value : value >= goal.value;
}

/** Nanoseconds in a unit that fits. A difference of two measured times is below 0 where it cannot be told from noise. */
function time(nanoseconds: number): string {
  if (nanoseconds < 0) return `-${time(-nanoseconds)}`;
  if (nanoseconds < 1000) return `${nanoseconds.toFixed(1)} ns`;
  if (nanoseconds < 1e6) return `${(nanoseconds / 1000).toFixed(nanoseconds < 1e4 ? 2 : 1)} µs`;
  return `${(nanoseconds / 1e6).toFixed(nanoseconds < 1e7 ? 2 : 1)} ms`;
}

export function count(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}
