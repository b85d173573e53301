import { expect, it } from 'vitest';
import { modelDispatcher } from '../../../model/reference/reference.ts';
import type { Action } from '../world/action.ts';
import { historyOf } from '../world/history.ts';
import { shellScript } from './script.ts';

function scriptOf(actions: readonly Action[]): string | undefined {
  const order = ['test0', 'test1', 'test2'];
  const options = {
    profile: 'tcg',
    wildcardSize: 0,
    order,
    hasServer: true,
    expected: modelDispatcher,
  } as const;
  const history = historyOf(actions, options);
  return shellScript({ history, accelerator: 'tcg', version: '10', command: ['qemu'], title: 'a history' });
}

it('a script resets, unplugs and plugs in by the human monitor, and the guest agrees; without these there is no monitor', () => {
  const script = scriptOf([
    { do: 'reset' },
    { do: 'unplug', device: 'test2' },
    { do: 'plug', device: 'test2' },
  ]);
  const asked = script
    ?.split('\n')
    .filter((line) => /^(monitor '|qtest 'outl 0xcc8|qtest 'outl 0xcd0)/.test(line));
  expect(asked).toEqual([
    "monitor 'system_reset'",
    "monitor 'device_del test2'",
    "qtest 'outl 0xcd0 0x0'",
    "qtest 'outl 0xcc8 0x2'",
    "monitor 'device_add pci-testdev,id=test2,bus=bridge,addr=0x1'",
  ]);
  expect(scriptOf([{ do: 'place', bar: 'edu', address: 0xe000_0000n }])).not.toContain('monitor');
});

it('there is no script where peers join: no shell sends a descriptor', () => {
  expect(scriptOf([{ do: 'join', peer: 1 }])).toBeUndefined();
});
