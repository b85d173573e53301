/** Finding: how soon a seeded bug is found, and how short its scenario is, beside the plain formulation of the same check. */
import fc from 'fast-check';
import { optimizedDispatcher } from '../../impl/index.ts';
import { type Mutant, mutants } from '../../impl/mutants/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Dispatcher, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { lockstep } from '../../properties/compare/lockstep.ts';
import { CoverageCounter } from '../../properties/coverage/observe.ts';
import { dispatcherNamed } from '../../properties/engine/dispatchers.ts';
import { explore } from '../../properties/explore/explore.ts';
import { loadScope } from '../../properties/explore/scope/load.ts';
import { ScenarioArbitrary } from '../../properties/generate/scenario-arbitrary.ts';
import { findAtRandom, shown } from '../../properties/matrix/matrix.ts';
import { findPlainly } from '../plain-commands.ts';
import { type Costs, interleave, median } from '../rounds.ts';

/**
 * Scenarios after which either way gives up: what it spent until then is then the least that it takes. `fc.commands` misses half of the
 * mutants with 2,000, and its scenarios cost a quarter of ours. It has more of them, so that this least says something.
 */
const mostScenarios = 2000;
const mostPlainly = 20_000;

const seeds = [1, 2, 3] as const;

/** Only every n-th mutant is measured. All of them take a quarter of an hour, most of it with `fc.commands`. */
const step = 8;

/** What `check` and `fc.commands` made of a mutant: milliseconds until the first difference, and operations of what is shown. */
type Comparison = {
  readonly ours: {
    readonly milliseconds: number;
    readonly operations: number;
    /** Of what was shrunk first, before shorter scenarios were looked for. */
    readonly operationsAtFirst: number;
  };
  readonly plain: { readonly milliseconds: number; readonly operations: number };
};

/** `check` and `fc.commands` on the mutants, one after the other. */
export async function findingAgainstPlain(share: number): Promise<Costs> {
  const chosen = mutants.filter((_, index) => index % Math.ceil(step / share) === 0);
  // Compiles the code of both before either is timed.
  for (const mutant of chosen.slice(0, 2)) await compare(mutant, 17, share);
  const ratios: number[] = [];
  let longer = 0;
  let shortened = 0;
  let foundPlainly = 0;
  for (const mutant of chosen) {
    const runs: Comparison[] = [];
    for (const seed of seeds) runs.push(await compare(mutant, seed, share));
    const timeOf = (way: 'ours' | 'plain') => median(runs.map((run) => run[way].milliseconds));
    ratios.push(timeOf('plain') / timeOf('ours'));
    if (runs.some(({ plain }) => Number.isFinite(plain.operations))) foundPlainly++;
    shortened += runs.filter(({ ours }) => ours.operationsAtFirst > ours.operations).length;
    if (runs.some(({ ours, plain }) => ours.operations > plain.operations)) longer++;
  }
  return {
    'times sooner': median(ratios),
    longer,
    shortened,
    runs: chosen.length * seeds.length,
    mutants: chosen.length,
    'found plainly': foundPlainly,
  };
}

async function compare({ dispatcher, profiles }: Mutant, seed: number, share: number): Promise<Comparison> {
  const [profile = 'contract'] = profiles;
  const start = performance.now();
  const found = findAtRandom(dispatcher, [profile], seed, mostScenarios);
  const milliseconds = performance.now() - start;
  const before = performance.now();
  const plain = findPlainly(modelDispatcher, dispatcher, profile, seed, Math.ceil(mostPlainly * share));
  const spent = performance.now() - before;
  const none = Number.POSITIVE_INFINITY;
  const lengthOf = async (search: boolean) =>
    found ? (await shown(found, [profile], seed, search)).operations.length : none;
  return {
    ours: { milliseconds, operations: await lengthOf(true), operationsAtFirst: await lengthOf(false) },
    plain: plain ?? { milliseconds: spent, operations: none },
  };
}

/** Nanoseconds a scenario: check with its coverage points, without them, and the two dispatchers alone on the same scenarios. */
export function sharesOfCheck(rounds: number): Costs {
  const count = 200;
  const counter = new CoverageCounter();
  const drawn = new Map<number, readonly Scenario[]>();
  const seedOf = (round: number) => (round % 8) + 1;
  const run = (round: number, agrees: (scenario: Scenario) => boolean) => {
    fc.check(fc.property(new ScenarioArbitrary(), agrees), { seed: seedOf(round), numRuns: count });
    return count;
  };
  const whole = (round: number) =>
    run(round, (scenario) => {
      counter.begin(scenario);
      const failure = lockstep(modelDispatcher, optimizedDispatcher, scenario, counter.observe);
      counter.end();
      return failure === undefined;
    });
  const uncounted = (round: number) =>
    run(round, (scenario) => lockstep(modelDispatcher, optimizedDispatcher, scenario) === undefined);
  const alone = (round: number) => {
    const seed = seedOf(round);
    const scenarios = drawn.get(seed) ?? fc.sample(new ScenarioArbitrary(), { seed, numRuns: count });
    drawn.set(seed, scenarios);
    return scenarios.reduce(
      (sum, scenario) =>
        sum + effectsOn(modelDispatcher, scenario) + effectsOn(optimizedDispatcher, scenario),
      0,
    );
  };
  return interleave(
    [
      { name: 'check', count, run: whole },
      { name: 'uncounted', count, run: uncounted },
      { name: 'dispatchers', count, run: alone },
    ],
    rounds,
  );
}

function effectsOn(dispatcher: Dispatcher, scenario: Scenario): number {
  const session = dispatcher.open(scenario);
  let effects = 0;
  for (const operation of scenario.operations) effects += session.apply(operation).length;
  return effects;
}

/** Operations that one core compares in a second, model and dispatcher, over a whole scope: transitions, and the writes around them. */
export async function exploreSpeed(scope: string): Promise<Costs> {
  const { transitions, writesAgain, pairs, milliseconds, end } = await explore({
    a: dispatcherNamed('model'),
    b: dispatcherNamed('impl'),
    scope: await loadScope(scope),
  });
  if (end !== 'exhausted') throw new Error(`scope ${scope} ended as ${end}`);
  return { 'operations per second': (1000 * (transitions + writesAgain)) / milliseconds, pairs };
}
