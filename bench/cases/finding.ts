/** Finding: how soon a seeded bug is found, and how short its history is, beside the plain formulation of the same check. */
import fc from 'fast-check';
import { optimizedDispatcher } from '../../impl/index.ts';
import { type Mutant, mutants } from '../../impl/mutants/index.ts';
import { modelDispatcher } from '../../model/reference.ts';
import type { Dispatcher, Scenario } from '../../model/vocabulary.ts';
import { dispatcherNamed } from '../../properties/dispatchers.ts';
import { explore } from '../../properties/explore/explore.ts';
import { loadScope } from '../../properties/explore/scope.ts';
import { lockstep } from '../../properties/lockstep.ts';
import { findAtRandom, shrink } from '../../properties/mutants/matrix.ts';
import { LabelCounter } from '../../properties/observe.ts';
import { ScenarioArbitrary } from '../../properties/scenario-arbitrary.ts';
import { findPlainly } from '../plain-commands.ts';
import { type Costs, interleave, median } from '../rounds.ts';

/** Histories after which either way gives up: what it spent until then is then the least that it takes. */
const mostHistories = 2000;

const seeds = [1, 2, 3] as const;

type Both = { readonly ours: number; readonly plain: number };

/** Both ways on the mutants, one after the other: times until the first difference, lengths of what is shown. */
export function findingAgainstPlain(share: number): Costs {
  const chosen = mutants.filter((_, index) => index % Math.ceil(1 / share) === 0);
  // Compiles both ways before either is timed.
  for (const mutant of chosen.slice(0, 4)) timesOf(mutant, 17);
  const ratios: number[] = [];
  let longer = 0;
  let foundPlainly = 0;
  for (const mutant of chosen) {
    const times = seeds.map((seed) => timesOf(mutant, seed));
    ratios.push(median(times.map(({ plain }) => plain)) / median(times.map(({ ours }) => ours)));
    const lengths = lengthsOf(mutant);
    if (Number.isFinite(lengths.plain)) foundPlainly++;
    if (lengths.ours > lengths.plain) longer++;
  }
  return { 'times sooner': median(ratios), longer, mutants: chosen.length, 'found plainly': foundPlainly };
}

/** Milliseconds until the first difference. */
function timesOf({ dispatcher, profiles: [profile] }: Mutant, seed: number): Both {
  const profiles = profile === undefined ? [] : [profile];
  const start = performance.now();
  findAtRandom(dispatcher, profiles, seed, mostHistories);
  const ours = performance.now() - start;
  const before = performance.now();
  const found = findPlainly(modelDispatcher, dispatcher, profile ?? 'contract', seed, mostHistories);
  return { ours, plain: found?.milliseconds ?? performance.now() - before };
}

/** The shortest histories of both ways, over the seeds. */
function lengthsOf({ dispatcher, profiles: [profile] }: Mutant): Both {
  const ours: number[] = [];
  const plain: number[] = [];
  for (const seed of seeds) {
    const found = findAtRandom(dispatcher, profile === undefined ? [] : [profile], seed, mostHistories);
    if (found !== undefined) ours.push(shrink(dispatcher, found).operations.length);
    const other = findPlainly(modelDispatcher, dispatcher, profile ?? 'contract', seed, mostHistories);
    if (other !== undefined) plain.push(other.operations);
  }
  return { ours: Math.min(...ours), plain: Math.min(...plain) };
}

/** Nanoseconds a history: the whole check, and the two dispatchers alone on the same histories. */
export function sharesOfCheck(rounds: number): Costs {
  const histories = 200;
  const counter = new LabelCounter();
  const drawn = new Map<number, readonly Scenario[]>();
  const seedOf = (round: number) => (round % 8) + 1;
  const whole = (round: number) => {
    fc.check(
      fc.property(new ScenarioArbitrary(), (scenario) => {
        counter.begin(scenario);
        const failure = lockstep(modelDispatcher, optimizedDispatcher, scenario, counter.observe);
        counter.end();
        return failure === undefined;
      }),
      { seed: seedOf(round), numRuns: histories },
    );
    return histories;
  };
  const alone = (round: number) => {
    const seed = seedOf(round);
    const scenarios = drawn.get(seed) ?? fc.sample(new ScenarioArbitrary(), { seed, numRuns: histories });
    drawn.set(seed, scenarios);
    return scenarios.reduce(
      (sum, scenario) =>
        sum + effectsOn(modelDispatcher, scenario) + effectsOn(optimizedDispatcher, scenario),
      0,
    );
  };
  return interleave(
    [
      { name: 'check', count: histories, run: whole },
      { name: 'dispatchers', count: histories, run: alone },
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

/** Transitions that one core compares in a second, model and dispatcher, over a whole scope. */
export async function exploreSpeed(scope: string): Promise<Costs> {
  const { transitions, pairs, milliseconds, end } = await explore({
    a: dispatcherNamed('model'),
    b: dispatcherNamed('impl'),
    scope: loadScope(scope),
  });
  if (end !== 'exhausted') throw new Error(`scope ${scope} ended as ${end}`);
  return { 'transitions per second': (1000 * transitions) / milliseconds, pairs };
}
