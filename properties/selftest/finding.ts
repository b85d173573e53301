/** A difference between the running kernel and something else, as a test of the kernel that needs nothing of this package. */
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Dispatcher } from '../../model/vocabulary/vocabulary.ts';
import type { Finding } from '../compare/finding.ts';
import { dispatcherNamed, partsOfReference, systemOf, underProfile } from '../engine/dispatchers.ts';
import { programText } from './program.ts';
import { stepsOf } from './steps.ts';

/** The text of the program; nothing where the kernel has no part in the pair, or the scenario is no test of it. */
export function kernelTestOf(
  { failure, scenario, origin }: Pick<Finding, 'failure' | 'scenario' | 'origin'>,
  pair: readonly [string, string],
): string | undefined {
  const isKernel = (name: string) => systemOf(partsOfReference(name).plain) === 'kvm';
  const other = pair.find((name) => !isKernel(name));
  if (other === undefined || !pair.some(isKernel)) return undefined;
  const expected = insideOr(other, underProfile(modelDispatcher, 'kvm'));
  const steps = stepsOf(scenario, expected);
  if (typeof steps === 'string') return undefined;
  return programText({
    title: `KVM_IOEVENTFD: ${failure.message}`,
    cases: [{ title: failure.message, steps }],
    notes: [`Found at ${origin}. As ${expected.name} expects it.`, ''],
  });
}

/** The dispatcher of this package that a name stands for. What others wrote is not run for a text. */
function insideOr(name: string, otherwise: Dispatcher): Dispatcher {
  try {
    return dispatcherNamed(name);
  } catch {
    return otherwise;
  }
}
