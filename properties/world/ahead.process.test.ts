/** Histories that are sent ahead to a QEMU that does something else than what is expected. Without a QEMU they are skipped. */
import { accessSync, constants } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { type QemuDispatcher, startQemu } from '../../impl/qemu/dispatcher.ts';
import { Qemu } from '../../impl/qemu/system/qemu.ts';
import type { Action } from '../../impl/qemu/world/action.ts';
import { modelDispatcher } from '../../model/reference/reference.ts';
import type { Dispatcher, Effect, Profile } from '../../model/vocabulary/vocabulary.ts';
import { lockstepOutside } from '../outside/lockstep.ts';
import { WorldArbitrary } from './generate.ts';
import { historyFor } from './world.ts';

type Opened = { readonly qemu: QemuDispatcher } | { readonly reason: string };

async function opened(profile?: Profile, expected: Dispatcher = modelDispatcher): Promise<Opened> {
  try {
    if (profile === 'kvm') accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
    const name = profile === undefined ? 'qemu' : `qemu@${profile}`;
    const qemu = process.env['IOEVENTFD_CHECK_QEMU'];
    return { qemu: await startQemu({ name, profile, qemu, expected }) };
  } catch (error) {
    return { reason: error instanceof Error ? error.message : String(error) };
  }
}

/** The model, wrong in its expectations. What a device reacts to is left as it is. */
const wrongModels: readonly (readonly [what: string, change: (effect: Effect) => readonly Effect[]])[] = [
  ['a signal is missing', (effect) => ('signal' in effect ? [] : [effect])],
  ['a signal too many', (effect) => ('signal' in effect ? [effect, effect] : [effect])],
  ['a callback is missing', (effect) => ('callback' in effect && effect.offset !== 0n ? [] : [effect])],
  [
    'a callback gets another value',
    (effect) =>
      'callback' in effect && effect.offset !== 0n ? [{ ...effect, value: effect.value ^ 1n }] : [effect],
  ],
  ['an unassigned access is missing', (effect) => ('unassigned' in effect ? [] : [effect])],
  ['a rejection is missing', (effect) => ('rejected' in effect ? [] : [effect])],
  [
    'RAM holds something else',
    (effect) => ('ram' in effect ? [{ ...effect, bytes: other(effect.bytes) }] : [effect]),
  ],
  ['the host is not told of a word', (effect) => ('hostAdd' in effect ? [] : [effect])],
];

function other(bytes: string): string {
  return bytes.slice(0, -1) + (bytes.endsWith('0') ? '1' : '0');
}

function expecting(change: (effect: Effect) => readonly Effect[]): Dispatcher {
  return {
    ...modelDispatcher,
    open(header) {
      const session = modelDispatcher.open(header);
      return { apply: (operation) => session.apply(operation).flatMap(change) };
    },
  };
}

describe.each<readonly [string, Profile | undefined]>([
  ['without KVM', undefined],
  ['with KVM', 'kvm'],
])('a history that is sent ahead to a QEMU %s', async (_, profile) => {
  const reason = await reasonToSkip(profile);

  it.skipIf(reason !== '').each(wrongModels)(
    `is told as QEMU plays it, whatever is expected: %s${reason}`,
    async (_what, change) => {
      const system = await opened(profile, expecting(change));
      if ('reason' in system) throw new Error(system.reason);
      const { qemu } = system;
      try {
        const [own = 'tcg'] = qemu.usualProfiles;
        for (const actions of fc.sample(new WorldArbitrary({ stores: 0.5 }), { seed: 12, numRuns: 6 })) {
          const { scenario } = historyFor(actions, qemu, own);
          expect(await lockstepOutside([modelDispatcher, qemu], scenario)).toEqual({});
        }
      } finally {
        await qemu.close();
      }
    },
  );

  it.skipIf(reason !== '')(
    `is not played again where a device clears a count that it should show: a test is selected again${reason}`,
    async () => {
      const system = await opened(profile);
      if ('reason' in system) throw new Error(system.reason);
      const { qemu } = system;
      const commands = vi.spyOn(Qemu.prototype, 'command');
      try {
        const [own = 'tcg'] = qemu.usualProfiles;
        const history = historyFor(selectedAgain, qemu, own);
        const signals = history.steps
          .flatMap(({ expected }) => expected.flat())
          .filter((one) => 'signal' in one);
        expect(signals).toHaveLength(3);
        expect(await lockstepOutside([modelDispatcher, qemu], qemu.remember(history))).toEqual({});
        // What is sent ahead is not waited for write by write.
        expect(commands.mock.calls.filter(([command]) => command.startsWith('write'))).toEqual([]);
      } finally {
        commands.mockRestore();
        await qemu.close();
      }
    },
  );
});

const bar = 0xe000_0000n;

/** The second test of a `pci-testdev`, whose word is at offset 0x802, with data 0xfa. */
const select: Action = {
  do: 'write',
  write: { op: 'write', space: 'memory', address: bar, bytes: '02' },
};
const hit: Action = {
  do: 'write',
  write: { op: 'write', space: 'memory', address: bar + 0x802n, size: 1, data: 0xfan },
};

const selectedAgain: readonly Action[] = [
  { do: 'place', bar: 'test0.mmio', address: bar },
  ...[select, hit, hit, select, hit, select],
];

/** Text for a title; empty where there is such a QEMU. */
async function reasonToSkip(profile: Profile | undefined): Promise<string> {
  const system = await opened(profile);
  if ('reason' in system) return ` (skipped: ${system.reason})`;
  await system.qemu.close();
  return '';
}
