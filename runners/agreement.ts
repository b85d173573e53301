/** Whether two dispatchers agree on random scenarios, as an assertion says it. */
import type { Dispatcher } from '../model/vocabulary/vocabulary.ts';
import { findingOf } from '../properties/compare/finding.ts';
import { lockstep } from '../properties/compare/lockstep.ts';
import { dispatcherNamed } from '../properties/engine/dispatchers.ts';
import { errorFor } from './failure-text.ts';
import { type DispatcherOptions, withDispatcherDefaults } from './options.ts';
import { failingAtRandom } from './random.ts';

export type AgreementOptions = Omit<DispatcherOptions, 'against'>;

/** @throws InputError where a name is that of no dispatcher of this package, or an option is wrong */
export function agreement(
  expected: Dispatcher | string,
  received: Dispatcher | string,
  options: AgreementOptions,
): { readonly pass: boolean; readonly message: string } {
  const pair = [named(expected), named(received)] as const;
  const complete = withDispatcherDefaults(pair[1], { ...options, against: pair[0] });
  const failing = failingAtRandom((scenario) => lockstep(...pair, scenario), complete);
  const names = [pair[0].name, pair[1].name] as const;
  if (failing === undefined) return { pass: true, message: `${names[1]} agrees with ${names[0]}` };
  const finding = findingOf(failing, names, failing.parameters);
  return { pass: false, message: errorFor(finding, pair, options.regressions).message };
}

function named(dispatcher: Dispatcher | string): Dispatcher {
  return typeof dispatcher === 'string' ? dispatcherNamed(dispatcher) : dispatcher;
}
