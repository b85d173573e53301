/** A region reached through an alias behaves as the region. */
import type { CreateAlias, EffectLists, Operation, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { runScenario } from '../compare/compare.ts';
import type { Property } from '../compare/property.ts';
import { defineProperty, difference } from './support/define.ts';
import { freshName, hasFailed, runReplaced } from './support/scenario.ts';

/** An alias may be larger than what it shows: this one stays whole whatever the region is resized to. */
const wholeSpace = 1n << 64n;

// Not tcg or kvm: an alias that is alone in a space may be taken for the flat view's root, and then everything moves by
// the offset that its target has elsewhere (M6).
export const throughAlias: Property = defineProperty(
  {
    name: 'through-alias',
    clauses: ['D8', 'M4'],
    against: 'a scenario with the same with an alias of the whole region mapped in its stead',
    statement: 'Mapping an alias that shows all of a region, instead of the region, changes nothing.',
    profiles: ['contract'],
  },
  (dispatcher, scenario) => {
    const effects = runScenario(dispatcher, scenario);
    const aliases = aliasesFor(scenario, effects);
    const isMapped = scenario.operations.some(
      (operation, index) =>
        operation.op === 'map' && aliases.has(operation.region) && !hasFailed(effects[index]),
    );
    if (!isMapped) return 'does not apply';
    const created = new Set<string>();
    const replaced = runReplaced(dispatcher, scenario, (operation, index) => {
      const alias = aliases.get('region' in operation ? operation.region : '');
      if (alias === undefined) return [operation];
      if (operation.op === 'create' && !hasFailed(effects[index])) {
        created.add(operation.region);
        return [operation, alias];
      }
      return [created.has(alias.target) ? throughAliases(operation, alias) : operation];
    });
    const through = replaced.map(([own]) => own ?? []);
    return (
      difference(
        scenario,
        { name: dispatcher.name, effects },
        { name: `${dispatcher.name}, through aliases`, effects: through },
      ) ?? 'holds'
    );
  },
);

/** The alias that takes each region's place; every third region stays itself, so that the two kinds meet. */
function aliasesFor(scenario: Scenario, effects: EffectLists): ReadonlyMap<string, CreateAlias> {
  const { operations } = scenario;
  const resized = new Set(operations.flatMap((each) => (each.op === 'resize' ? [each.region] : [])));
  const stem = freshName(scenario, 'alias-of');
  const aliases = new Map<string, CreateAlias>();
  let made = 0;
  for (const [index, operation] of operations.entries()) {
    if (operation.op !== 'create' || hasFailed(effects[index])) continue;
    const { region: target, size } = operation;
    if (made++ % 3 === 2) continue;
    const region = freshName(scenario, `${stem}-${made}`);
    const shown = resized.has(target) ? wholeSpace : size;
    aliases.set(target, { op: 'create', region, kind: 'alias', size: shown, target });
  }
  return aliases;
}

/** What is said of the region as a part of its container is said of the alias instead. */
function throughAliases(operation: Operation, { region }: CreateAlias): Operation {
  const isOfContainer = operation.op === 'map' || operation.op === 'unmap' || operation.op === 'move';
  return isOfContainer ? { ...operation, region } : operation;
}
