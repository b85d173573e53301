/** The bus scenarios of a batch, one after the other. A batch has its own seeds, as those of `ScenarioStream` have. */
import type { Profile } from '../../../model/vocabulary/vocabulary.ts';
import { RandomChooser } from '../chooser.ts';
import { type Stream, type StreamedScenario, seedsOf } from '../scenario-stream.ts';
import { type BusAbilities, generateBusScenario } from './bus-scenario.ts';

/**
 * @param seed of fast-check's generator
 * @param size scenarios that will be asked for, at most
 * @param profiles of the scenarios, in turn
 */
export function busStream(
  seed: number,
  size: number,
  profiles: readonly Profile[],
  abilities: BusAbilities,
): Stream {
  const randoms = seedsOf(seed, size);
  let number = 0;
  return {
    next(): StreamedScenario | undefined {
      const random = randoms[number];
      if (random === undefined) return undefined;
      const profile = profiles[number % profiles.length] ?? 'kvm';
      number++;
      return {
        scenario: generateBusScenario(new RandomChooser(random), profile, abilities),
        kind: 'random',
      };
    },
    learn() {},
  };
}
