/** From the state in which a history has left the machine back to where every history begins. */
import { describe, expect, it } from 'vitest';
import type { Action, WorldHistory } from './action.ts';
import { cleanUpAfter } from './clean-up.ts';
import { configurationWrite } from './commands.ts';
import { bridges } from './machine.ts';

const cleanUp = (...actions: readonly Action[]) =>
  cleanUpAfter({ steps: actions.map((action) => ({ action, operations: [] })) } as unknown as WorldHistory);

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
