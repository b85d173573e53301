/** How the scenario of a world begins: what is created, and the order of notifiers. */
import type { Operation, Profile } from '../../../model/vocabulary/vocabulary.ts';
import type { BridgeState } from './bridge.ts';
import { type Device, mainRam, pciContainer, testNames } from './machine.ts';

/** Creates what the used devices need. */
export function prologueOf(used: readonly Device[], behind: readonly BridgeState[]): Operation[] {
  return [
    { op: 'create', region: mainRam.name, kind: 'ram', size: mainRam.size },
    { op: 'map', region: mainRam.name, container: 'memory', offset: 0n },
    { op: 'create', region: pciContainer, kind: 'container', size: 1n << 64n },
    { op: 'map', region: pciContainer, container: 'memory', offset: 0n, priority: -1 },
    ...behind.flatMap(({ creation }) => creation),
    ...used.flatMap(({ bars }) => bars.flatMap(({ create }) => create)),
  ];
}

type Ordered = { readonly profile: Profile; readonly order: readonly string[] };

/**
 * Under KVM, the order of notifiers decides what the host is told first, where one takes over the word of another. In a scenario it is the
 * order in which they are named.
 */
export function namingOf(used: readonly Device[], { profile, order }: Ordered): Operation[] {
  const tests = order.filter((name) => used.some((device) => device.name === name));
  if (profile !== 'kvm' || tests.length < 2) return [];
  return tests.flatMap((name) =>
    (['mmio', 'port'] as const).flatMap((part) =>
      Object.values(testNames).flatMap((test) => {
        const region = `${name}.${part}`;
        const word = { region, offset: 0n, size: 1, notifier: `${region}.${test}` } as const;
        return [{ op: 'add-eventfd', ...word } as const, { op: 'del-eventfd', ...word } as const];
      }),
    ),
  );
}
