/**
 * The scenarios of a batch, one after the other: random ones; large ones at fixed places; and variations of those before that
 * reached something new, as coverage-guided fuzzers make them.
 *
 *     generate ──> scenario ──> run ──> what it reached ──new?──> seeds ──vary──> scenario ──> ...
 *
 * A batch has its own seeds, so that it is the same in whichever thread it runs, and after whichever other batches.
 */
import fc from 'fast-check';
import type { Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { type Chooser, RandomChooser } from './chooser.ts';
import { generateLargeScenario } from './large.ts';
import { oneIn } from './pools.ts';
import { ScenarioArbitrary } from './scenario-arbitrary.ts';
import { varied } from './vary.ts';

/** Every 125th scenario is large. It costs as much as some dozens of others. */
const largeInterval = 125;
/** One in so many is a variation, once there is something to vary. */
const variedIn = 4;
/** From here on, what is reached for the first time in the batch is rare enough to be worth more of the kind. */
const firstSeeds = 30;
/** Seeds that are kept: the last ones. */
const mostSeeds = 40;

export type StreamedScenario = {
  readonly scenario: Scenario;
  readonly kind: 'random' | 'large' | 'varied';
};

/** Scenarios, one after the other. */
export type Stream = {
  /** The next scenario; undefined after the last. */
  next(): StreamedScenario | undefined;
  /** What the last scenario reached: its coverage points, in ascending order. */
  learn(scenario: StreamedScenario, reached: readonly number[]): void;
};

/** The generators of so many scenarios. */
export function seedsOf(seed: number, size: number): readonly fc.Random[] {
  return fc.sample(new Randoms(), { seed, numRuns: size });
}

export class ScenarioStream implements Stream {
  readonly #randoms: readonly fc.Random[];
  readonly #scenarios: readonly ScenarioArbitrary[];
  readonly #profiles: readonly Profile[];
  readonly #seeds: Scenario[] = [];
  /** Which pairs of points were reached, by `first * points + second`. */
  readonly #pairs: Uint8Array;
  readonly #points: number;
  #number = 0;

  /**
   * @param seed of fast-check's generator
   * @param size scenarios that will be asked for, at most
   * @param profiles of the scenarios, in turn
   * @param points how many coverage points there are
   */
  constructor(seed: number, size: number, profiles: readonly Profile[], points: number) {
    this.#randoms = seedsOf(seed, size);
    this.#scenarios = profiles.map((profile) => new ScenarioArbitrary({ profiles: [profile] }));
    this.#profiles = profiles;
    this.#points = points;
    this.#pairs = new Uint8Array(points * points);
  }

  /** The next scenario; undefined after the last. */
  next(): StreamedScenario | undefined {
    const random = this.#randoms[this.#number];
    if (random === undefined) return undefined;
    const turn = this.#number % this.#profiles.length;
    const profile = this.#profiles[turn] ?? 'contract';
    this.#number++;
    const chooser = new RandomChooser(random);
    if (this.#number % largeInterval === 0) {
      return { scenario: generateLargeScenario(chooser, profile), kind: 'large' };
    }
    if (this.#seeds.length > 0 && oneIn(chooser, variedIn)) {
      return {
        scenario: varied(chooser, { ...this.#drawSeed(chooser), profile }, this.#seeds),
        kind: 'varied',
      };
    }
    const scenario = this.#scenarios[turn]?.generate(random, undefined).value;
    return scenario && { scenario, kind: 'random' };
  }

  /** One of the seeds; rather a new one, which is further from what is common. */
  #drawSeed(chooser: Chooser): Scenario {
    const count = this.#seeds.length;
    // The index is below the length.
    return this.#seeds[count - 1 - Math.min(chooser.below(count), chooser.below(count))] as Scenario;
  }

  /** What the last scenario reached: its points, in ascending order. A pair of them that is new makes it a seed. */
  learn({ scenario, kind }: StreamedScenario, reached: readonly number[]): void {
    let isNew = false;
    for (const [index, first] of reached.entries()) {
      for (let other = index; other < reached.length; other++) {
        const pair = first * this.#points + (reached[other] ?? 0);
        if (this.#pairs[pair] === 1) continue;
        this.#pairs[pair] = 1;
        isNew = true;
      }
    }
    if (!isNew || kind === 'large' || this.#number <= firstSeeds) return;
    this.#seeds.push(scenario);
    if (this.#seeds.length > mostSeeds) this.#seeds.shift();
  }
}

/** fast-check's generators themselves, one for each scenario: as `fc.check` would hand them out. */
class Randoms extends fc.Arbitrary<fc.Random> {
  override generate(random: fc.Random): fc.Value<fc.Random> {
    return new fc.Value(random.clone(), undefined);
  }

  override canShrinkWithoutContext(_value: unknown): _value is fc.Random {
    return false;
  }

  override shrink(): fc.Stream<fc.Value<fc.Random>> {
    return fc.Stream.nil();
  }
}
