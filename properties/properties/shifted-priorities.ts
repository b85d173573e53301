/** Priorities shifted by a constant change nothing. */
import { profileNames } from '../../model/vocabulary/profiles.ts';
import type { Operation, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { runScenario } from '../compare/compare.ts';
import type { Property } from '../compare/property.ts';
import { defineProperty, difference } from './support/define.ts';

const [lowest, highest] = [-(2 ** 31), 2 ** 31 - 1];

/** Where priorities already take up the whole range, they are brought this close to 0 first, so that there is room. */
const roomy = 2 ** 30;

// Every profile: priorities are compared with each other and with nothing else.
export const shiftedPriorities: Property = defineProperty(
  {
    name: 'shifted-priorities',
    clauses: ['M1'],
    against: 'a scenario with the same under shifted priorities',
    statement: 'Adding a constant to all priorities in a container, another one for each, changes nothing.',
    profiles: profileNames,
  },
  (dispatcher, scenario) => {
    const containers = new Map<string, number[]>();
    for (const operation of scenario.operations) {
      if (operation.op !== 'map') continue;
      const priorities = containers.get(operation.container) ?? [];
      containers.set(operation.container, [...priorities, operation.priority ?? 0]);
    }
    if (containers.size === 0) return 'does not apply';
    const isCramped = [...containers.values()].some(
      (priorities) => Math.min(...priorities) === lowest && Math.max(...priorities) === highest,
    );
    const clamp = (priority: number) => Math.max(-roomy, Math.min(roomy, priority));
    const base = isCramped ? withPriorities(scenario, clamp) : scenario;
    const shifts = new Map(
      [...containers].map(([container, all], i) => {
        const priorities = isCramped ? all.map(clamp) : all;
        const up = highest - Math.max(...priorities);
        const down = Math.min(...priorities) - lowest;
        const distance = [1, 1000, 2 ** 28][i % 3] ?? 1;
        return [container, up >= down ? Math.min(up, distance) : -Math.min(down, distance)];
      }),
    );
    const shifted = withPriorities(base, (priority, container) => priority + (shifts.get(container) ?? 0));
    return (
      difference(
        base,
        { name: dispatcher.name, effects: runScenario(dispatcher, base) },
        { name: `${dispatcher.name}, priorities shifted`, effects: runScenario(dispatcher, shifted) },
      ) ?? 'holds'
    );
  },
);

function withPriorities(
  scenario: Scenario,
  change: (priority: number, container: string) => number,
): Scenario {
  const operations = scenario.operations.map(
    (operation): Operation =>
      operation.op === 'map'
        ? { ...operation, priority: change(operation.priority ?? 0, operation.container) }
        : operation,
  );
  return { ...scenario, operations };
}
