/** A transaction equals its net effect. */
import type { EffectLists, Operation, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { runScenario } from '../compare/compare.ts';
import type { Property } from '../compare/property.ts';
import { breachAt, defineProperty, difference, renumbered } from './support/define.ts';
import { heldAfter } from './support/holdings.ts';
import { closing, hasFailed, isWrite, withoutRefusals } from './support/scenario.ts';

// Not tcg or kvm: what the host ends up with depends on the way there (H3), and so does the flat view's root, which looks
// at the offset that even an unmapped region has when the map happens to be rendered (M6).
export const netEffect: Property = defineProperty(
  {
    name: 'net-effect',
    clauses: ['H1', 'H2', 'R1'],
    against: 'a scenario with the same in one transaction',
    statement:
      'Where none is refused, a scenario and the same scenario in one transaction leave the host with the same registrations, and writes after it do the same.',
    profiles: ['contract'],
  },
  (dispatcher, given) => {
    // A refusal depends on what was held on the way: without a limit, only collisions are left to be dropped.
    const open = closing(given, runScenario(dispatcher, given));
    const operations = [...given.operations, ...open];
    const scenario = withoutRefusals(dispatcher, { ...given, host: {}, operations });
    const writes = scenario?.operations.filter(isWrite) ?? [];
    if (scenario === undefined || writes.length === 0 || writes.length === scenario.operations.length) {
      return 'does not apply';
    }
    const effects = runScenario(dispatcher, scenario);
    const changes = scenario.operations.filter(
      (operation, index) => !isWrite(operation) && !(operation.op === 'commit' && hasFailed(effects[index])),
    );
    const plain = { ...scenario, operations: [...scenario.operations, ...writes] };
    const wrapped: Scenario = {
      ...scenario,
      operations: [{ op: 'begin' }, ...changes, { op: 'commit' }, ...writes] satisfies Operation[],
    };
    const [one, other] = [runScenario(dispatcher, plain), runScenario(dispatcher, wrapped)];
    const sides = [dispatcher.name, `${dispatcher.name}, in one transaction`] as const;
    const [held, heldAtOnce] = [heldAfter(one), heldAfter(other)];
    if (held.join('\n') !== heldAtOnce.join('\n')) {
      const odd = [
        ...held.filter((line) => !heldAtOnce.includes(line)),
        ...heldAtOnce.filter((line) => !held.includes(line)),
      ];
      const last = scenario.operations.length - 1;
      return {
        ...breachAt(scenario, last, 0, [
          { name: sides[0], effects: one },
          { name: sides[1], effects: renumbered(other, wrapped.operations, scenario.operations) },
        ]),
        kind: 'the host holds something else',
        message: `the host holds, one way and not the other: ${odd.join('; ')}`,
      };
    }
    const probed = (effects: EffectLists) => effects.slice(-writes.length);
    return (
      difference(
        { ...scenario, operations: writes },
        { name: sides[0], effects: probed(one) },
        { name: sides[1], effects: probed(other) },
        'R1',
      ) ?? 'holds'
    );
  },
);
