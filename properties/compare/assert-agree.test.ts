import { expect, it } from 'vitest';
import { readScenario } from '../../format/index.ts';
import { optimizedDispatcher } from '../../impl/index.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Dispatcher, Scenario } from '../../model/vocabulary/vocabulary.ts';
import { assertAgree } from './assert-agree.ts';

const scenario: Scenario = {
  operations: [
    { op: 'create', region: 'd', kind: 'io', size: 16n },
    { op: 'map', region: 'd', container: 'memory', offset: 0n },
    { op: 'add-eventfd', region: 'd', offset: 4n, size: 4, notifier: 'n' },
    { op: 'write', space: 'memory', address: 4n, size: 4, data: 0n },
  ],
};

/** Two functions, and no fingerprint. */
const deaf: Dispatcher = {
  name: 'deaf',
  open(header) {
    const session = modelDispatcher.open(header);
    return { apply: (operation) => session.apply(operation).filter((effect) => !('signal' in effect)) };
  },
};

it('says nothing where both agree', () => {
  expect(() => assertAgree(modelDispatcher, optimizedDispatcher, scenario)).not.toThrow();
});

it('throws both sides, the clause and the scenario where they differ', () => {
  let message = '';
  try {
    assertAgree(modelDispatcher, deaf, scenario);
  } catch (error) {
    message = (error as Error).message;
  }
  const [head = '', text = ''] = message.split('the scenario, for ioeventfd-check explain:\n');
  const lines = head.trimEnd().split('\n');
  expect(lines[0]).toBe('model and deaf differ at operation 3');
  expect(lines[1]).toMatch(/^clause D2: .+/);
  expect(lines.slice(2)).toEqual([
    'operation 3: {"op":"write","space":"memory","address":"0x4","size":4,"data":"0x0"}',
    'model: [{"signal":"n"}]',
    'deaf: []',
  ]);
  expect(readScenario(text, 'message')).toEqual(scenario);
});
