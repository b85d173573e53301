/** Simpler scenarios than a given one, by value; those that leave out most come first. */
import type { Scenario } from '../../model/vocabulary/vocabulary.ts';
import { costOf } from './cost.ts';
import { fewerOperations } from './fewer.ts';
import { fewerNames } from './names.ts';
import { smallerNumbers } from './numbers.ts';
import { plainerOperations } from './plainer.ts';
import { flatterMaps } from './structure.ts';

/**
 * Scenarios simpler than `scenario`: fewer operations, fewer regions and notifiers, a flatter map, fewer fields, smaller
 * numbers. Each costs less than `scenario` does (cost.ts), so that shrinking ends.
 */
export function* simplerScenarios(scenario: Scenario): IterableIterator<Scenario> {
  const plain = withoutRemarks(scenario);
  const cost = costOf(plain);
  for (const propose of [fewerOperations, fewerNames, flatterMaps, plainerOperations, smallerNumbers]) {
    for (const simpler of propose(plain)) {
      if (costOf(simpler) < cost) yield simpler;
    }
  }
}

/** What was said about a scenario need not hold for a simpler one; a path to the schema leads nowhere elsewhere. */
export function withoutRemarks(scenario: Scenario): Scenario {
  const {
    $schema: _schema,
    confirmed: _confirmed,
    expect: _expect,
    found: _found,
    title: _title,
    ...plain
  } = scenario;
  return plain;
}
