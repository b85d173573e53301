/** Random scenarios as a fast-check arbitrary: plain values, biased towards likely bugs, and shrunk by value. */
import fc from 'fast-check';
import { profileNames, requireProfile } from '../../model/vocabulary/profiles.ts';
import type { Profile, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { simplerScenarios } from '../shrink/candidates.ts';
import { RandomChooser } from './chooser.ts';
import { generateScenario } from './scenario.ts';

export type ScenarioOptions = {
  /** The profiles to generate for, drawn evenly; all if left out. */
  readonly profiles?: readonly Profile[];
  /** Most operations of a scenario after its first regions are up; 24 if left out. */
  readonly mostOperations?: number;
};

/**
 * An arbitrary of `Scenario`s, for fast-check's runner: `fc.assert(fc.property(new ScenarioArbitrary(), check))`.
 *
 * Generation draws numbers straight from fast-check's generator; there is no arbitrary per field. Shrinking works on the
 * value alone, so that a saved scenario can be shrunk again.
 */
export class ScenarioArbitrary extends fc.Arbitrary<Scenario> {
  readonly #profiles: readonly Profile[];
  readonly #mostOperations: number;

  /** @throws RangeError for an unknown profile */
  constructor({ profiles = profileNames, mostOperations = 24 }: ScenarioOptions = {}) {
    super();
    this.#profiles = profiles.map(requireProfile);
    this.#mostOperations = mostOperations;
  }

  override generate(random: fc.Random, _biasFactor: number | undefined): fc.Value<Scenario> {
    const chooser = new RandomChooser(random);
    const profile = this.#profiles[chooser.below(this.#profiles.length)] ?? 'contract';
    // Short scenarios are easier to read and often suffice; long ones reach deep states.
    const most = chooser.below(4) === 0 ? 2 * this.#mostOperations : this.#mostOperations;
    return new fc.Value(generateScenario(chooser, profile, most), undefined);
  }

  override canShrinkWithoutContext(value: unknown): value is Scenario {
    return (
      typeof value === 'object' && value !== null && 'operations' in value && Array.isArray(value.operations)
    );
  }

  override shrink(value: Scenario, _context: unknown): fc.Stream<fc.Value<Scenario>> {
    return fc.stream(simplerScenarios(value)).map((simpler) => new fc.Value(simpler, undefined));
  }
}
