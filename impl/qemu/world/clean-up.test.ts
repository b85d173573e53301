/** From the state in which a history has left the machine back to where every history begins. */
import { describe, expect, it } from 'vitest';
import type { Operation } from '../../../model/vocabulary/vocabulary.ts';
import type { Action, WorldHistory } from './action.ts';
import { cleanUpAfter } from './clean-up.ts';
import { configurationWrite } from './commands.ts';
import { bridges, type Device, deviceNamed } from './machine.ts';

const cleanUp = (...actions: readonly Action[]) => cleanUpAfter(historyWith(actions), false);

const historyWith = (actions: readonly Action[], operations: readonly Operation[] = []) =>
  ({ steps: actions.map((action) => ({ action, operations })) }) as unknown as WorldHistory;

describe('after a reset, in which a bridge loses both bits of COMMAND', () => {
  const [bridge] = bridges;
  if (bridge === undefined) throw new Error('the machine has a bridge');
  const bothBits = configurationWrite(bridge, 4, 3n, 2);

  it.each([
    ['as it is', []],
    ['and memory enabled', ['memory']],
    ['and ports enabled', ['io']],
  ] as const)('%s: they are set again', (_, spaces) => {
    const enabled = spaces.map((space) => ({ do: 'enable', device: bridge.name, space }) as const);
    expect(cleanUp({ do: 'reset' }, ...enabled)).toEqual(expect.arrayContaining([...bothBits]));
  });

  it('and both enabled: nothing is left to do there', () => {
    const enabled = (['memory', 'io'] as const).map(
      (space) => ({ do: 'enable', device: bridge.name, space }) as const,
    );
    expect(cleanUp({ do: 'reset' }, ...enabled)).not.toEqual(expect.arrayContaining([...bothBits]));
  });
});

describe('a test that is still selected', () => {
  const registered = (...bars: readonly string[]) =>
    bars.map((region) => {
      const word = { region, offset: 0x802n, size: 1, notifier: `${region}.data` } as const;
      return { op: 'add-eventfd', ...word } as const;
    });
  const place = (bar: string, address: bigint) => ({ do: 'place', bar, address }) as const;
  const [low, high] = [0xe000_0000n, 0xe000_1000n];

  it('is ended where its BAR is, as soon as the BARs of other devices are gone: the one on top first', () => {
    const actions = [
      place('test0.mmio', high),
      place('test1.mmio', low),
      place('edu', low),
      place('test0.mmio', low),
    ];
    const history = historyWith(actions, registered('test0.mmio', 'test1.mmio'));
    const [test0, test1, edu] = ['test0', 'test1', 'edu'].map((name) => deviceNamed(name) as Device);
    const nowhere = (device: Device | undefined) => configurationWrite(device as Device, 0x10, 0n, 4);
    const none = 'writeb 0xe0000000 0x3';
    expect(cleanUpAfter(history, false)).toEqual([
      ...nowhere(edu),
      ...[none, ...nowhere(test0)],
      ...[none, ...nowhere(test1)],
    ]);
  });

  const elsewhere = /^writeb 0xe8000000 0x3$/m;
  it.each<readonly [string, string, readonly Action[], boolean]>([
    ['under RAM', 'test0.mmio', [place('test0.mmio', 0x7f_f000n)], false],
    ['behind the bridge', 'test2.mmio', [place('test2.mmio', low)], false],
    [
      'that was switched off meanwhile',
      'test0.mmio',
      [
        place('test0.mmio', low),
        { do: 'disable', device: 'test0', space: 'memory' },
        { do: 'enable', device: 'test0', space: 'memory' },
      ],
      false,
    ],
    ['that is nowhere', 'test0.mmio', [], false],
    ['of a QEMU that the kernel can refuse', 'test0.mmio', [place('test0.mmio', low)], true],
  ])('is ended elsewhere for a BAR %s', (_, bar, actions, hasKernel) => {
    const all = [place('test1.port', 0xc000n), ...actions];
    const commands = cleanUpAfter(historyWith(all, registered(bar)), hasKernel).join('\n');
    expect(commands).toMatch(elsewhere);
  });

  it('is ended elsewhere for no other BAR', () => {
    const history = historyWith([place('test0.port', 0xc000n)], registered('test0.port'));
    expect(cleanUpAfter(history, false).join('\n')).not.toMatch(elsewhere);
    expect(cleanUpAfter(history, false)[0]).toBe('outb 0xc000 0x3');
  });
});
