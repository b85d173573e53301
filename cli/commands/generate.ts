/** `generate`: random scenarios as JSON Lines. */

import { writeScenarioLine } from '../../format/index.ts';
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Profile } from '../../model/vocabulary/vocabulary.ts';
import { randomScenarios } from '../../properties/engine/batch-plan.ts';
import type { Context } from '../context.ts';
import { Breather } from '../io/breather.ts';

export type GenerateOptions = {
  readonly runs: number;
  readonly seed?: number;
  readonly profile?: Profile;
};

/** Prints each scenario as it is made. Ends at once when nobody reads. */
export async function runGenerate(options: GenerateOptions, context: Context): Promise<void> {
  const { output, interrupt } = context;
  const { runs, seed = Math.floor(Math.random() * 2 ** 32), profile } = options;
  const profiles = profile === undefined ? profileNames : [profile];
  const breather = new Breather();
  let number = 0;
  for (const scenario of randomScenarios({ seed, runs, profiles })) {
    number++;
    const title = `seed ${seed}, scenario ${number}`;
    await output.lines([writeScenarioLine({ title, ...scenario })]);
    if (breather.isDue) await breather.pause();
    if (interrupt.aborted) return;
  }
}
