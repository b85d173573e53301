import { describe, expect, it } from 'vitest';
import { modelDispatcher } from '../model/reference/reference.ts';
import type { Operation } from '../model/vocabulary/vocabulary.ts';
import { runScenario } from '../properties/compare/compare.ts';
import { requireBounds } from './bounds.ts';
import { InputError } from './index.ts';

/** Containers that each show the one before twice, through aliases. */
function doubling(levels: number): Operation[] {
  const operations: Operation[] = [{ op: 'create', region: 'c0', kind: 'io', size: 1n }];
  for (let level = 1; level <= levels; level++) {
    const region = `c${level}`;
    operations.push({ op: 'create', region, kind: 'container', size: 1n << BigInt(level) });
    for (const half of [0n, 1n]) {
      const alias = `a${level}.${half}`;
      const size = 1n << BigInt(level - 1);
      operations.push({ op: 'create', region: alias, kind: 'alias', size, target: `c${level - 1}` });
      operations.push({ op: 'map', region: alias, container: region, offset: half * size });
    }
  }
  return [...operations, { op: 'map', region: `c${levels}`, container: 'memory', offset: 0n }];
}

function nested(depth: number): Operation[] {
  return Array.from({ length: depth }, (_, level): Operation[] => [
    { op: 'create', region: `c${level}`, kind: 'container', size: 16n },
    { op: 'map', region: `c${level}`, container: level === 0 ? 'memory' : `c${level - 1}`, offset: 0n },
  ]).flat();
}

function run(operations: readonly Operation[]): void {
  requireBounds({ operations }, 'scenario.json');
}

describe('bounds', () => {
  it('let pass what a machine could have', () => {
    expect(() => run([...doubling(10), ...nested(0)])).not.toThrow();
    expect(() => run(nested(400))).not.toThrow();
  });

  it('refuse, in one line, a map that shows a region 2^40 times', () => {
    expect(() => run(doubling(40))).toThrow(
      /^scenario\.json: operations\[\d+\]: the map would show regions at more than 20000 places$/,
    );
  });

  it('refuse nesting that no machine has, whichever end comes first', () => {
    const maps = nested(2000);
    const creates = maps.filter(({ op }) => op === 'create');
    const inwards = maps.filter(({ op }) => op === 'map').reverse();
    for (const operations of [maps, [...creates, ...inwards]]) {
      expect(() => run(operations)).toThrow(InputError);
    }
  });

  it('leave a region that would contain itself to the dispatcher', () => {
    const loop: Operation[] = [
      { op: 'create', region: 'a', kind: 'container', size: 16n },
      { op: 'create', region: 'b', kind: 'alias', size: 16n, target: 'a' },
      { op: 'map', region: 'b', container: 'a', offset: 0n },
    ];
    expect(() => run(loop)).not.toThrow();
    expect(runScenario(modelDispatcher, { operations: loop }).at(-1)).toEqual([{ error: 'cycle' }]);
  });
});
