import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, inject, it } from 'vitest';
import { modelDispatcher } from '../../../model/reference/reference.ts';
import type { Dispatcher } from '../../../model/vocabulary/vocabulary.ts';
import { explore } from '../explore.ts';
import type { ExploreReport } from '../report.ts';
import { loadScope } from '../scope/load.ts';

const threadEntry = pathToFileURL(join(inject('builtPackage'), 'dist/properties/explore/workers/thread.js'));

/** What must not depend on the number of workers. */
function essence({ milliseconds: _, peakMemory: __, workers: ___, ...rest }: ExploreReport): unknown {
  return rest;
}

it('threads find and count what one worker does', async () => {
  const scope = await loadScope('tiny');
  const options = { a: 'model', b: 'model', scope, walkSteps: 500 };
  const [one, two] = [await explore(options), await explore({ ...options, workers: 2, threadEntry })];
  expect(two.workers).toBe(2);
  expect(essence(two)).toEqual(essence(one));
});

it.each(['tcg', 'kvm'] as const)('threads find the same scenario: contract and %s', async (profile) => {
  const scope = await loadScope('tiny');
  const [a, b] = ['model@contract', `model@${profile}`];
  const [one, two] = [
    await explore({ a, b, scope }),
    await explore({ a, b, scope, workers: 2, threadEntry }),
  ];
  expect(two.finding).toBeDefined();
  expect(essence(two)).toEqual(essence(one));
});

it('a dispatcher given by value is never replaced by another one of its name: it runs in this thread', async () => {
  const scope = await loadScope('tiny');
  const deaf: Dispatcher = {
    name: 'impl',
    open(header) {
      const session = modelDispatcher.open(header);
      return {
        apply: (operation) => session.apply(operation).filter((effect) => !('signal' in effect)),
        fingerprint: () => session.fingerprint?.() ?? '',
      };
    },
  };
  const report = await explore({ a: 'model', b: deaf, scope, workers: 2, threadEntry });
  expect(report).toMatchObject({ end: 'difference', workers: 1 });
});
