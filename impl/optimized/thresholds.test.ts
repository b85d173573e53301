import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Effect, Operation } from '../../model/vocabulary/vocabulary.ts';
import { ScenarioArbitrary } from '../../properties/generate/scenario-arbitrary.ts';
import { optimizedDispatcher, optimizedDispatcherWith } from './dispatcher.ts';
import { OptimizedMemory } from './optimized-memory.ts';
import { standardParts } from './parts.ts';
import { type MakeMemory, OptimizedSession } from './session.ts';
import { smallestThresholds, standardThresholds, type Thresholds } from './thresholds.ts';

function makeMemory(thresholds: Thresholds): MakeMemory {
  const parts = { ...standardParts, thresholds };
  return (header, listener, original) => new OptimizedMemory(header, listener, parts, original);
}

/** Some thresholds at their least, the others as shipped. */
const thresholds = fc.record(
  Object.fromEntries(
    Object.entries(standardThresholds).map(([name, value]) => [
      name,
      fc.constantFrom(smallestThresholds[name as keyof Thresholds], value),
    ]),
  ),
) as fc.Arbitrary<Thresholds>;

/** Many regions and registrations, taken out again, written to in between. */
function longScenario(): Operation[] {
  const operations: Operation[] = [];
  const write = (address: number, data: bigint): Operation => {
    return { op: 'write', space: 'memory', address: BigInt(address), size: 4, data };
  };
  for (let i = 0; i < 40; i++) {
    const region = `r${i % 20}`;
    const eventfd = { region, offset: 4n, size: 4, data: BigInt(i), notifier: `n${i % 7}` } as const;
    if (i < 20) {
      operations.push({ op: 'create', region, kind: 'io', size: 16n });
      operations.push({ op: 'map', region, container: 'memory', offset: BigInt(i * 16) });
    }
    operations.push({ op: 'add-eventfd', ...eventfd }, write(i * 16 + 4, BigInt(i)), write(4, BigInt(i)));
  }
  for (let i = 0; i < 20; i++) {
    const region = `r${(i * 7) % 20}`;
    operations.push(
      { op: 'unmap', region },
      write(i * 16 + 4, BigInt(i)),
      write(((i * 7) % 20) * 16 + 4, 3n),
    );
  }
  return operations;
}

describe('thresholds', () => {
  it('change no effect and break no invariant, in whatever combination', () => {
    const scenarios = new ScenarioArbitrary({ mostOperations: 60 });
    fc.assert(
      fc.property(
        scenarios,
        fc.oneof(fc.constant(smallestThresholds), thresholds),
        fc.nat(),
        (scenario, thresholds, at) => {
          const model = modelDispatcher.open(scenario);
          let session = new OptimizedSession(scenario, makeMemory(thresholds));
          scenario.operations.forEach((operation, i) => {
            const original = session;
            if (i % 8 === at % 8) session = session.fork();
            deepStrictEqual(session.apply(operation), model.apply(operation));
            session.validate();
            original.validate();
          });
        },
      ),
      { numRuns: 80 },
    );
  });

  it.each(['contract', 'tcg', 'kvm'] as const)('are crossed, one way and the other, under %s', (profile) => {
    const [small] = optimizedDispatcher.variants ?? [];
    const run = (dispatcher = optimizedDispatcher): (readonly Effect[])[] => {
      const session = dispatcher.open({ profile });
      return longScenario().map((operation) => {
        const effects = session.apply(operation);
        session.validate?.();
        return effects;
      });
    };
    expect(small?.name).toBe('impl:small');
    deepStrictEqual(run(small), run());
    deepStrictEqual(run(optimizedDispatcherWith('slow', { thresholds: { fastSizes: 0 } })), run());
  });

  it('are each at its least in the smallest: none is as shipped but the sizes of the fast path', () => {
    const alike = (Object.keys(standardThresholds) as (keyof Thresholds)[]).filter(
      (name) => smallestThresholds[name] === standardThresholds[name],
    );
    expect(alike).toEqual(['fastSizes']);
  });
});
